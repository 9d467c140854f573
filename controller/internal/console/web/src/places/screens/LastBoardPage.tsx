import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { forgetBoard, lastBoard } from "@/api/lastBoard";
import { asProblem } from "@/api/problem";
import type { ScreenState } from "@/api/types";
import { dateTime } from "@/time/format";
import { PageHead } from "@/ui/PageHead";
import { ScreenMark } from "@/ui/ScreenMark";
import classes from "./LastBoard.module.css";
import notice from "./LinkNotice.module.css";
import { byCluster } from "./worst";

const askMs = 10_000;

/** Without a line: how the screens were when this device last heard of them, and that it is not how they are. */
export function LastBoardPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [board] = useState(lastBoard);
  const ask = useCallback(async () => {
    try {
      await http.get("/me");
      void navigate({ to: "/screens", replace: true });
    } catch (error) {
      const { status } = asProblem(error);
      if (status === 401) forgetBoard();
      if (status !== 0) void navigate({ to: "/screens", replace: true });
    }
  }, [navigate]);
  useEffect(() => {
    const timer = setInterval(() => void ask(), askMs);
    return () => clearInterval(timer);
  }, [ask]);
  useEffect(() => {
    if (!board) void navigate({ to: "/screens", replace: true });
  }, [board, navigate]);
  if (!board) return null;
  return (
    <main className={classes.page}>
      <PageHead
        title={t("wall.last_title")}
        actions={
          <Button variant="default" onClick={() => void ask()}>
            {t("app.retry")}
          </Button>
        }
      />
      <div className={notice.notice} role="alert">
        <IconPlugConnectedX size={24} aria-hidden="true" />
        <strong>{t("wall.last_notice", { at: dateTime(new Date(board.at)) })}</strong>
      </div>
      {byCluster(board.screens as ScreenState[]).map((group) => (
        <section key={group.id}>
          <h2>{group.name}</h2>
          <ul className={classes.list}>
            {group.screens.map((s) => (
              <li key={s.id}>
                <strong>{s.name}</strong>
                <ScreenMark state={s.state} plain />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {board.rest > 0 && <p>{t("wall.last_rest", { count: board.rest })}</p>}
      <p className={classes.quiet}>{t("wall.last_of", { name: board.person.name })}</p>
    </main>
  );
}
