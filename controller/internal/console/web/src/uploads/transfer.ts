import * as tus from "tus-js-client";
import { base } from "@/api/http";
import { uploadResult } from "@/api/media";
import { asProblem, toProblem } from "@/api/problem";
import type { UploadEvent } from "./machine";

const endpoint = `${base}/uploads/`;
/** A dropped link is tried again for about two minutes, then when the network is back. */
const retryDelays = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];
const chunkSize = 8 * 1024 * 1024;

/** The same file dropped again, even after a reload, has the same key: this is how an upload goes on. */
export const keyOf = (file: File) => ["cotmoc", file.name, file.type, file.size, file.lastModified].join("|");

function refusal(error: unknown) {
  const response = error instanceof tus.DetailedError ? error.originalResponse : null;
  if (!response)
    return { reason: asProblem(error).reason === "console_fault" ? "upload_broken" : asProblem(error).reason };
  let body: unknown;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    body = undefined;
  }
  const problem = toProblem(response.getStatus(), body);
  return {
    reason: problem.reason === "unreadable_answer" ? `upload_${response.getStatus()}` : problem.reason,
    params: problem.params,
  };
}

/** What became of a file that has arrived; a server that is away just then is asked again. */
async function resultOf(upload: string) {
  for (const delay of retryDelays) {
    try {
      return await uploadResult(upload);
    } catch (error) {
      const { status, reason } = asProblem(error);
      if (status < 500 && reason !== "no_connection") throw error;
    }
    await new Promise((over) => setTimeout(over, delay));
  }
  return uploadResult(upload);
}

async function conclude(key: string, url: string | null, tell: (event: UploadEvent) => void) {
  tell({ type: "sent", key });
  try {
    const result = await resultOf(url?.split("/").filter(Boolean).pop() ?? "");
    if (result.error) tell({ type: "refused", key, reason: result.error });
    else if (result.duplicate_of) tell({ type: "duplicate", key, twin: result.duplicate_of });
    else tell({ type: "finished", key, mediaId: result.media_id });
  } catch (error) {
    const { reason, params } = asProblem(error);
    tell({ type: "refused", key, reason: { reason, params } });
  }
}

/** The server has said no to this very file: going on later would lead to the same answer. */
function isFinal(error: unknown): boolean {
  const status = error instanceof tus.DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;
  return [400, 404, 410, 413, 415, 422].includes(status);
}

async function forgetAll(transfer: tus.Upload) {
  for (const previous of await transfer.findPreviousUploads()) await forgetUpload(previous.urlStorageKey);
}

/** Prepares the sending of one file; nothing is sent before start(). */
export function makeTransfer(file: File, tell: (event: UploadEvent) => void): tus.Upload {
  const key = keyOf(file);
  const transfer: tus.Upload = new tus.Upload(file, {
    endpoint,
    retryDelays,
    chunkSize,
    removeFingerprintOnSuccess: true,
    fingerprint: async () => key,
    metadata: { filename: file.name.normalize("NFC"), filetype: file.type },
    onProgress: (sent) => tell({ type: "progress", key, sent }),
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = status === 0 || status === 409 || status === 423 || status >= 500;
      if (again) tell({ type: "stalled", key });
      return again;
    },
    onSuccess: () => void conclude(key, transfer.url, tell),
    onError: (error) => {
      if (isFinal(error)) void forgetAll(transfer);
      tell({ type: "refused", key, reason: refusal(error) });
    },
  });
  return transfer;
}

/** Starts or goes on, from where the server says it stopped. */
export async function startTransfer(transfer: tus.Upload): Promise<void> {
  const [previous] = await transfer.findPreviousUploads();
  if (previous && !transfer.url) transfer.resumeFromPreviousUpload(previous);
  transfer.start();
}

/** Uploads of an earlier visit that were not finished, by what the browser remembers of them. */
export async function rememberedUploads() {
  const all = await tus.defaultOptions.urlStorage.findAllUploads();
  return all.flatMap((u) => {
    const key = u.urlStorageKey.split("::")[1] ?? "";
    if (!key.startsWith("cotmoc|")) return [];
    return [{ key, name: key.split("|")[1] ?? "", size: u.size ?? 0, sent: 0, storageKey: u.urlStorageKey }];
  });
}

export const forgetUpload = (storageKey: string) => tus.defaultOptions.urlStorage.removeUpload(storageKey);
