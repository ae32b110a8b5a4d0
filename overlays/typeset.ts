import sharp from 'sharp';

import { boldFont, type Font, readCoverage, regularFont } from './fonts.ts';
import type { Mask } from './pixels.ts';

/** A text and the room for it. Sizes are those of the font (em), in pixels. */
export interface TextBox {
  text: string;
  bold: boolean;
  align: 'left' | 'centre' | 'right';
  sizePx: number;
  smallestPx: number;
  widthPx: number;
  heightPx: number;
}

/** A text as ink, cut at all four sides, with the place of its letters. */
export interface TextBlock extends Mask {
  sizePx: number;
  /** From the last baseline to the lowest ink. */
  descentPx: number;
  /** From the top of the first line's capitals to the last baseline. */
  bodyPx: number;
}

/** Sets texts. */
export interface Typesetter {
  /**
   * Sets plain text of any characters so that it fits: broken between words, else smaller in steps, else broken within
   * a long word, and at the smallest size shortened to the words that fit, with an ellipsis. Undefined if there is
   * nothing to draw, or the box is too small for a letter. Takes 2 to 15 ms, not on the main thread.
   */
  typeset(box: TextBox): Promise<TextBlock | undefined>;
}

type Wrap = 'word' | 'word-char';
interface Draft extends Omit<TextBox, 'sizePx' | 'smallestPx'> {
  sizePx: number;
  wrap: Wrap;
}

/** Characters of a text, more than any title has; the rest is left out. */
export const LONGEST_TEXT = 1000;
/** Factor from one font size to the next smaller one that is tried. */
const STEP = 0.92;
/** The size, in parts of the first one, down to which a text is made smaller before a long word is broken. */
const BEFORE_BREAKING = 0.6;

/** Makes a typesetter. */
export function openTypesetter(): Typesetter {
  const coverage: { is?: ReturnType<typeof readCoverage> } = {};
  return {
    async typeset(box) {
      const text = plainText(box.text, await (coverage.is ??= readCoverage(regularFont)));
      const fitted = text === '' ? undefined : await fit({ ...box, text });
      if (!fitted) return undefined;
      const { draft, mask } = box.align === 'centre' ? await balanced(fitted) : fitted;
      return measured(draft, mask);
    },
  };
}

interface Fitted {
  draft: Draft;
  mask: Mask;
}

async function fit(box: TextBox): Promise<Fitted | undefined> {
  const sizes = stepsDown(box.sizePx, box.smallestPx);
  const whole = await firstFitting(sizes, (sizePx) => ({ ...box, sizePx, wrap: 'word' }));
  const largeEnough = (than: number): boolean => whole !== undefined && whole.draft.sizePx >= than * BEFORE_BREAKING;
  if (largeEnough(box.sizePx)) return whole;
  const broken = await firstFitting(sizes, (sizePx) => ({ ...box, sizePx, wrap: 'word-char' }));
  if (!broken) return shorten({ ...box, sizePx: wholePx(box.smallestPx), wrap: 'word-char' });
  return largeEnough(broken.draft.sizePx) ? whole : broken;
}

/** Font sizes from large to small, in whole pixels, since more sizes would only fill font caches. */
function stepsDown(fromPx: number, toPx: number): number[] {
  const sizes: number[] = [];
  for (let next = fromPx; next > toPx; next *= STEP) sizes.push(wholePx(next));
  return [...new Set([...sizes, wholePx(Math.min(fromPx, toPx))])];
}

function wholePx(size: number): number {
  return Math.max(1, Math.floor(size));
}

/**
 * The first of `candidates` whose draft fits. They are sorted from the best; each fits where the one before it does.
 */
async function firstFitting<T>(
  candidates: readonly T[],
  draftOf: (candidate: T) => Draft,
): Promise<Fitted | undefined> {
  let found: Fitted | undefined;
  let from = 0;
  let to = candidates.length;
  while (from < to) {
    // Most texts fit at once, so the best is tried first, the others by bisection.
    const middle = from === 0 && found === undefined && to === candidates.length ? 0 : (from + to) >> 1;
    const draft = draftOf(candidates[middle] as T);
    const mask = await inkOf(draft);
    const fits = mask && mask.widthPx <= draft.widthPx && mask.heightPx <= draft.heightPx;
    if (fits) [found, to] = [{ draft, mask }, middle];
    else from = middle + 1;
  }
  return found;
}

