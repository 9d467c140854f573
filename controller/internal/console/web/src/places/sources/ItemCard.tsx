import { IconPhotoOff } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type SourceItem, useLook } from "@/api/sources";
import { date } from "@/time/format";
import { useToast } from "@/ui/useToast";
import { FindMark } from "./FindMark";
import classes from "./Sources.module.css";

/** An entry of a site's list; opening it fetches its page into the tray. */
export function ItemCard({ item }: { item: SourceItem }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toast = useToast();
  const look = useLook();
  const open = () => {
    if (item.find_id && item.state !== "") {
      void navigate({ to: "/sources/tray/$id", params: { id: item.find_id } });
      return;
    }
    look.mutate(item.url, {
      onError: toast.problem,
      onSuccess: (find) => void navigate({ to: "/sources/tray/$id", params: { id: find.id } }),
    });
  };
  return (
    <li>
      <button type="button" className={classes.card} onClick={open} aria-busy={look.isPending} title={item.title}>
        <Picture url={item.picture_url} />
        <span className={classes.title}>{item.title}</span>
        <span className={classes.meta}>
          {look.isPending && t("sources.looking")}
          {!look.isPending && item.state && <FindMark state={item.state} changed={item.changed} />}
          {!look.isPending && item.published_at && date(new Date(item.published_at))}
        </span>
      </button>
    </li>
  );
}

/** A picture of another site, through the controller; its place stays when there is none or it cannot be had. */
export function Picture({ url, onSeen }: { url: string; onSeen?: () => void }) {
  const [failed, setFailed] = useState("");
  return (
    <span className={classes.picture}>
      {url && url !== failed ? (
        <img src={url} alt="" loading="lazy" onLoad={onSeen} onError={() => setFailed(url)} />
      ) : (
        <IconPhotoOff size={28} stroke={1.2} aria-hidden="true" />
      )}
    </span>
  );
}
