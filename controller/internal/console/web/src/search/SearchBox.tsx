import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchEvent } from "./openSearch";
import classes from "./Search.module.css";
import { useFound } from "./useFound";

/** Search across media, playlists, screens and pages, by one key. */
export function SearchBox() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [q] = useDebouncedValue(text.trim(), 150);
  const found = useFound(open, q);
  useHotkeys([["mod+K", () => setOpen(true)]], []);
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener(searchEvent, show);
    return () => window.removeEventListener(searchEvent, show);
  }, []);
  const close = () => {
    setOpen(false);
    setText("");
    setAt(0);
  };
  const go = (index: number) => {
    const hit = found[index];
    if (!hit) return;
    close();
    void navigate({ to: hit.to });
  };
  const chosen = Math.min(at, found.length - 1);
  return (
    <Modal
      opened={open}
      onClose={close}
      size={600}
      yOffset="12vh"
      centered={false}
      withCloseButton={false}
      padding={0}
      attributes={{ content: { "aria-label": t("app.search") } }}
    >
      <TextInput
        data-autofocus
        variant="unstyled"
        size="lg"
        role="combobox"
        aria-label={t("app.search")}
        aria-expanded={found.length > 0}
        aria-controls="search-hits"
        aria-activedescendant={found[chosen] ? `hit-${chosen}` : undefined}
        classNames={{ input: classes.input }}
        leftSection={<IconSearch size={20} />}
        placeholder={t("search.placeholder")}
        value={text}
        onChange={(e) => {
          setText(e.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.key === "ArrowDown") setAt((chosen + 1) % Math.max(1, found.length));
          else if (e.key === "ArrowUp") setAt((chosen + found.length - 1) % Math.max(1, found.length));
          else if (e.key === "Enter") go(chosen);
          else return;
          e.preventDefault();
        }}
      />
      <div id="search-hits" role="listbox" className={classes.hits} aria-label={t("app.search")}>
        {found.map((hit, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          <div
            key={hit.to}
            id={`hit-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            onMouseMove={() => setAt(i)}
            onClick={() => go(i)}
          >
            {hit.picture ? <img src={hit.picture} alt="" /> : <hit.icon size={20} stroke={1.6} aria-hidden="true" />}
            <span>{hit.title}</span>
            <small>{hit.kind}</small>
          </div>
        ))}
      </div>
      {q !== "" && found.length === 0 && <p className={classes.none}>{t("content.no_match")}</p>}
    </Modal>
  );
}
