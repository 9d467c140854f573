import { Alert, Button, Drawer, Skeleton, Stack } from "@mantine/core";
import { IconAlertTriangle, IconBroadcast, IconCircleCheck, IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { publishPreviewQuery, usePublish } from "@/api/publish";
import { useFormat } from "@/i18n/useFormat";
import { reasonText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { Empty } from "@/ui/Empty";
import { ProblemNote } from "@/ui/ProblemNote";
import { RestButton, useFirst } from "@/ui/RestButton";
import { ChangeRow } from "./ChangeRow";
import classes from "./Publish.module.css";

/** So many screens at a time. */
const step = 50;

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** What will change where, and when it will be there; then the act. */
export function PublishPanel({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const preview = useQuery({ ...publishPreviewQuery, enabled: opened });
  const publish = usePublish();
  const changed = preview.data?.changes.filter((c) => c.changed) ?? [];
  const { first, left, more } = useFirst(changed, step);
  const same = (preview.data?.changes.length ?? 0) - changed.length;
  const blocked = preview.data?.blocked ?? [];
  const leftOut = new Set(preview.data?.left_out.map((l) => l.media_id)).size;
  const go = () =>
    publish.mutate("", {
      onSuccess: (p) => {
        onClose();
        void navigate({ to: "/publications/$id", params: { id: p.id } });
      },
    });
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={560}
      title={t("publish.title")}
      closeButtonProps={{ "aria-label": t("app.close") }}
      classNames={{ body: classes.body, content: classes.content }}
    >
      <Stack className={classes.scroll} gap="sm" tabIndex={0}>
        {preview.error && <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />}
        {publish.error && <ProblemNote error={publish.error} />}
        {preview.isPending && <Skeleton height={320} />}
        {preview.data?.since && (
          <p className={classes.since}>
            {t("publish.since", { name: preview.data.since.by.name })} <Ago at={preview.data.since.at} />
          </p>
        )}
        {blocked.map((b) => (
          <Alert key={JSON.stringify(b)} color="marker" icon={<IconAlertTriangle size={20} />}>
            {reasonText(t, b)}
          </Alert>
        ))}
        {preview.data && preview.data.held.length > 0 && (
          <Alert color="yellow" icon={<IconPlayerPause size={20} />}>
            {t("upstream.left_out", { titles: format.list(preview.data.held.map((m) => m.title)) })}
          </Alert>
        )}
        {leftOut > 0 && (
          <Alert color="gray" icon={<IconAlertTriangle size={20} />}>
            {t("publish.left_out", { count: leftOut })}
          </Alert>
        )}
        {preview.data && changed.length === 0 && (
          <Empty icon={IconCircleCheck} title={t("publish.nothing")} hint={t("publish.nothing_hint")} />
        )}
        <ul>
          {first.map((c) => (
            <ChangeRow key={c.screen.id} change={c} />
          ))}
        </ul>
        <RestButton left={left} more={more} />
        {changed.length > 0 && same > 0 && <p className={classes.since}>{t("publish.unchanged", { count: same })}</p>}
      </Stack>
      {changed.length > 0 && (
        <footer className={classes.foot}>
          <Button
            fullWidth
            size="md"
            disabled={blocked.length > 0}
            loading={publish.isPending}
            leftSection={<IconBroadcast size={20} />}
            onClick={go}
          >
            {t("publish.go", { count: changed.length })}
          </Button>
        </footer>
      )}
    </Drawer>
  );
}
