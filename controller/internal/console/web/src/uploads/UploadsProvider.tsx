import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useReducer, useRef } from "react";
import type * as tus from "tus-js-client";
import { due, isMoving, tray } from "./machine";
import { forgetUpload, keyOf, makeTransfer, rememberedUploads, startTransfer } from "./transfer";
import { type Uploads, UploadsContext } from "./UploadsContext";

/** Holds the uploads above all pages, so that they go on while one works elsewhere. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const [uploads, tell] = useReducer(tray, []);
  const transfers = useRef(new Map<string, tus.Upload>());
  const client = useQueryClient();

  useEffect(() => {
    void rememberedUploads().then((found) => tell({ type: "remembered", uploads: found }));
  }, []);

  useEffect(() => {
    for (const { key } of due(uploads)) {
      const transfer = transfers.current.get(key);
      if (!transfer) continue;
      tell({ type: "started", key });
      void startTransfer(transfer);
    }
  }, [uploads]);

  const finished = uploads.filter((u) => u.phase === "done").length;
  useEffect(() => {
    if (finished > 0) void client.invalidateQueries({ queryKey: ["media", "list"] });
  }, [client, finished]);

  const moving = uploads.some(isMoving);
  useEffect(() => {
    if (!moving) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [moving]);

  const value = useMemo<Uploads>(
    () => ({
      uploads,
      add: (files) => {
        for (const file of files) {
          if (!transfers.current.has(keyOf(file))) transfers.current.set(keyOf(file), makeTransfer(file, tell));
        }
        tell({ type: "added", uploads: files.map((f) => ({ key: keyOf(f), name: f.name, size: f.size })) });
      },
      pause: (key) => {
        void transfers.current.get(key)?.abort();
        tell({ type: "paused", key });
      },
      resume: (key) => {
        const transfer = transfers.current.get(key);
        if (!transfer) return;
        tell({ type: "started", key });
        void startTransfer(transfer);
      },
      remove: (key) => {
        void transfers.current.get(key)?.abort(true);
        transfers.current.delete(key);
        void rememberedUploads().then((all) => {
          for (const u of all) if (u.key === key) void forgetUpload(u.storageKey);
        });
        tell({ type: "removed", key });
      },
      clear: () => {
        for (const u of uploads) if (!isMoving(u)) transfers.current.delete(u.key);
        tell({ type: "cleared" });
      },
    }),
    [uploads],
  );
  return <UploadsContext value={value}>{children}</UploadsContext>;
}
