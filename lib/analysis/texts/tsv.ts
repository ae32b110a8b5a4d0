import { cleanText } from '#lib/runtime/texts/clean-text.ts';
import type { Rect } from '#lib/media/geometry.ts';

/** A word that was read, with its place in pixels of the picture that was given. */
export interface ReadWord {
  text: string;
  /** How sure the program is, 0 to 100. */
  confidence: number;
  box: Rect;
}

/** A line of words. */
export interface ReadLine {
  text: string;
  words: readonly ReadWord[];
  box: Rect;
}

/** Words of a picture; further ones are left out. */
const MOST_WORDS = 5000;
/** Confidence below which a word is none, but a line or a spot that was taken for letters. */
const LEAST_CONFIDENCE = 30;
/** The same for texts of one or two signs, which are spots most of the time. */
const SHORT_CONFIDENCE = 60;

/**
 * Reads tesseract's TSV: a head, then a row for each page, block, paragraph, line and word (level 5). Words that it is
 * not sure of, or without a letter or digit, are left out. The work grows no faster than the text.
 */
export function readTsv(text: string): ReadLine[] {
  const lines = new Map<string, ReadWord[]>();
  let count = 0;
  for (const row of text.split('\n')) {
    const [level, page, block, paragraph, line, , left, top, width, height, confidence, ...rest] = row.split('\t');
    if (level !== '5' || count >= MOST_WORDS) continue;
    const word = {
      text: cleanText(rest.join(' ')),
      confidence: Number(confidence),
      box: { x: Number(left), y: Number(top), width: Number(width), height: Number(height) },
    };
    if (!isWord(word)) continue;
    count += 1;
    const key = [page, block, paragraph, line].join(' ');
    const words = lines.get(key) ?? [];
    words.push(word);
    lines.set(key, words);
  }
  return [...lines.values()].map(withoutMark).map(lineOf);
}

const lineOf = (words: readonly ReadWord[]): ReadLine => ({
  text: words.map((word) => word.text).join(' '),
  words,
  box: boxOf(words),
});

/** Letters for which the mark of a point in a list is taken. */
const MARK = /^(?:[eoOcC0°©®¢*+«»@-]|e@)$/;
/** Gap after such a mark, in heights of the next word; between words it is smaller. */
const MARK_GAP = 0.4;

/** A line without the mark of a point at its beginning. */
function withoutMark(words: readonly ReadWord[]): readonly ReadWord[] {
  const [first, next] = words;
  if (!first || !next || !MARK.test(first.text)) return words;
  const gap = next.box.x - (first.box.x + first.box.width);
  return gap > next.box.height * MARK_GAP ? words.slice(1) : words;
}

function isWord({ text, confidence, box }: ReadWord): boolean {
  if (!/[\p{L}\p{N}]/u.test(text) || !(box.width > 0 && box.height > 0)) return false;
  return confidence >= (text.length <= 2 ? SHORT_CONFIDENCE : LEAST_CONFIDENCE);
}

function boxOf(words: readonly ReadWord[]): Rect {
  const x = Math.min(...words.map(({ box }) => box.x));
  const y = Math.min(...words.map(({ box }) => box.y));
  const right = Math.max(...words.map(({ box }) => box.x + box.width));
  const bottom = Math.max(...words.map(({ box }) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
