import type { Interval } from '#lib/media/intervals.ts';
import type { Slide } from './slide-detector.ts';
import type { Window } from './windows.ts';

/** Milliseconds of a piece of a slide, at least; a shorter one is left out. */
const LEAST_MS = 1000;
/** Milliseconds for which slides may be out of sight, as while somebody shows another layout for a moment. */
const BLINK_MS = 3000;

/** The stretches in which slides are seen, in the order of time. */
export function seenIn(windows: readonly Window[]): Interval[] {
  const seen: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of windows) {
    const last = seen.at(-1);
    if (last && fromMs - last.toMs <= BLINK_MS) last.toMs = toMs;
    else seen.push({ fromMs, toMs });
  }
  return seen;
}

/**
 * Slides while they are seen. One that is out of sight for a while is shown again afterwards. `stretches` are apart from each
 * other and in the order of time.
 */
export function slidesWithin(slides: readonly Slide[], stretches: readonly Interval[]): Slide[] {
  return puttingTogether(slides, piecesOf(slides, stretches), false);
}

/** Slides of a film of which these stretches are kept, with times of the shorter film. */
export function slidesThroughCut(slides: readonly Slide[], kept: readonly Interval[]): Slide[] {
  return puttingTogether(slides, piecesOf(slides, kept), true);
}

/** Windows of a film of which these stretches are kept, with times of the shorter film. */
export function windowsThroughCut(windows: readonly Window[], kept: readonly Interval[]): Window[] {
  return piecesOf(windows, kept).map(({ of, fromMs, toMs, earlierMs }) => ({
    ...windows[of]!,
    fromMs: fromMs - earlierMs,
    toMs: toMs - earlierMs,
  }));
}

interface Piece extends Interval {
  /** Number of what it is a piece of. */
  of: number;
  /** Milliseconds by which it is earlier once only the stretches are left. */
  earlierMs: number;
}

/** What stretches leave of things in the order of time. The work grows with both, not with their product. */
function piecesOf(things: readonly Interval[], stretches: readonly Interval[]): Piece[] {
  const pieces: Piece[] = [];
  let [first, leftOutMs, endMs] = [0, 0, 0];
  for (const { fromMs, toMs } of stretches) {
    leftOutMs += fromMs - endMs;
    endMs = toMs;
    while (first < things.length && things[first]!.toMs <= fromMs) first += 1;
    for (let of = first; of < things.length && things[of]!.fromMs < toMs; of++) {
      const thing = things[of]!;
      const piece = { fromMs: Math.max(fromMs, thing.fromMs), toMs: Math.min(toMs, thing.toMs) };
      if (piece.toMs > piece.fromMs) pieces.push({ ...piece, of, earlierMs: leftOutMs });
    }
  }
  return pieces;
}

function puttingTogether(slides: readonly Slide[], pieces: readonly Piece[], isCut: boolean): Slide[] {
  const made: Slide[] = [];
  /** Number of the first piece of each slide, and of the slide of the last one. */
  const firsts = new Map<number, number>();
  let last: number | undefined;
  for (const { of, earlierMs, ...piece } of pieces) {
    const slide = slides[of]!;
    const byMs = isCut ? earlierMs : 0;
    const [fromMs, toMs] = [piece.fromMs - byMs, piece.toMs - byMs];
    const isIn = (ms: number): boolean => ms >= piece.fromMs && ms < piece.toMs;
    const additionsMs = slide.additionsMs.filter(isIn).map((ms) => ms - byMs);
    const before = made.at(-1);
    if (isCut && before && last === of) {
      const pictureMs = isIn(slide.pictureMs) ? slide.pictureMs - byMs : before.pictureMs;
      made[made.length - 1] = { ...before, toMs, pictureMs, additionsMs: [...before.additionsMs, ...additionsMs] };
      continue;
    }
    if (toMs - fromMs < Math.min(LEAST_MS, slide.toMs - slide.fromMs)) continue;
    const same = firsts.get(of) ?? (slide.sameAs === undefined ? undefined : firsts.get(slide.sameAs));
    if (!firsts.has(of)) firsts.set(of, same ?? made.length);
    last = of;
    // Where the picture with all of it was left out, the last one of the piece has most of it.
    const pictureMs = isIn(slide.pictureMs) ? slide.pictureMs : Math.max(piece.fromMs, piece.toMs - LEAST_MS / 2);
    made.push({
      fromMs,
      toMs,
      pictureMs: pictureMs - byMs,
      additionsMs,
      ...(same === undefined ? {} : { sameAs: same }),
    });
  }
  return made;
}
