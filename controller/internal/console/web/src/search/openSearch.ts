/** The event that asks for the search box from anywhere. */
export const searchEvent = "cotmoc-search";

export function openSearch(): void {
  window.dispatchEvent(new Event(searchEvent));
}
