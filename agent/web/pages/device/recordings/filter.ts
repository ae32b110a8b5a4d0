import type { RecordingEntry } from '../../shared/api-types.ts';
import { wallClock } from '../schedule/week.ts';

/** Kinds of recordings that can be chosen. */
export const KINDS = ['all', 'waiting', 'delivered', 'troubled'] as const;
export type RecordingKind = (typeof KINDS)[number];

/** Whether a recording is of a kind. Pure. */
export function isOf(
  { status, deliveredAtMs }: Pick<RecordingEntry, 'status' | 'deliveredAtMs'>,
  kind: RecordingKind,
): boolean {
  if (kind === 'waiting') return deliveredAtMs === undefined;
  if (kind === 'delivered') return deliveredAtMs !== undefined;
  return kind === 'all' || status === 'partial' || status === 'failed';
}

/** Whether a recording began on a day of the hall (`2026-11-29`) or later; always true for an empty day. */
export function isSince({ startedAtMs }: Pick<RecordingEntry, 'startedAtMs'>, day: string, zone = 'UTC'): boolean {
  const { year, month, day: date } = wallClock(startedAtMs, zone);
  const two = (value: number): string => String(value).padStart(2, '0');
  return day === '' || `${year}-${two(month)}-${two(date)}` >= day;
}
