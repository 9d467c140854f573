import { Button, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDescribeProfile } from "@/api/profiles";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Shapes.module.css";

/** Describes the size of a site's wall. */
export function AddShape() {
  const { t } = useTranslation();
  const add = useDescribeProfile();
  const [name, setName] = useState("");
  const [width, setWidth] = useState<number | string>("");
  const [height, setHeight] = useState<number | string>("");
  const ready = name.trim() !== "" && typeof width === "number" && typeof height === "number";
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    add.mutate(
      { name: name.trim(), width, height },
      {
        onSuccess: () => {
          setName("");
          setWidth("");
          setHeight("");
        },
      },
    );
  };
  return (
    <Panel title={t("shape.add_title")}>
      {add.error && <ProblemNote error={add.error} />}
      <form className={classes.add} onSubmit={save}>
        <TextInput
          label={t("shape.name")}
          placeholder={t("shape.name_example")}
          maxLength={100}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <NumberInput label={t("shape.width")} hideControls allowDecimal={false} value={width} onChange={setWidth} />
        <NumberInput label={t("shape.height")} hideControls allowDecimal={false} value={height} onChange={setHeight} />
        <Button type="submit" disabled={!ready} loading={add.isPending}>
          {t("shape.add")}
        </Button>
      </form>
      <p className={classes.note}>{t("shape.add_hint")}</p>
    </Panel>
  );
}
