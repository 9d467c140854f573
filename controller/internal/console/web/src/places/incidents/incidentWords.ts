import i18next from "i18next";
import type { Incident } from "@/api/incidents";
import { whyWords } from "../screens/reasonWords";

type Translate = (key: string, params?: Record<string, unknown>) => string;

/** What is wrong, in one sentence. */
export function whatWords(t: Translate, i: Pick<Incident, "code" | "params">): string {
  const key = `incident.what_${i.code}`;
  return i18next.exists(key) ? t(key, i.params) : whyWords(t, i);
}

/** What it is about: a screen, or a whole cluster. */
export const placeWords = (i: Pick<Incident, "screen" | "cluster">) =>
  i.screen ? `${i.screen.name} · ${i.cluster.name}` : i.cluster.name;
