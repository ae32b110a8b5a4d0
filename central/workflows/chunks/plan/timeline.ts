import type { Interval } from '@amphi/lib/media/intervals.ts';
import type { Group } from '@amphi/lib/media/groups/closed-groups.ts';
import { TICKS_PER_SECOND } from '@amphi/lib/media/packet.ts';
import { OperationFailed } from '../../run/operation.ts';
import type { Rate } from './filter-chain.ts';
import { outputPictures, type Part } from './output-pictures.ts';

/** A piece of a result: a group, or a part of one, and where it stands. */
export interface TimedPiece {
  /** Number of the group. */
  group: number;
  /** Its pictures by numbers; undefined: all. */
  part: Part | undefined;
  /** Number of the part of the film that is kept. */
  span: number;
  /** When it begins in the result, in ticks of 90 kHz. */
  atTicks: number;
  pictures: number;
  ticks: number;
}

/** A part of the film's time whose sound stands at a time of the result. */
export interface SoundSpan {
  fromTicks: number;
  toTicks: number;
  atTicks: number;
}

/** What a result is made of. */
export interface Timeline {
  pieces: readonly TimedPiece[];
  sound: readonly SoundSpan[];
}

const TICKS_PER_MS = TICKS_PER_SECOND / 1000;
/** Milliseconds of time are rounded: a picture counts as at the millisecond that is nearest. */
const HALF_MS_TICKS = TICKS_PER_MS / 2;

/** The pieces of a whole film: its times are kept, and its sound may begin before its pictures or end after them. */
export function wholeTimeline(groups: readonly Group[], rate: Rate | undefined): Timeline {
  const pieces = groups.flatMap((group, n): TimedPiece[] => {
    const { ticks, endTicks } = outputPictures(group, rate);
    const [first] = ticks;
    if (first === undefined) return [];
    return [{ group: n, part: undefined, span: 0, atTicks: first, pictures: ticks.length, ticks: endTicks - first }];
  });
  return { pieces, sound: [{ fromTicks: -Infinity, toTicks: Infinity, atTicks: -Infinity }] };
}

/**
 * The pieces of a cut film: of groups that are kept whole nothing has to be encoded anew, of those at a border the
 * pictures that are kept. Rejects, with `OperationFailed`, a cut that leaves nothing.
 */
export function cutTimeline(groups: readonly Group[], rate: Rate | undefined, kept: readonly Interval[]): Timeline {
  const intervals = joined(kept);
  const pieces: TimedPiece[] = [];
  const sound: SoundSpan[] = [];
  let at = 0;
  let next = 0;
  for (const { fromMs, toMs } of intervals) {
    const [begin, end] = [fromMs * TICKS_PER_MS - HALF_MS_TICKS, toMs * TICKS_PER_MS - HALF_MS_TICKS];
    while (next < groups.length && groups[next]!.endTicks <= begin) next++;
    let span: SoundSpan | undefined;
    for (let n = Math.max(0, next - 1); n < groups.length && groups[n]!.pictures[0]! < end + TICKS_PER_SECOND; n++) {
      const piece = keptPiece(groups[n]!, rate, begin, end);
      if (!piece) continue;
      pieces.push({ ...piece.piece, group: n, span: sound.length, atTicks: at });
      span ??= { fromTicks: piece.fromTicks, toTicks: 0, atTicks: at };
      span.toTicks = piece.toTicks;
      at += piece.piece.ticks;
    }
    if (span) sound.push(span);
  }
  if (pieces.length === 0)
    throw new OperationFailed('the cut leaves nothing: no picture of the film is in a part that is kept');
  return { pieces, sound };
}

function keptPiece(
  group: Group,
  rate: Rate | undefined,
  begin: number,
  end: number,
): { piece: Pick<TimedPiece, 'part' | 'pictures' | 'ticks'>; fromTicks: number; toTicks: number } | undefined {
  const { ticks, endTicks } = outputPictures(group, rate);
  const from = ticks.findIndex((time) => time >= begin);
  if (from < 0 || ticks[from]! >= end) return undefined;
  const after = ticks.findIndex((time) => time >= end);
  const to = after < 0 ? ticks.length : after;
  const [fromTicks, toTicks] = [ticks[from]!, ticks[to] ?? endTicks];
  const part = from === 0 && to === ticks.length ? undefined : { from, to };
  return { piece: { part, pictures: to - from, ticks: toTicks - fromTicks }, fromTicks, toTicks };
}

/** Parts of a cut; one with more is refused. */
const MOST_KEPT = 10_000;

/** Parts in order, those that touch as one. Rejects, with `OperationFailed`, parts that are none. */
function joined(kept: readonly Interval[]): Interval[] {
  if (kept.length > MOST_KEPT) throw new OperationFailed(`a cut has at most ${MOST_KEPT} parts`);
  const all: Interval[] = [];
  for (const { fromMs, toMs } of kept) {
    const text = `${fromMs} to ${toMs} ms`;
    if (!(fromMs >= 0 && toMs > fromMs && Number.isFinite(toMs)))
      throw new OperationFailed(`${text} is no part of a film: its begin must be 0 or later, and before its end`);
    const before = all.at(-1);
    if (before && fromMs < before.toMs)
      throw new OperationFailed(`the part ${text} begins before the end of the one before it (${before.toMs} ms)`);
    if (before && fromMs === before.toMs) before.toMs = toMs;
    else all.push({ fromMs, toMs });
  }
  return all;
}
