import { stat } from 'node:fs/promises';
import type { Interval } from '@amphi/lib/media/intervals.ts';
import { isCut, readCut } from '../../../../store/lists/cut-file.ts';
import type { MediaStore } from '../../../../store/media-store.ts';
import { OperationFailed } from '../../../run/operation.ts';
import type { ElementRow } from '../../../../store/tables.ts';

/** A track as a recording, and what is kept of it. */
export interface OfRecording<Row extends ElementRow> {
  recording: Row;
  /** Stretches of the recording that the track has; undefined: all of it. */
  kept: readonly Interval[] | undefined;
}

/** A stream without what was measured of a part of it, or of a whole that it is a part of. */
export const withoutLevels = ({
  frames: _frames,
  loudnessLufs: _lufs,
  truePeakDb: _peak,
  ...stream
}: NonNullable<ElementRow['streams']>[number]): NonNullable<ElementRow['streams']>[number] => stream;

/** The recording that a cut was made of which is not written; every other track is a recording itself. */
export async function recordingOf<Row extends ElementRow>(
  { store }: { store: Pick<MediaStore, 'at'> },
  track: Row,
): Promise<OfRecording<Row>> {
  if (!isCut(track.path)) return { recording: track, kept: undefined };
  const { source, kept } = await readCut(store.at(track.path));
  const { size } = await stat(store.at(source)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new OperationFailed(`${track.flavor} (${track.file_name}) is a cut of ${source}, which is gone`);
  });
  const streams = track.streams && track.streams.map(withoutLevels);
  return { recording: { ...track, path: source, size_bytes: size, duration_ms: null, streams }, kept };
}
