import { Problem } from "./problem";

/** What a browser needs to talk with an authenticator, as the server gives it. */
export interface Ceremony {
  ceremony: string;
  options: unknown;
  /** The only address at which the passkey works. */
  url: string;
}
export interface Answer {
  ceremony: string;
  credential: Record<string, unknown>;
}

const refusal = (reason: string, params: Record<string, unknown> = {}) =>
  new Problem(0, "unavailable", reason, params, reason);

/** Why this page cannot use passkeys, if so: they are bound to one address, and old browsers have none. */
export function passkeyProblem(url: string): Problem | null {
  if (url && window.location.origin !== url) return refusal("passkey_elsewhere", { url });
  if (!window.isSecureContext || typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON !== "function")
    return refusal("passkey_unsupported");
  return null;
}

/** The browser says little, so that sites learn little: most often the person has stopped it. */
function spoken(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === "InvalidStateError") return refusal("passkey_taken");
  if (error.name === "SecurityError") return refusal("passkey_unsupported");
  return refusal("passkey_stopped");
}

function answer(ceremony: string, credential: Credential | null): Answer {
  if (!(credential instanceof PublicKeyCredential)) throw refusal("passkey_stopped");
  return { ceremony, credential: credential.toJSON() as unknown as Record<string, unknown> };
}

/** Has an authenticator make a passkey. */
export async function makePasskey({ ceremony, options }: Ceremony): Promise<Answer> {
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    );
    return answer(ceremony, await navigator.credentials.create({ publicKey }));
  } catch (error) {
    throw spoken(error);
  }
}

/** Has an authenticator answer with a passkey it holds. */
export async function askPasskey({ ceremony, options }: Ceremony): Promise<Answer> {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
    return answer(ceremony, await navigator.credentials.get({ publicKey }));
  } catch (error) {
    throw spoken(error);
  }
}
