import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SourceSite } from "@/api/sources";
import { type Policy, policies, useSetPolicy } from "@/api/upstream";
import { Panel } from "@/ui/Panel";
import { useToast } from "@/ui/useToast";
import classes from "./Sources.module.css";

/** What becomes of approved items while nobody has decided about their changed page. */
export function PolicyChoice({ site, may }: { site: SourceSite; may: boolean }) {
  const { t } = useTranslation();
  const toast = useToast();
  const set = useSetPolicy(site.id);
  return (
    <Panel title={t("upstream.policy")}>
      <p className={classes.quiet}>{t("upstream.policy_hint")}</p>
      <Radio.Group
        name="policy"
        aria-label={t("upstream.policy")}
        value={site.policy}
        onChange={(p) =>
          set.mutate(p as Policy, { onError: toast.problem, onSuccess: () => toast.done(t("app.saved")) })
        }
      >
        <Stack gap="xs" mt="sm">
          {policies.map((p) => (
            <Radio
              key={p}
              value={p}
              disabled={!may || set.isPending}
              label={t(`upstream.policy_${p}`)}
              description={t(`upstream.policy_${p}_hint`)}
            />
          ))}
        </Stack>
      </Radio.Group>
    </Panel>
  );
}
