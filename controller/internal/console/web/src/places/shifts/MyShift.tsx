import { Button, Modal, Select, Stack, Textarea } from "@mantine/core";
import { IconArrowsExchange, IconPencilPlus, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { type OnDuty, type ShiftDesk, useShiftAct } from "@/api/shifts";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { OpenList } from "./OpenList";
import classes from "./Shifts.module.css";

const longest = 2000;

/** What the person on duty does: begin, note, hand over, end. */
export function MyShift({ desk }: { desk: ShiftDesk }) {
  const { t } = useTranslation();
  const me = useMe();
  const act = useShiftAct(desk.cluster_id);
  const mine = desk.on_duty.find((x) => x.person.id === me.id);
  // What is handed over to me is taken there; beginning beside it is for when nobody does.
  const offered = desk.on_duty.some((x) => x.offered_to.id === me.id);
  if (!mine) {
    return (
      <>
        {act.error && <ProblemNote error={act.error} />}
        <Button
          fullWidth
          size="lg"
          variant={offered ? "default" : "filled"}
          leftSection={<IconPlayerPlay size={22} />}
          loading={act.isPending}
          onClick={() => act.mutate({ act: "begin" })}
        >
          {t("shift.begin")}
        </Button>
      </>
    );
  }
  return <Working desk={desk} mine={mine} />;
}

function Working({ desk, mine }: { desk: ShiftDesk; mine: OnDuty }) {
  const { t } = useTranslation();
  const act = useShiftAct(desk.cluster_id);
  const [note, setNote] = useState("");
  const [leaving, setLeaving] = useState<"offer" | "end" | null>(null);
  return (
    <Panel title={t("shift.mine")}>
      {act.error && <ProblemNote error={act.error} />}
      <form
        onSubmit={(e) => {
          e.preventDefault();
          act.mutate({ act: "note", note }, { onSuccess: () => setNote("") });
        }}
      >
        <Textarea
          label={t("shift.note")}
          placeholder={t("shift.note_hint")}
          autosize
          minRows={2}
          maxLength={longest}
          value={note}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
        <Button
          type="submit"
          mt="xs"
          fullWidth
          variant="default"
          size="md"
          leftSection={<IconPencilPlus size={20} />}
          disabled={note.trim() === ""}
          loading={act.isPending && act.variables.act === "note"}
        >
          {t("shift.note_add")}
        </Button>
      </form>
      <div className={classes.acts}>
        {mine.offered_to.id ? (
          <Button size="lg" variant="default" onClick={() => act.mutate({ act: "withdraw" })}>
            {t("shift.withdraw", { name: mine.offered_to.name })}
          </Button>
        ) : (
          <Button size="lg" leftSection={<IconArrowsExchange size={22} />} onClick={() => setLeaving("offer")}>
            {t("shift.hand_over")}
          </Button>
        )}
        <Button size="lg" variant="default" onClick={() => setLeaving("end")}>
          {t("shift.end")}
        </Button>
      </div>
      {leaving && <LeaveDialog desk={desk} how={leaving} onClose={() => setLeaving(null)} />}
    </Panel>
  );
}

/** Hands over to a named person, or ends without a successor; what is open stands there. */
function LeaveDialog({ desk, how, onClose }: { desk: ShiftDesk; how: "offer" | "end"; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const act = useShiftAct(desk.cluster_id);
  const others = desk.watchers.filter((p) => p.id !== me.id);
  const [to, setTo] = useState(others.length === 1 ? (others[0]?.id ?? "") : "");
  const [note, setNote] = useState("");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(how === "offer" ? "shift.hand_over" : "shift.end")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {act.error && <ProblemNote error={act.error} />}
        {how === "offer" && (
          <Select
            label={t("shift.to")}
            description={others.length === 0 ? t("shift.to_nobody") : undefined}
            searchable
            allowDeselect={false}
            data={others.map((p) => ({ value: p.id, label: p.name }))}
            value={to || null}
            onChange={(v) => setTo(v ?? "")}
          />
        )}
        <div>
          <h3 className={classes.small}>{t("shift.open", { count: desk.open.length })}</h3>
          {desk.open.length === 0 ? (
            <p className={classes.soft}>{t("shift.open_none")}</p>
          ) : (
            <OpenList open={desk.open} />
          )}
        </div>
        <Textarea
          label={t("shift.leave_note")}
          autosize
          minRows={2}
          maxLength={longest}
          value={note}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
        <Button
          size="lg"
          disabled={how === "offer" && to === ""}
          loading={act.isPending}
          onClick={() =>
            act.mutate(how === "offer" ? { act: how, to, note } : { act: how, note }, { onSuccess: onClose })
          }
        >
          {t(how === "offer" ? "shift.hand_over_go" : "shift.end_go")}
        </Button>
      </Stack>
    </Modal>
  );
}
