/** Length of a word that is compared; a longer one is near to none. */
const LONGEST = 64;

/** The known word that differs least from a word, by at most a third of its letters; undefined if none is so near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const most = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let least = most + 1;
  for (const one of known) {
    if (Math.abs(one.length - word.length) >= least || one.length > LONGEST) continue;
    const steps = lettersBetween(word.toLowerCase(), one.toLowerCase());
    if (steps < least) [best, least] = [one, steps];
  }
  return best;
}

/** Number of letters to insert, remove or replace, to make one text the other (Levenshtein's distance). */
export function lettersBetween(one: string, other: string): number {
  const [rows, columns] = [Array.from(one), Array.from(other)];
  let before = Array.from({ length: columns.length + 1 }, (_, at) => at);
  for (const [row, letter] of rows.entries()) {
    const now = [row + 1];
    for (const [column, its] of columns.entries()) {
      const same = letter === its ? 0 : 1;
      now.push(Math.min((now[column] ?? 0) + 1, (before[column + 1] ?? 0) + 1, (before[column] ?? 0) + same));
    }
    before = now;
  }
  return before[columns.length] ?? 0;
}
