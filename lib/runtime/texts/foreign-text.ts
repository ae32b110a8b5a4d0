/** Checks that everything which arrives from outside goes through first: what a text, name or number must not be. */

/** Depth of objects and lists within each other; a deeper request is refused. */
const MOST_DEPTH = 64;
/** Number of values in one request; one with more is refused. */
const MOST_VALUES = 200_000;

/**
 * The mistake in a text, in words; undefined if there is none. No database or file system keeps NUL or half a
 * character.
 */
export function troubleInText(text: string): string | undefined {
  if (text.includes('\0')) return 'has a character U+0000 in it, which no text may have';
  return text.isWellFormed() ? undefined : 'has half of a character in it (a lone surrogate): send whole characters';
}

/**
 * The mistake in a value of JSON or a query, with its place: `body.details.text has …`; undefined if there is none. The
 * function does not call itself, so that no depth can end the process.
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
