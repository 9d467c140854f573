import { Button, TextInput } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLook } from "@/api/sources";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Sources.module.css";

/** One large field: any article's address, pasted. */
export function PasteField() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const look = useLook();
  const [address, setAddress] = useState("");
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() === "") return;
    look.mutate(address.trim(), {
      onSuccess: (find) => void navigate({ to: "/sources/tray/$id", params: { id: find.id } }),
    });
  };
  return (
    <form className={classes.paste} onSubmit={go}>
      <TextInput
        name="address"
        type="text"
        inputMode="url"
        autoComplete="off"
        aria-label={t("sources.paste")}
        placeholder={t("sources.paste_example")}
        leftSection={<IconLink size={20} stroke={1.6} />}
        size="md"
        value={address}
        onChange={(e) => setAddress(e.currentTarget.value)}
      />
      <Button type="submit" size="md" loading={look.isPending}>
        {t("sources.look")}
      </Button>
      {look.error && <ProblemNote error={look.error} />}
    </form>
  );
}
