import { Problem } from "@/api/problem";
import type { Hand, Signer } from "@/api/signing";
import { type Bytes, base64, base64url, fromBase64url, same } from "./bytes";

const refusal = (reason: string) => new Problem(0, "unavailable", reason, {}, reason);

/** Whether this page can ask for a passkey: it is bound to one host. */
export const usableHere = (s: Signer) =>
  s.kind === "passkey" &&
  s.credential_id !== "" &&
  window.isSecureContext &&
  (location.hostname === s.rp_id || location.hostname.endsWith(`.${s.rp_id}`));

/** Has an authenticator sign a challenge that this page has computed itself. */
export async function signWithPasskey(signers: Signer[], challenge: Bytes): Promise<Hand> {
  const usable = signers.filter(usableHere);
  const rpId = usable[0]?.rp_id;
  if (!rpId) throw refusal("passkey_unsupported");
  let made: Credential | null;
  try {
    made = await navigator.credentials.get({
      publicKey: {
        challenge,
        rpId,
        userVerification: "required",
        allowCredentials: usable
          .filter((s) => s.rp_id === rpId)
          .map((s) => ({ type: "public-key" as const, id: fromBase64url(s.credential_id) })),
      },
    });
  } catch (error) {
    throw refusal(
      error instanceof DOMException && error.name === "SecurityError" ? "passkey_unsupported" : "passkey_stopped",
    );
  }
  if (!(made instanceof PublicKeyCredential)) throw refusal("passkey_stopped");
  const signer = usable.find((s) => same(fromBase64url(s.credential_id), new Uint8Array(made.rawId)));
  const answer = made.response as AuthenticatorAssertionResponse;
  const asked = JSON.parse(new TextDecoder().decode(answer.clientDataJSON)).challenge;
  if (!signer || asked !== base64url(challenge)) throw refusal("passkey_stopped");
  const bytes = (part: ArrayBuffer) => base64(new Uint8Array(part));
  return {
    credential: signer.id,
    sig: bytes(answer.signature),
    authenticator_data: bytes(answer.authenticatorData),
    client_data: bytes(answer.clientDataJSON),
  };
}
