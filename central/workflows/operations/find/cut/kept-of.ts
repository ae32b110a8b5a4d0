import type { Interval } from '@amphi/lib/media/intervals.ts';
import { isWhole, keptWithin } from '@amphi/lib/opencast/smil/kept.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext } from '../../../run/operation.ts';
import { clock } from '../clock.ts';
import { onPictures, rateOf } from './cut-argv.ts';
import type { FoundCutList } from './cut-list-of.ts';

/** Length of the longest track; undefined: none has a length. */
export function longestMs(tracks: readonly ElementRow[]): number | undefined {
  const known = tracks.flatMap(({ kind, duration_ms: ms }) => (kind !== 'track' || ms === null ? [] : [ms]));
  return known.length === 0 ? undefined : Math.max(...known);
}

/**
 * Stretches that are kept of a recording of this length, with whole pictures of the first track that has some; undefined: all is
 * kept. Throws `OperationFailed` if nothing is.
 */
export function keptOf(
  context: Pick<OperationContext, 'log'>,
  { element, list }: FoundCutList,
  tracks: readonly ElementRow[],
  recordingMs: number,
): readonly Interval[] | undefined {
  const { kept, remarks } = keptWithin(list.segments, recordingMs);
  for (const remark of remarks) context.log(`the cut list: ${remark}`, 'warning');
  if (isWhole(kept, recordingMs)) return undefined;
  const whole = onPictures(
    kept,
    tracks.map(rateOf).find((rate) => rate !== undefined),
  );
  if (whole.length > 0) return whole;
  throw new OperationFailed(
    `the cut list ${element.file_name} keeps nothing of the recording (${clock(recordingMs)}): keep at least one stretch, or take the list away`,
  );
}
