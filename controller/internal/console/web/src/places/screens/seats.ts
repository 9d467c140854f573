/** "Cổng chính | pc-01, 02:42:ac:11:00:02", one a line, as the seats of a ticket. */
export function seatsOf(text: string): { name: string; marks: string[] }[] {
  return text
    .split("\n")
    .map((line) => {
      const [name = "", ...rest] = line.split("|");
      const marks = rest.join(",").split(",");
      return { name: name.trim(), marks: marks.map((m) => m.trim()).filter((m) => m !== "") };
    })
    .filter((s) => s.name !== "");
}