/** Sets centred lines of about the same length, in the narrowest room in which the text is not higher. */
async function balanced(fitted: Fitted): Promise<Fitted> {
  const { draft, mask } = fitted;
  const widths = [0.92, 0.84, 0.76, 0.68, 0.6, 0.52].map((part) => Math.floor(mask.widthPx * part));
  // The narrowest candidate comes first: `firstFitting` wants the best at the front.
  const narrower = await firstFitting(widths.reverse(), (widthPx) => ({
    ...draft,
    widthPx,
    heightPx: mask.heightPx,
    wrap: 'word',
  }));
  return narrower ?? fitted;
}

/** Shortens a text to the words that fit, or to the letters that fit if no word does, with an ellipsis. */
async function shorten(draft: Draft): Promise<Fitted | undefined> {
  const words = draft.text.split(/(?<=\s)(?=\S)/);
  const letters = Array.from(new Intl.Segmenter().segment(words[0] ?? ''), ({ segment }) => segment);
  for (const pieces of [words, letters]) {
    const lengths = Array.from({ length: pieces.length }, (_, i) => pieces.length - i);
    const found = await firstFitting(lengths, (length) => {
      const kept = pieces.slice(0, length).join('');
      return { ...draft, text: `${kept.replace(/[\s,;:.·|/(—–-]+$/u, '')}…` };
    });
    if (found) return found;
  }
  return undefined;
}

/** The ink that Pango draws; undefined if there is none, or the picture would be too large. */
async function inkOf({ text, bold, align, sizePx, widthPx, wrap }: Draft): Promise<Mask | undefined> {
  const font: Font = bold ? boldFont : regularFont;
  const image = sharp({
    text: {
      text: escapeMarkup(text),
      font: `${font.family} ${sizePx}px`,
      fontfile: font.file,
      width: Math.max(1, widthPx),
      align,
      wrap,
      dpi: 72,
    },
  });
  try {
    const { data, info } = await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    return { widthPx: info.width, heightPx: info.height, coverage: data };
  } catch (error) {
    if (error instanceof Error && /no text to render|too (?:big|large)/i.test(error.message)) return undefined;
    throw error;
  }
}

/**
 * The block with its baseline. libvips cuts the ink and does not tell the baseline. A line with an H below tells it:
 * the picture grows by the height of a line, less what was below the last baseline.
 */
async function measured(draft: Draft, mask: Mask): Promise<TextBlock> {
  const heightOf = async (text: string): Promise<number> => (await inkOf({ ...draft, text }))?.heightPx ?? 0;
  const [capPx, twoPx, grownPx] = await Promise.all([heightOf('H'), heightOf('H\nH'), heightOf(`${draft.text}\nH`)]);
  const linePx = twoPx - capPx;
  const descentPx = Math.max(0, Math.min(mask.heightPx, linePx - (grownPx - mask.heightPx)));
  const lines = 1 + Math.max(0, Math.round((mask.heightPx - descentPx - capPx) / linePx));
  return { ...mask, sizePx: draft.sizePx, descentPx, bodyPx: capPx + (lines - 1) * linePx };
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * The part of a foreign text that can be set: at most 1000 characters, single spaces, no control characters or halves
 * of surrogate pairs (Pango refuses them), no pictographs that the font lacks. Marks for joining and direction stay.
 */
function plainText(text: string, hasLetter: (codePoint: number) => boolean): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  const plain = short
    .toWellFormed()
    .replaceAll(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .replaceAll(/[^\P{C}\n\u200C-\u200F\u061C]|\uFFFD/gu, '')
    .replaceAll(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/gu, (sign) =>
      hasLetter(sign.codePointAt(0) ?? 0) ? sign : '',
    )
    .replaceAll(/ *\n */g, '\n')
    .replaceAll(/ +/g, ' ')
    .trim();
  return /[^\s\p{Default_Ignorable_Code_Point}]/u.test(plain) ? plain : '';
}
