/** The nonce which the controller put into this page and its policy, for style elements made by libraries. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

/** Tells the scroll lock of dialogs (get-nonce reads this name) which nonce its style element needs. */
export function announceNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
