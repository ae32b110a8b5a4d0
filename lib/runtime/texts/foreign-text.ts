/** What no text, name or number of a request may be: one check for everything that comes in, before anything is done with it. */

/** Objects and lists within each other; beyond it a request is refused. */
const MOST_DEPTH = 64;
/** Values in one request; beyond it it is refused. */
const MOST_VALUES = 200_000;

/** What is wrong with a text: no database and no file system keeps NUL or half a character. Undefined: nothing. */
export function troubleInText(text: string): string | undefined {
  if (text.includes('\0')) return 'has a character U+0000 in it, which no text may have';
  return text.isWellFormed() ? undefined : 'has half of a character in it (a lone surrogate): send whole characters';
}

/**
 * What is wrong with a value as JSON and queries have them, and where: `body.details.text has …`. It does not call itself, so
 * that no depth ends the process. Undefined: nothing.
 */
export function troubleIn(name: string, value: unknown): string | undefined {
  const waiting: { at: string; value: unknown; depth: number }[] = [{ at: name, value, depth: 0 }];
  let seen = 0;
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (typeof one.value === 'string') {
      const trouble = troubleInText(one.value);
      if (trouble) return `${one.at} ${trouble}`;
    }
    if (typeof one.value !== 'object' || one.value === null || ArrayBuffer.isView(one.value)) continue;
    if (one.depth >= MOST_DEPTH) return `${name} is nested deeper than ${MOST_DEPTH}`;
    for (const [key, inner] of Object.entries(one.value)) {
      if (++seen > MOST_VALUES) return `${name} has more than ${MOST_VALUES} values`;
      const trouble = troubleInText(key);
      if (trouble) return `a name in ${one.at} ${trouble}`;
      waiting.push({ at: `${one.at}.${key.slice(0, 100)}`, value: inner, depth: one.depth + 1 });
    }
  }
  return undefined;
}
