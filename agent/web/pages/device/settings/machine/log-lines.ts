/** A line of the log. */
export interface LogLine<Level = string> {
  atMs: number;
  level: Level;
  text: string;
  facts: Record<string, unknown>;
}

/** The key of the trouble that a line is about: its words and what they are about, not how often it was tried. */
const keyOf = ({ level, text, facts }: LogLine): string => {
  const { input, source, name, place, service, about, file, room } = facts;
  return JSON.stringify([level, text, input, source, name, place, service, about, file, room]);
};

/** Joins the lines about one trouble, at the place of the newest, and counts them. Pure. */
export function gathered<Line extends LogLine>(lines: readonly Line[]): (Line & { count: number })[] {
  const found = new Map<string, Line & { count: number }>();
  for (const line of lines) {
    const key = keyOf(line);
    const known = found.get(key);
    if (known) known.count += 1;
    else found.set(key, { ...line, count: 1 });
  }
  return [...found.values()];
}
