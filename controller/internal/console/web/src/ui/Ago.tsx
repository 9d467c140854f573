import { Tooltip } from "@mantine/core";
import { useFormat } from "@/i18n/useFormat";
import { dateTime } from "@/time/format";
import { useNow } from "@/time/useNow";

/** A time: relative near now, absolute otherwise, with the full date on hover, focus and tap. */
export function Ago({ at }: { at: string }) {
  const format = useFormat();
  const now = useNow(20_000);
  return (
    <Tooltip label={dateTime(new Date(at))}>
      <time dateTime={at}>{format.ago(at, now)}</time>
    </Tooltip>
  );
}
