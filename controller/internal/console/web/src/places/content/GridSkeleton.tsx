import { Skeleton } from "@mantine/core";
import classes from "./Content.module.css";

/** Holds the grid's place at its final sizes. */
export function GridSkeleton() {
  return (
    <div className={classes.skeletons} aria-hidden="true">
      {Array.from({ length: 24 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={i}>
          <Skeleton className={classes.skeleton} radius="sm" />
          <Skeleton height={12} mt={12} width="80%" />
          <Skeleton height={10} mt={10} width="45%" />
        </div>
      ))}
    </div>
  );
}
