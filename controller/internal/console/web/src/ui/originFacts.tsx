import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import type { Media } from "@/api/types";
import { date, dateTime } from "@/time/format";
import { PageLink } from "./PageLink";

/** Where it comes from, as far as anybody has said. */
export function originFacts(t: TFunction, { origin: o }: Media): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [];
  if (o.publisher) facts.push([t("media.publisher"), o.publisher]);
  if (o.creator) facts.push([t("media.creator"), o.creator]);
  if (o.published_at) facts.push([t("media.published"), date(new Date(o.published_at))]);
  if (o.page) facts.push([t("media.page"), <PageLink key="page" url={o.page} />]);
  if (o.fetched_at) facts.push([t("media.fetched"), dateTime(new Date(o.fetched_at))]);
  return facts;
}
