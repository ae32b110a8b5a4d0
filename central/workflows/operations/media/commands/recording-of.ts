import { stat } from 'node:fs/promises';
import type { Interval } from '@amphi/lib/media/intervals.ts';
import { isCut, readCut } from '../../../../store/lists/cut-file.ts';
import type { MediaStore } from '../../../../store/media-store.ts';
import type { ElementRow } from '../../../../store/tables.ts';

/** A track as a recording, and what is kept of it. */
export interface OfRecording<Row extends ElementRow> {
  recording: Row;
  /** Stretches of the recording that the track has; undefined: all of it. */
  kept: readonly Interval[] | undefined;
}

/** The recording that a cut was made of which is not written; every other track is a recording itself. */
export async function recordingOf<Row extends ElementRow>(
  { store }: { store: Pick<MediaStore, 'at'> },
  track: Row,
): Promise<OfRecording<Row>> {
  if (!isCut(track.path)) return { recording: track, kept: undefined };
  const { source, kept } = await readCut(store.at(track.path));
  const { size } = await stat(store.at(source));
  return { recording: { ...track, path: source, size_bytes: size, duration_ms: null }, kept };
}
