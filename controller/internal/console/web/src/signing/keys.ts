import { Problem } from "@/api/problem";
import { type Bytes, digestOf } from "./bytes";
import type { Task } from "./keyWorker";

const refusal = (reason: string) => new Problem(0, "unavailable", reason, {}, reason);

/** One task in a worker of its own, which ends with it: nothing of the key stays there. */
function inWorker(task: Task): Promise<unknown> {
  const worker = new Worker(new URL("./keyWorker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => reject(refusal("key_file_damaged"));
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}

const subtle = () => {
  if (!window.isSecureContext) throw refusal("key_file_unsupported");
  return crypto.subtle;
};

/** The private key of a file, for signing only; the file and its key never leave the browser. */
export async function openKey(file: File, passphrase: string): Promise<CryptoKey> {
  const opened = await inWorker({ do: "open", text: await file.text(), passphrase });
  if (!(opened instanceof Uint8Array)) throw refusal(typeof opened === "string" ? opened : "key_file_damaged");
  const pkcs8 = opened as Bytes;
  try {
    return await subtle().importKey("pkcs8", pkcs8, { name: "Ed25519" }, true, ["sign"]);
  } catch {
    throw refusal("key_file_unsupported");
  } finally {
    pkcs8.fill(0);
  }
}

/** The public half of a private key. */
async function publicHalf(key: CryptoKey): Promise<CryptoKey> {
  const { kty, crv, x } = await subtle().exportKey("jwk", key);
  return subtle().importKey("jwk", { kty, crv, x } as JsonWebKey, { name: "Ed25519" }, true, ["verify"]);
}

/** The id by which a charter names a key: the first 16 hex digits of the SHA-256 of its public half as DER. */
export async function credentialId(key: CryptoKey): Promise<string> {
  const spki = new Uint8Array(await subtle().exportKey("spki", await publicHalf(key)));
  return (await digestOf(spki)).slice(0, 16);
}

export const signBytes = async (key: CryptoKey, bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await subtle().sign({ name: "Ed25519" }, key, bytes));

/** A new key: its sealed file and the 32 bytes that others may know. */
export async function makeKey(passphrase: string): Promise<{ file: string; publicKey: Bytes }> {
  let pair: CryptoKeyPair;
  try {
    pair = (await subtle().generateKey({ name: "Ed25519" }, true, ["sign", "verify"])) as CryptoKeyPair;
  } catch {
    throw refusal("key_file_unsupported");
  }
  const key: Bytes = new Uint8Array(await subtle().exportKey("pkcs8", pair.privateKey));
  const file = await inWorker({ do: "seal", key, passphrase });
  key.fill(0);
  if (typeof file !== "string") throw refusal("key_file_damaged");
  return { file, publicKey: new Uint8Array(await subtle().exportKey("raw", pair.publicKey)) };
}
