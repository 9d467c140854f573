import { Outlet } from "@tanstack/react-router";
import { LiveWatch } from "@/api/LiveWatch";
import { useMe } from "@/api/session";
import { NotYours } from "@/shell/NotYours";

/** The frame of the wall monitor: none. It stays when the session ends, and says so. */
export function WallFrame() {
  const me = useMe();
  if (!me.places.includes("screens")) return <NotYours />;
  return (
    <>
      <LiveWatch />
      <Outlet />
    </>
  );
}
