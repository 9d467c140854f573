import { Button, Chip, Group, Input, NumberInput, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { IconSpeakerphone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { type BulletinTemplate, type Level, type OrderWish, templatesQuery } from "@/api/orders";
import { useWatch } from "@/api/useWatch";
import { BulletinStage } from "@/signing/BulletinStage";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { blanks, filled, type Texts, tooLong } from "./bulletin";
import classes from "./Orders.module.css";

const SignOrder = lazy(() => import("@/signing/SignOrder"));
const route = getRouteApi("/shell/screens/bulletin");

const languages = ["vi", "lo", "en"] as const;
const minuteChoices = [15, 30, 60, 120, 240, 720];
const none: Texts = { vi: { title: "", body: "" }, lo: { title: "", body: "" }, en: { title: "", body: "" } };

/** Writes an emergency bulletin with the screen beside it, then signs the final text. */
export function BulletinPage() {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = route.useNavigate();
  const { screen } = route.useSearch();
  const templates = useQuery(templatesQuery);
  const clusters = useQuery(clustersQuery).data ?? [];
  const screens = useWatch().screens;
  const [template, setTemplate] = useState("");
  const [text, setText] = useState<Texts>(none);
  const [language, setLanguage] = useState<(typeof languages)[number]>("vi");
  const [level, setLevel] = useState<Level>("urgent");
  const [minutes, setMinutes] = useState(60);
  const [where, setWhere] = useState<string[]>([]);
  const [only, setOnly] = useState<string[]>(screen ? [screen] : []);
  const [wish, setWish] = useState<OrderWish | null>(null);
  const take = (b: BulletinTemplate) => {
    setTemplate(b.id);
    setLevel(b.level);
    setMinutes(b.minutes);
    setText({ ...none, ...Object.fromEntries(b.text.map((x) => [x.language, { title: x.title, body: x.body }])) });
  };
  const write = (part: "title" | "body", value: string) =>
    setText({ ...text, [language]: { ...text[language], [part]: value } });
  const final = filled(text);
  const blank = blanks(text);
  const problem = [
    final.length === 0 && t("order.need_text"),
    blank.length > 0 && t("order.need_blanks", { languages: blank.map((l) => t(`app.language_${l}`)).join(", ") }),
    tooLong(text).length > 0 && t("order.too_long"),
    where.length + only.length === 0 && t("order.need_where"),
  ].find(Boolean);
  return (
    <>
      <BackLink to="/screens/orders" label={t("order.tab_orders")} />
      <PageHead title={t("order.compose")} />
      <div className={classes.composer}>
        <div className={classes.fields}>
          <Panel title={t("order.templates")}>
            {templates.error && <ProblemNote error={templates.error} onRetry={() => void templates.refetch()} />}
            <Group gap={6}>
              {templates.data?.map((b) => (
                <Chip key={b.id} checked={template === b.id} variant="light" onChange={() => take(b)}>
                  {b.text[0]?.title}
                </Chip>
              ))}
            </Group>
          </Panel>
          <Panel title={t("order.text")}>
            <Stack gap="sm">
              <SegmentedControl
                value={language}
                onChange={(l) => setLanguage(l as typeof language)}
                data={languages.map((l) => ({
                  value: l,
                  label: `${t(`app.language_${l}`)}${blank.includes(l) ? " ___" : text[l].title.trim() ? " ✓" : ""}`,
                }))}
              />
              <TextInput
                label={t("order.title")}
                lang={language}
                maxLength={200}
                value={text[language].title}
                onChange={(e) => write("title", e.currentTarget.value)}
              />
              <Textarea
                label={t("order.body")}
                description={t("order.blank_hint")}
                lang={language}
                autosize
                minRows={3}
                maxLength={600}
                value={text[language].body}
                onChange={(e) => write("body", e.currentTarget.value)}
              />
            </Stack>
          </Panel>
          <Panel title={t("order.how")}>
            <Stack gap="sm">
              <Input.Wrapper label={t("order.level")} labelElement="div">
                <SegmentedControl
                  mt={4}
                  fullWidth
                  value={level}
                  onChange={(l) => setLevel(l as Level)}
                  data={(["notice", "urgent"] as const).map((l) => ({ value: l, label: t(`order.level_${l}`) }))}
                />
              </Input.Wrapper>
              <Input.Wrapper label={t("order.minutes")} labelElement="div">
                <Group gap={6} mt={4}>
                  {minuteChoices.map((m) => (
                    <Chip key={m} checked={minutes === m} variant="light" onChange={() => setMinutes(m)}>
                      {m < 60 ? t("time.minutes", { count: m }) : t("time.hours", { count: m / 60 })}
                    </Chip>
                  ))}
                  <NumberInput
                    aria-label={t("order.minutes")}
                    w={96}
                    min={1}
                    max={1440}
                    allowDecimal={false}
                    value={minutes}
                    onChange={(v) => setMinutes(Math.min(1440, Math.max(1, Number(v) || 1)))}
                  />
                </Group>
              </Input.Wrapper>
              <Input.Wrapper label={t("schedule.clusters")} labelElement="div">
                <Chip.Group
                  multiple
                  value={where}
                  onChange={(v) => {
                    setWhere(v);
                    setOnly([]);
                  }}
                >
                  <Group gap={6} mt={4}>
                    {clusters.map((c) => (
                      <Chip key={c.id} value={c.id} variant="light">
                        {c.name}
                      </Chip>
                    ))}
                  </Group>
                </Chip.Group>
              </Input.Wrapper>
              <Input.Wrapper label={t("schedule.single_screens")} labelElement="div">
                <Chip.Group
                  multiple
                  value={only}
                  onChange={(v) => {
                    setOnly(v);
                    setWhere([]);
                  }}
                >
                  <Group gap={6} mt={4} className={classes.screens}>
                    {screens.map((s) => (
                      <Chip key={s.id} value={s.id} variant="light" size="sm">
                        {s.name}
                      </Chip>
                    ))}
                  </Group>
                </Chip.Group>
              </Input.Wrapper>
            </Stack>
          </Panel>
        </div>
        <aside className={classes.stage}>
          <BulletinStage text={final} level={level} />
          <div className={classes.portrait}>
            <BulletinStage text={final} level={level} portrait />
            <p className={classes.quiet}>{t("order.preview_hint")}</p>
          </div>
          <Button
            size="md"
            disabled={Boolean(problem)}
            leftSection={<IconSpeakerphone size={20} />}
            onClick={() => setWish({ kind: "bulletin", text: final, level, minutes, clusters: where, screens: only })}
          >
            {t("order.to_sign")}
          </Button>
          {problem && <p className={classes.quiet}>{problem}</p>}
        </aside>
      </div>
      <Suspense fallback={null}>
        {wish && (
          <SignOrder
            wish={wish}
            onClose={() => setWish(null)}
            onDone={() => {
              toast.done(t("order.bulletin_given"));
              void navigate({ to: "/screens/orders" });
            }}
          />
        )}
      </Suspense>
    </>
  );
}
