import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { profilesQuery } from "@/api/profiles";
import { ScreenTabs } from "@/places/screens/ScreenTabs";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { AddShape } from "./AddShape";
import { Background } from "./Background";
import { ShapeRow } from "./ShapeRow";
import classes from "./Shapes.module.css";

/** The shapes of screens, and how far the library is for each. */
export function ShapesPage() {
  const { t } = useTranslation();
  const shapes = useQuery({ ...profilesQuery, refetchInterval: 5000 });
  return (
    <>
      <PageHead title={t("place.screens")} aside={<ScreenTabs here="shapes" />} />
      <p className={classes.hint}>{t("shape.hint")}</p>
      {shapes.error && !shapes.data && <ProblemNote error={shapes.error} onRetry={() => void shapes.refetch()} />}
      {shapes.isPending && <Skeleton height={320} />}
      {shapes.data && (
        <div className={classes.page}>
          <ul className={classes.shapes}>
            {shapes.data.map((s) => (
              <ShapeRow key={s.profile} shape={s} />
            ))}
          </ul>
          <AddShape />
          <Background />
        </div>
      )}
    </>
  );
}
