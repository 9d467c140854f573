import { Button, Group, Kbd, Textarea } from "@mantine/core";
import { IconArrowBackUp, IconCheck } from "@tabler/icons-react";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import { MediaMark } from "@/ui/MediaMark";
import { Notices } from "@/ui/Notices";
import { SlideCode } from "@/ui/SlideCode";
import { Coverage } from "./Coverage";
import classes from "./Review.module.css";
import type { Waiting } from "./waitingItems";

interface Props {
  waiting: Waiting;
  busy: boolean;
  returning: boolean;
  reasonRef: RefObject<HTMLTextAreaElement | null>;
  unseen: string | undefined;
  onAccept: () => void;
  onBeginReturn: () => void;
  onCancelReturn: () => void;
  onReturn: (reason: string) => void;
}

/** What is known about the item, what a decision covers, and the decision. */
export function DecisionColumn(p: Props) {
  const { t } = useTranslation();
  const [drafts, setDrafts] = useState<Record<string, string>>({});
  const { media, step } = p.waiting;
  const reason = drafts[media.id] ?? "";
  return (
    <aside className={classes.column}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the column scrolls, and the keyboard must reach that */}
      <div className={classes.facts} tabIndex={0}>
        <h2>{media.title}</h2>
        <MediaMark state={media.state} />
        <Notices media={media} />
        <Coverage media={media} />
        <SlideCode item={media} />
      </div>
      {p.returning ? (
        <form
          className={classes.decide}
          onSubmit={(e) => {
            e.preventDefault();
            if (reason.trim()) p.onReturn(reason.trim());
          }}
        >
          <Textarea
            ref={p.reasonRef}
            label={t("review.reason")}
            placeholder={t("review.reason_example")}
            autosize
            minRows={3}
            maxRows={8}
            maxLength={1000}
            value={reason}
            onChange={(e) => setDrafts({ ...drafts, [media.id]: e.currentTarget.value })}
            onKeyDown={(e) => {
              if (e.key === "Escape") p.onCancelReturn();
              if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.currentTarget.form?.requestSubmit();
            }}
          />
          <Group grow>
            <Button variant="default" onClick={p.onCancelReturn}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" loading={p.busy} disabled={reason.trim() === ""}>
              {t("review.return")}
            </Button>
          </Group>
        </form>
      ) : (
        <div className={classes.decide}>
          <Button
            size="md"
            loading={p.busy}
            leftSection={<IconCheck size={20} />}
            rightSection={<Kbd size="xs">A</Kbd>}
            onClick={p.onAccept}
          >
            {t(`review.accept_${step}`)}
          </Button>
          <Button
            size="md"
            variant="default"
            leftSection={<IconArrowBackUp size={20} />}
            rightSection={<Kbd size="xs">R</Kbd>}
            onClick={p.onBeginReturn}
          >
            {t("review.return")}
          </Button>
        </div>
      )}
    </aside>
  );
}
