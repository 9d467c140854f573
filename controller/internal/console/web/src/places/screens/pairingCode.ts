const letters = /[2-9A-HJ-NP-Z]/g; // no 0, O, 1, I: programme.PairingCode

/** What is typed or pasted as XXXX-XXXX, without what no code can hold. */
export function cleanCode(text: string): string {
  const bare = (text.toUpperCase().match(letters) ?? []).slice(0, 8).join("");
  return bare.length > 4 ? `${bare.slice(0, 4)}-${bare.slice(4)}` : bare;
}

export const isCode = (code: string) => code.length === 9;
