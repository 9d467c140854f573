import { Button, Group, Modal, NumberInput, Slider, Stack, Text, TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAskHelp } from "@/api/help";
import type { ScreenState } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./Help.module.css";
import type { Help } from "./helpKinds";

interface Props {
  screen: ScreenState;
  help: Help;
  onClose: () => void;
}

/** Says what will happen on the glass and for how long, before it is asked for. */
export function HelpDialog({ screen, help, onClose }: Props) {
  const { t } = useTranslation();
  const ask = useAskHelp(screen.id);
  const id = useId();
  const [amount, setAmount] = useState(help.amount?.first ?? 0);
  const [typed, setTyped] = useState("");
  useFocusBack();
  const range = help.amount;
  const ready = !help.typed || typed.trim().normalize("NFC") === screen.name.normalize("NFC");
  const go = () => ask.mutate(range ? { kind: help.kind, amount } : { kind: help.kind }, { onSuccess: onClose });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("help.dialog", { what: t(`help.do_${help.kind}`), name: screen.name })}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (ready) go();
        }}
      >
        <Stack>
          {ask.error && <ProblemNote error={ask.error} />}
          <Text size="sm">{t(`help.what_${help.kind}`)}</Text>
          {range && (
            <div>
              <Group justify="space-between" wrap="nowrap" mb={8}>
                <label htmlFor={id}>{t(`help.amount_${help.kind}`)}</label>
                <NumberInput
                  id={id}
                  data-autofocus
                  className={classes.number}
                  min={range.min}
                  max={range.max}
                  step={range.step}
                  allowDecimal={false}
                  clampBehavior="strict"
                  value={amount}
                  onChange={(v) => setAmount(typeof v === "number" ? v : range.min)}
                />
              </Group>
              <Slider
                label={null}
                thumbLabel={t(`help.amount_${help.kind}`)}
                min={range.min}
                max={range.max}
                value={amount}
                onChange={setAmount}
              />
            </div>
          )}
          {help.typed && (
            <TextInput
              data-autofocus
              label={t("help.type_name")}
              placeholder={screen.name}
              value={typed}
              onChange={(e) => setTyped(e.currentTarget.value)}
            />
          )}
          <Text size="sm" className={classes.quiet}>
            {t("help.good_for")}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" disabled={!ready} loading={ask.isPending} leftSection={<help.icon size={18} />}>
              {t(`help.do_${help.kind}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
