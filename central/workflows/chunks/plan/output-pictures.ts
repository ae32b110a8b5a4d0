import { createHash } from 'node:crypto';
import type { Group } from '@amphi/lib/media/groups/closed-groups.ts';
import { TICKS_PER_SECOND } from '@amphi/lib/media/packet.ts';
import { reduced, type Rate } from './filter-chain.ts';

/** Pictures of a result that come from one group of the film. */
export interface OutputPictures {
  /** Their times in ticks of 90 kHz, in the order of showing. */
  ticks: readonly number[];
  /** When the one after the last is shown. */
  endTicks: number;
}

/**
 * The pictures that a group gives at a rate: those of the numbers that FFmpeg's filter `fps` makes of it, which are the
 * same for a part of a film as for the whole; without a rate, its own.
 */
export function outputPictures(group: Group, rate: Rate | undefined): OutputPictures {
  if (!rate) return { ticks: [...group.pictures], endTicks: group.endTicks };
  const numberAt = (ticks: number): number => Math.round((ticks * rate.over) / (rate.under * TICKS_PER_SECOND));
  const ticksAt = (number: number): number => Math.round((number * rate.under * TICKS_PER_SECOND) / rate.over);
  const [first, end] = [numberAt(group.pictures[0]!), numberAt(group.endTicks)];
  const numbers = Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n);
  return { ticks: numbers.map(ticksAt), endTicks: ticksAt(end) };
}

/** A part of a group's pictures, by their numbers: from `from` up to, not including, `to`. */
export interface Part {
  from: number;
  to: number;
}

/** The pictures of a part of a group; without a part, all of them. */
export function partOf({ ticks, endTicks }: OutputPictures, part: Part | undefined): OutputPictures {
  return part ? { ticks: ticks.slice(part.from, part.to), endTicks: ticks[part.to] ?? endTicks } : { ticks, endTicks };
}

/**
 * Digest that names a piece of a rendition. It is that of the group, if the piece has all of the group's time at the
 * even steps of `rate`: so a group has the same piece wherever it comes from. Else it is one of the group, the part and
 * the times, since the same pictures can be shown at other times elsewhere.
 */
export function pieceDigest(
  digest: Buffer,
  group: Group,
  rate: Rate | undefined,
  piece: OutputPictures,
  part: Part | undefined,
): Buffer {
  if (!part && rate && isEven(group, rate, piece)) return digest;
  const [first = 0] = piece.ticks;
  const told = [part?.from ?? 0, piece.endTicks - first, ...piece.ticks.map((ticks) => ticks - first)];
  return createHash('sha256').update(digest).update(told.join(' ')).digest();
}

function isEven(group: Group, rate: Rate, { ticks, endTicks }: OutputPictures): boolean {
  const [first = 0] = ticks;
  const at = (number: number): number => (number * rate.under * TICKS_PER_SECOND) / rate.over;
  const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= 1.5;
  return (
    ticks.every((time, n) => isNear(time - first, at(n))) &&
    isNear(endTicks - first, at(ticks.length)) &&
    isNear(group.endTicks - group.pictures[0]!, at(ticks.length))
  );
}

/** The usual rate of a film: that of its first pictures. Undefined for a film of one picture. */
export function usualRate(groups: readonly Group[]): Rate | undefined {
  const group = groups.find(({ pictures }) => pictures.length > 1);
  if (!group) return undefined;
  const steps = [...group.pictures].slice(1).map((ticks, n) => ticks - group.pictures[n]!);
  const step = steps.toSorted((a, b) => a - b)[steps.length >> 1]!;
  // Time scales of 1/1000 s make 33 or 34 ms of 1/30 s.
  const known = USUAL.find(({ over, under }) => Math.abs(step - (TICKS_PER_SECOND * under) / over) <= MOST_OFF_TICKS);
  return known ?? reduced(TICKS_PER_SECOND, step);
}

const USUAL: readonly Rate[] = [5, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60].map((over) => ({ over, under: 1 }));
/** Ticks by which an interval may be off a usual one: a millisecond. */
const MOST_OFF_TICKS = 90;
