import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { siteQuery, useRenewSitePIN } from "@/api/site";
import { useFormat } from "@/i18n/useFormat";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Site.module.css";

/** The PIN of the page that screens serve at their site, and where phones find it. */
export function SitePanel({ cluster }: { cluster: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const site = useQuery(siteQuery(cluster));
  const renew = useRenewSitePIN(cluster);
  return (
    <Stack gap="sm">
      <Text size="sm">{t("site.what")}</Text>
      {site.error && <ProblemNote error={site.error} onRetry={() => void site.refetch()} />}
      {renew.error && <ProblemNote error={renew.error} />}
      {site.isPending && <Skeleton height={160} radius="md" />}
      {site.data && (
        <>
          <section className={classes.pin}>
            <h3>{t("site.pin")}</h3>
            {renew.data ? (
              <output className={classes.digits}>{renew.data.pin}</output>
            ) : (
              <Text size="sm">
                {site.data.pin_set_at
                  ? t("site.pin_set", { when: format.ago(site.data.pin_set_at, new Date()) })
                  : t("site.pin_none")}
              </Text>
            )}
            <Text size="sm">{t(renew.data ? "site.pin_once" : "site.pin_ends")}</Text>
            <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
              {t("site.pin_make")}
            </Button>
          </section>
          <section>
            <h3>{t("site.pages")}</h3>
            <ul className={classes.pages}>
              {site.data.screens.map((s) => (
                <li key={s.screen.id}>
                  <strong>{s.screen.name}</strong>
                  {s.pages.length === 0 && <span>{t("site.page_none")}</span>}
                  {s.pages.map((p) => (
                    <code key={p}>{`https://${p}`}</code>
                  ))}
                  {s.fingerprint !== "" && <small>{t("site.fingerprint", { print: s.fingerprint })}</small>}
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </Stack>
  );
}
