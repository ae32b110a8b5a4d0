import type { ReadLine } from './tsv.ts';

/** Part of the largest letters' height that a line must have, to count as being as large. */
const AS_LARGE = 0.8;
/** Part of the picture's height in which the title of a slide stands; one further down is no title if another is above. */
const UPPER_PART = 0.45;
/** Characters of a title; a longer one is cut. */
const LONGEST = 200;

/**
 * The title of a slide: the line with the largest letters, in the upper part if there is one, together with the line
 * below it if that is as large. Undefined without a line of at least two letters.
 */
export function titleOf(lines: readonly ReadLine[], heightPx: number): string | undefined {
  const good = lines.filter(({ text }) => /\p{L}.*\p{L}/u.test(text)).map((line) => ({ line, size: sizeOf(line) }));
  const upper = good.filter(({ line }) => line.box.y < heightPx * UPPER_PART);
  const largest = largestOf(good);
  const above = largestOf(upper);
  if (!largest) return undefined;
  const title = above && above.size >= largest.size * AS_LARGE ? above : largest;
  const next = good.find(({ line, size }) => isBelow(line, title.line) && size >= title.size * AS_LARGE);
  const text = next ? `${title.line.text} ${next.line.text}` : title.line.text;
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}

interface Sized {
  line: ReadLine;
  size: number;
}

const largestOf = (lines: readonly Sized[]): Sized | undefined => lines.toSorted((a, b) => b.size - a.size)[0];

/** The height of the letters: the middle of the words' heights, since some letters go down and others do not. */
function sizeOf({ words }: ReadLine): number {
  const heights = words.map(({ box }) => box.height).toSorted((a, b) => a - b);
  return heights[heights.length >> 1] ?? 0;
}

const isBelow = ({ box }: ReadLine, above: ReadLine): boolean =>
  box.y > above.box.y + above.box.height / 2 && box.y < above.box.y + above.box.height * 2.2;
