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

/** Name of a piece: the digest of its group; for a part of a group, a digest of that and of the part. */
export const pieceDigest = (group: Buffer, part: Part | undefined): Buffer =>
  part ? createHash('sha256').update(group).update(`part ${part.from} ${part.to}`).digest() : group;

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
