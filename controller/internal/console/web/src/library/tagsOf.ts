/** Typed tags as the server takes them: commas part tags, and are in none. */
export const tagsOf = (typed: string[]) =>
  typed.flatMap((x) => x.split(/[,;]/)).flatMap((x) => (x.trim() === "" ? [] : [x.trim()]));
