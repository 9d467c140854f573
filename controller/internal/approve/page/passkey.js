// Passkeys of this page: made and used under the name localhost, which no
// console can ask for.
const rpId = "localhost";
const algorithms = { "-7": "ES256", "-8": "EdDSA", "-257": "RS256" };

export const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

export const available = () => Boolean(window.PublicKeyCredential);

// assert has the authenticator sign a challenge, after it has checked who is
// there.
async function assert(challenge, ids) {
  const made = await navigator.credentials.get({
    publicKey: { rpId, challenge: fromBase64url(challenge), userVerification: "required", allowCredentials: ids.map((id) => ({ type: "public-key", id })), timeout: 300000 },
  });
  const r = made.response;
  return { id: made.rawId, sig: base64(r.signature), authenticator_data: base64(r.authenticatorData), client_data: base64(r.clientDataJSON) };
}

// sign signs with one of the keys that the charter names.
export async function sign(challenge, signers) {
  const { id, ...parts } = await assert(challenge, signers.map((s) => fromBase64url(s.credential_id)));
  const used = base64(id);
  const signer = signers.find((s) => base64(fromBase64url(s.credential_id)) === used);
  return { credential: signer?.id ?? "", ...parts };
}

// create makes a key. The challenge of its making proves nothing to anybody.
export async function create(person) {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { id: rpId, name: "cotmoc" },
      user: { id: new TextEncoder().encode(`independent:${person.id}`), name: person.login || person.name, displayName: person.name },
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: Object.keys(algorithms).map((alg) => ({ type: "public-key", alg: Number(alg) })),
      authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
      attestation: "none",
      timeout: 300000,
    },
  });
  const r = made.response;
  return { id: made.rawId, credential_id: base64(made.rawId), algorithm: algorithms[r.getPublicKeyAlgorithm()] ?? "", public_key: base64(r.getPublicKey()) };
}

// prove signs the enrolment with the key that was made.
export async function prove(challenge, key) {
  const { id, ...parts } = await assert(challenge, [key.id]);
  return parts;
}
