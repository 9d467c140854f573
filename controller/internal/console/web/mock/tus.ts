import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { UploadResult } from "../src/api/types.ts";
import { makeMedia, media } from "./media.ts";

interface Upload {
  length: number;
  offset: number;
  name: string;
  hash: ReturnType<typeof createHash>;
}
const uploads = new Map<string, Upload>();
const seen = new Map<string, string>();
export const results = new Map<string, UploadResult>();

function nameOf(metadata: string): string {
  const pair = metadata.split(",").find((p) => p.startsWith("filename "));
  return Buffer.from(pair?.slice(9) ?? "", "base64").toString("utf8");
}

function finish(id: string, upload: Upload): string {
  const digest = upload.hash.digest("hex");
  if (/\.(svg|heic|exe)$/i.test(upload.name)) {
    results.set(id, { media_id: "", error: { reason: "image_svg", params: { file_name: upload.name } } });
    return "";
  }
  const twin = media.find((m) => m.id === seen.get(digest));
  if (twin) {
    results.set(id, { media_id: twin.id, duplicate_of: { id: twin.id, title: twin.title, state: twin.state } });
    return twin.id;
  }
  const n = media.length;
  const item = {
    ...makeMedia(n, "processing"),
    title: upload.name.replace(/\.\w+$/, ""),
    created_at: new Date().toISOString(),
  };
  item.job = { state: "running", stage: "render", progress: 0.1, reason: "" };
  media.unshift(item);
  seen.set(digest, item.id);
  const timer = setInterval(() => {
    if (!item.job) return clearInterval(timer);
    item.job.progress += 0.15;
    if (item.job.progress < 1) return;
    Object.assign(item, { ...makeMedia(n, "draft"), title: item.title, created_at: item.created_at });
  }, 800);
  results.set(id, { media_id: item.id });
  return item.id;
}

/** tus 1.0: creation, appending, asking, ending. */
export function tus(method: string, path: string, request: IncomingMessage, raw: Buffer, response: ServerResponse) {
  response.setHeader("Tus-Resumable", "1.0.0");
  const id = path.split("/")[2] ?? "";
  if (method === "POST") {
    const made = `up${uploads.size + 1}-${Date.now()}`;
    const length = Number(request.headers["upload-length"]);
    uploads.set(made, {
      length,
      offset: 0,
      name: nameOf(String(request.headers["upload-metadata"])),
      hash: createHash("sha256"),
    });
    response.writeHead(201, { Location: `/api/v1/uploads/${made}` });
    return response.end();
  }
  const upload = uploads.get(id);
  if (!upload) return response.writeHead(404).end();
  if (method === "PATCH") {
    upload.hash.update(raw);
    upload.offset += raw.length;
    if (upload.offset === upload.length) response.setHeader("Cotmoc-Media", finish(id, upload));
  }
  if (method === "DELETE") uploads.delete(id);
  response.writeHead(method === "HEAD" ? 200 : 204, {
    "Upload-Offset": String(upload.offset),
    "Upload-Length": String(upload.length),
    "Cache-Control": "no-store",
  });
  setTimeout(() => response.end(), 150);
}
