import type { Programs } from '../asked.ts';
import type { Slide } from '../slides/slide-detector.ts';
import { readText, type ReadText } from './read-text.ts';
import { stillOf, type SlideTextsAsked } from './slide-texts.ts';
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

/**
 * Parts of a slide by its titles: where something was added to it, and it had another title then, a new part begins. `read` is
 * the text of the whole slide. A slide that kept its title is one part, and costs one more picture to read.
 */
export async function partsByTitle(
  programs: Programs,
  tesseract: Tesseract,
  path: string,
  { slide, read, asked }: { slide: Slide; read: ReadText | undefined; asked: SlideTextsAsked },
): Promise<TitledPart[]> {
  const { fromMs, toMs, additionsMs, sameAs } = slide;
  const whole = { fromMs, toMs, title: read?.title };
  if (additionsMs.length === 0 || sameAs !== undefined || !read?.title) return [whole];
  const pieces = piecesOf(slide);
  const titleIn = async ({ from, to }: Piece): Promise<string | undefined> => {
    const still = await stillOf(programs, path, Math.max(to - WHOLE_BEFORE_MS, (from + to) / 2), asked);
    return (await readText(tesseract, still, { ...asked, rect: undefined })).title;
  };
  const first = await titleIn(pieces[0]!);
  if (first === undefined || isSameTitle(first, read.title)) return [whole];
  const parts: TitledPart[] = [{ fromMs, toMs, title: first }];
  for (const piece of pieces.slice(1)) {
    const isLast = piece.to === toMs;
    const title = isLast ? read.title : await titleIn(piece);
    const before = parts.at(-1)!;
    if (title === undefined || isSameTitle(before.title ?? '', title)) continue;
    before.toMs = piece.from;
    parts.push({ fromMs: piece.from, toMs, title });
  }
  return parts;
}

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
