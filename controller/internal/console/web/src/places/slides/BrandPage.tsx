import { Button, ColorInput, FileButton, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Brand, brandQuery, useSetBrand } from "@/api/brand";
import { useMe } from "@/api/session";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./BrandPage.module.css";
import { Field } from "./Field";

/** How the slides of one's unit look: its name, its emblem and two colours. */
export function BrandPage() {
  const unit = useMe().unit;
  const brand = useQuery(brandQuery(unit.id));
  if (brand.error && !brand.data) return <ProblemNote error={brand.error} onRetry={() => void brand.refetch()} />;
  if (!brand.data) return null;
  return <Editor key={brand.data.version} unit={unit} brand={brand.data} />;
}

/** As it is chosen: a file in base64 and what it is. */
interface Chosen {
  type: string;
  bytes: string;
}

function Editor({ unit, brand }: { unit: { id: string; name: string }; brand: Brand }) {
  const { t } = useTranslation();
  const set = useSetBrand(unit.id);
  const [name, setName] = useState(brand.name || unit.name.slice(0, 60));
  const [main, setMain] = useState(brand.main || "#b80f29");
  const [accent, setAccent] = useState(brand.accent || "#f2b632");
  const [file, setFile] = useState<Chosen | null>(null);
  const [drop, setDrop] = useState(false);
  const kept = brand.emblem && !drop ? `data:image/jpeg;base64,${brand.emblem}` : "";
  const emblem = file ? `data:${file.type};base64,${file.bytes}` : kept;
  const changed =
    brand.version === 0 ||
    name.trim() !== brand.name ||
    main !== brand.main ||
    accent !== brand.accent ||
    !!file ||
    drop;
  const choose = (f: File | null) => {
    if (f) void base64(f).then((bytes) => setFile({ type: f.type, bytes }));
  };
  const save = () =>
    set.mutate({
      name: name.trim(),
      main,
      accent,
      ...(file ? { emblem: file.bytes } : {}),
      drop_emblem: drop && !file,
      version: brand.version,
    });
  return (
    <>
      <BackLink to="/slides/new" label={t("slides.new")} />
      <PageHead
        title={t("brand.title")}
        aside={<span>{unit.name}</span>}
        actions={
          <Button disabled={!changed || name.trim() === ""} loading={set.isPending} onClick={save}>
            {t("brand.save")}
          </Button>
        }
      />
      {set.error && <ProblemNote error={set.error} />}
      <div className={classes.columns}>
        <Panel>
          <Stack gap="md">
            <TextInput
              label={t("brand.name")}
              value={name}
              maxLength={60}
              onChange={(e) => setName(e.currentTarget.value)}
            />
            <ColorInput
              label={t("brand.main")}
              description={t("brand.main_hint")}
              format="hex"
              value={main}
              onChange={(c) => setMain(c.toLowerCase())}
            />
            <ColorInput
              label={t("brand.accent")}
              description={t("brand.accent_hint")}
              format="hex"
              value={accent}
              onChange={(c) => setAccent(c.toLowerCase())}
            />
            <Field label={t("brand.emblem")}>
              <p className={classes.hint}>{t("brand.emblem_hint")}</p>
              <div className={classes.emblem}>
                {emblem && <img src={emblem} alt={t("brand.emblem")} />}
                <FileButton accept="image/png,image/jpeg,image/webp" onChange={choose}>
                  {(props) => (
                    <Button {...props} variant="default">
                      {t("brand.emblem_choose")}
                    </Button>
                  )}
                </FileButton>
                {emblem && (
                  <Button
                    variant="subtle"
                    color="gray"
                    onClick={() => {
                      setFile(null);
                      setDrop(true);
                    }}
                  >
                    {t("brand.emblem_drop")}
                  </Button>
                )}
              </div>
            </Field>
          </Stack>
        </Panel>
        <div>
          <section className={classes.sample} aria-label={t("brand.sample")}>
            <header style={{ background: main, borderColor: accent }}>
              <b>{t("templates.template_thong_bao")}</b>
              <span>
                {emblem && <img src={emblem} alt="" />}
                {name}
              </span>
            </header>
            <p style={{ color: main }}>{t("brand.sample")}</p>
          </section>
          <p className={classes.hint}>{t("brand.hint")}</p>
        </div>
      </div>
    </>
  );
}

/** A file's bytes in base64. */
async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}
