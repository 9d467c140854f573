import { Button, Collapse } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FilterBar.module.css";

interface Props {
  search?: ReactNode;
  /** How many filters are set: shown on the phone's button. */
  active: number;
  children: ReactNode;
}

/** Search and filters in one row; on a phone the filters fold behind one button. */
export function FilterBar({ search, active, children }: Props) {
  const { t } = useTranslation();
  const phone = useMediaQuery("(max-width: 47.99em)", undefined, { getInitialValueInEffect: false });
  const [open, setOpen] = useState(false);
  if (!phone) {
    return (
      <div className={classes.bar}>
        {search && <div className={classes.search}>{search}</div>}
        {children}
      </div>
    );
  }
  return (
    <div className={classes.phone}>
      <div className={classes.row}>
        {search && <div className={classes.search}>{search}</div>}
        <Button
          variant="default"
          aria-expanded={open}
          leftSection={<IconAdjustmentsHorizontal size={18} />}
          onClick={() => setOpen(!open)}
        >
          {active > 0 ? t("content.filters_active", { count: active }) : t("content.filters")}
        </Button>
      </div>
      <Collapse expanded={open}>
        <div className={classes.folded}>{children}</div>
      </Collapse>
    </div>
  );
}
