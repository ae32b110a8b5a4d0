import type { Programs } from '../asked.ts';
import type { Slide } from '../slides/slide-detector.ts';
import { readOnce } from './kept-texts.ts';
import type { ReadText } from './read-text.ts';
import { byFew } from '../pictures/by-few.ts';
import { stillsOf, type SlideTextsAsked } from './slide-texts.ts';
import type { Tesseract } from './tesseract.ts';

/** A part of a slide, with the title that it had. */
export interface TitledPart {
  fromMs: number;
  toMs: number;
  title: string | undefined;
}

/** Pictures of one slide that are read for its titles; where more was added, every second or third one, and so on. */
const MOST_READ = 12;
/** Milliseconds before the next addition at which what was added before is whole; half of a shorter part. */
const WHOLE_BEFORE_MS = 1500;
/** Part of the pairs of letters that two readings of one title have in common, at least: some letters are misread. */
const SAME = 0.6;

/** Slides with the texts that were read of them, in their order. */
interface ReadSlides {
  slides: readonly Slide[];
  texts: readonly (ReadText | undefined)[];
}

/**
 * Parts of slides by their titles: where something was added to a slide, and it had another title then, a new part begins. A
 * slide that kept its title is one part, and costs one more picture to read; one to which nothing was added costs none.
 */
export async function titledParts(
  programs: Programs,
  tesseract: Tesseract,
  path: string,
  { slides, texts }: ReadSlides,
  asked: SlideTextsAsked,
): Promise<TitledPart[]> {
  const parts = slides.map(({ fromMs, toMs }, at): TitledPart[] => [{ fromMs, toMs, title: texts[at]?.title }]);
  const titleOf = async (still: Buffer): Promise<string | undefined> =>
    (await readOnce(tesseract, still, { ...asked, rect: undefined })).title;
  const titleIn = async (piece: Piece): Promise<string | undefined> =>
    titleOf((await stillsOf(programs, path, [wholeAt(piece)], asked))[0]!);
  const growing = slides.flatMap((slide, at) => {
    const title = texts[at]?.title;
    const isOwn = slide.sameAs === undefined && slide.additionsMs.length > 0;
    return isOwn && title ? [{ at, slide, title, pieces: piecesOf(slide) }] : [];
  });
  let done = 0;
  await byFew(growing, async (few) => {
    const moments = few.map(({ pieces }) => wholeAt(pieces[0]!));
    for (const [n, still] of (await stillsOf(programs, path, moments, asked)).entries()) {
      const { at, slide, title, pieces } = few[n]!;
      const first = await titleOf(still);
      if (first !== undefined && !isSameTitle(first, title))
        parts[at] = await partsOf(slide, pieces, { first, last: title, titleIn });
      asked.onProgress?.((done += 1) / growing.length);
    }
  });
  return parts.flat();
}

interface Titles {
  /** Titles of the first and of the last piece. */
  first: string;
  last: string;
  /** The title of another one. */
  titleIn: (piece: Piece) => Promise<string | undefined>;
}

async function partsOf(
  { fromMs, toMs }: Slide,
  pieces: readonly Piece[],
  { first, last, titleIn }: Titles,
): Promise<TitledPart[]> {
  const parts: TitledPart[] = [{ fromMs, toMs, title: first }];
  for (const piece of pieces.slice(1)) {
    const title = piece.to === toMs ? last : await titleIn(piece);
    const before = parts.at(-1)!;
    if (title === undefined || isSameTitle(before.title ?? '', title)) continue;
    before.toMs = piece.from;
    parts.push({ fromMs: piece.from, toMs, title });
  }
  return parts;
}

/** The moment at which all of a piece is seen. */
const wholeAt = ({ from, to }: Piece): number => Math.max(to - WHOLE_BEFORE_MS, (from + to) / 2);

interface Piece {
  from: number;
  to: number;
}

/** What a slide was between two additions, at most `MOST_READ` of them. */
function piecesOf({ fromMs, toMs, additionsMs }: Slide): Piece[] {
  const starts = [fromMs, ...additionsMs.filter((ms) => ms > fromMs && ms < toMs)];
  const step = Math.ceil(starts.length / MOST_READ);
  const chosen = starts.filter((_, at) => at % step === 0);
  return chosen.map((from, at) => ({ from, to: chosen[at + 1] ?? toMs }));
}

/** Whether two titles are one, read twice: by the pairs of letters that they have in common. */
export function isSameTitle(one: string, other: string): boolean {
  const [a, b] = [pairsOf(one), pairsOf(other)];
  if (a.length === 0 || b.length === 0) return one === other;
  const left = Map.groupBy(b, (pair) => pair);
  let common = 0;
  for (const pair of a) if (left.get(pair)?.pop() !== undefined) common += 1;
  return (2 * common) / (a.length + b.length) >= SAME;
}

/** Pairs of letters and digits that follow each other, without case, accents and signs. */
function pairsOf(title: string): string[] {
  const plain = title
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();
  return Array.from({ length: Math.max(0, plain.length - 1) }, (_none, at) => plain.slice(at, at + 2));
}
