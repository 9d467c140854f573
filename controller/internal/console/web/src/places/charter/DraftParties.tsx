import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Party } from "@/api/charter";
import classes from "./Charter.module.css";
import { partyOf, withParty } from "./parties";

interface Props {
  parties: Party[];
  /** This console's own, which every charter names. */
  own: Party | null;
  /** Names that chosen passkeys belong to. */
  used: Set<string>;
  onChange: (parties: Party[]) => void;
}

const addressShape = "https://…";

/** At which addresses passkeys sign: the console's own first, which stays. */
export function DraftParties({ parties, own, used, onChange }: Props) {
  const { t } = useTranslation();
  const [address, setAddress] = useState("");
  const [bad, setBad] = useState(false);
  const here = window.location.origin;
  const why = (p: Party) => {
    if (p.id === own?.id) return t("charter.party_own");
    return used.has(p.id) ? t("charter.party_used") : "";
  };
  const add = () => {
    const party = partyOf(address.trim());
    setBad(!party);
    if (!party) return;
    onChange(withParty(parties, party));
    setAddress("");
  };
  return (
    <>
      <p className={classes.words}>{t("charter.parties_hint")}</p>
      {!own && <p className={classes.lack}>{t("charter.party_none")}</p>}
      {own && !parties.some((p) => p.origins.includes(here)) && (
        <p className={classes.lack}>{t("charter.party_here", { here })}</p>
      )}
      <ul className={classes.roots}>
        {parties.map((p) => (
          <li key={p.id}>
            <strong>{p.id}</strong>
            <code>{p.origins.join(" ")}</code>
            <span className={classes.note}>{why(p)}</span>
            {!why(p) && (
              <ActionIcon
                aria-label={t("charter.drop_party", { name: p.id })}
                onClick={() => onChange(parties.filter((x) => x !== p))}
              >
                <IconX size={18} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      <form
        className={classes.address}
        onSubmit={(e) => {
          e.preventDefault();
          add();
        }}
      >
        <TextInput
          aria-label={t("charter.party")}
          placeholder={addressShape}
          inputMode="url"
          autoComplete="off"
          maxLength={200}
          error={bad && t("charter.party_bad")}
          value={address}
          onChange={(e) => {
            setBad(false);
            setAddress(e.currentTarget.value);
          }}
        />
        <Button type="submit" variant="default" disabled={address.trim() === ""} leftSection={<IconPlus size={18} />}>
          {t("charter.add_party")}
        </Button>
      </form>
    </>
  );
}
