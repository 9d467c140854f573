/** Whether a place's link is the one for the current path. */
export function isHere(pathname: string, to: string): boolean {
  return to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`);
}
