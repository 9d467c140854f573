import { armor, Decrypter, Encrypter } from "age-encryption";
import { type Bytes, base64, fromBase64 } from "./bytes";

/** Why a key file cannot be used. */
export type KeyFault = "key_file_damaged" | "key_file_plain" | "key_file_passphrase";

const pemHead = "-----BEGIN PRIVATE KEY-----";
const pemFoot = "-----END PRIVATE KEY-----";
const sealedHead = "-----BEGIN AGE ENCRYPTED FILE-----";

/** A key as PKCS#8 in PEM within age's armour: what `age -d FILE` opens too. */
export async function seal(pkcs8: Bytes, passphrase: string, work = 18): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(work);
  encrypter.setPassphrase(passphrase.normalize("NFC"));
  const lines = base64(pkcs8).match(/.{1,64}/g) ?? [];
  return armor.encode(await encrypter.encrypt(`${[pemHead, ...lines, pemFoot].join("\n")}\n`));
}

/** The PKCS#8 bytes of a sealed key, or why there are none. A wrong passphrase and a damaged header look the same. */
export async function open(text: string, passphrase: string): Promise<Bytes | KeyFault> {
  if (text.includes(pemHead)) return "key_file_plain";
  if (!text.startsWith(sealedHead) || text.length > 64 << 10) return "key_file_damaged";
  let pem: string;
  try {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase.normalize("NFC"));
    pem = await decrypter.decrypt(armor.decode(text), "text");
  } catch {
    return "key_file_passphrase";
  }
  const body = /^-----BEGIN PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END PRIVATE KEY-----\s*$/.exec(pem)?.[1];
  return body ? fromBase64(body.replace(/\s/g, "")) : "key_file_damaged";
}
