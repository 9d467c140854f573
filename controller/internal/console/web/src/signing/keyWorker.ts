// Opens and seals key files beside the page: the passphrase costs a second of work.
import type { Bytes } from "./bytes";
import { open, seal } from "./keyFile";

export type Task = { do: "open"; text: string; passphrase: string } | { do: "seal"; key: Bytes; passphrase: string };

addEventListener("message", async ({ data }: MessageEvent<Task>) => {
  try {
    postMessage(data.do === "open" ? await open(data.text, data.passphrase) : await seal(data.key, data.passphrase));
  } catch {
    postMessage(null);
  }
});
