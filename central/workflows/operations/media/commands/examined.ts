import { FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import { probe } from '../../../../store/probe.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { runFfmpeg } from '../../run-ffmpeg.ts';
import { isTimedText } from '../../../../catalogue/files.ts';

/** A track whose streams are known. */
export type Track = ElementRow & { streams: NonNullable<ElementRow['streams']> };

/** An element as people know it: flavor and name of the file. */
export const named = ({ flavor, file_name: name }: Pick<ElementRow, 'flavor' | 'file_name'>): string =>
  `${flavor} (${name})`;

type Examining = Pick<OperationContext, 'pathOf'>;

/** The track with its streams: examined now if it was not before. Rejects with `OperationFailed` if it cannot be read. */
export async function examined(
  { ffprobe }: Pick<OperationNeeds, 'ffprobe'>,
  { pathOf }: Examining,
  element: ElementRow,
  isAgain = false,
): Promise<Track> {
  const { streams: known } = element;
  if (!isAgain && known !== null && isMedia(known) && element.problem === null) return { ...element, streams: known };
  const probed = await probe(ffprobe, await pathOf(element));
  if ('problem' in probed) throw new OperationFailed(unreadable(element, probed.problem));
  const { streams, durationMs } = probed;
  if (!isMedia(streams)) throw new OperationFailed(unreadable(element, 'it has neither picture nor sound'));
  return { ...element, streams, duration_ms: durationMs, problem: null };
}

const isMedia = (streams: Track['streams']): boolean =>
  streams.some(({ kind }) => kind === 'video' || kind === 'audio');

const unreadable = (element: ElementRow, why: string): string =>
  `${named(element)} cannot be read: ${why}. It has to be brought again, or taken out of the event`;

/** All of these tracks with their streams, without captions. Rejects as `examined` does. */
export async function allExamined(
  needs: Pick<OperationNeeds, 'ffprobe'>,
  context: Examining,
  elements: readonly ElementRow[],
): Promise<Track[]> {
  const tracks: Track[] = [];
  for (const element of elements.filter((one) => one.kind === 'track' && !isTimedText(one)))
    tracks.push(await examined(needs, context, element));
  return tracks;
}

/**
 * Length of a track in ms: the one that is known, else measured by reading all its packets. Rejects with `OperationFailed` if
 * it cannot be read.
 */
export async function lengthOf(
  { ffmpeg }: Pick<OperationNeeds, 'ffmpeg'>,
  { pathOf, signal, log }: Pick<OperationContext, 'pathOf' | 'signal' | 'log'>,
  track: ElementRow,
): Promise<number> {
  if (track.duration_ms !== null && track.duration_ms > 0) return track.duration_ms;
  const argv = [
    ...FOREIGN_FILE_ARGV,
    '-i',
    await pathOf(track),
    '-map',
    '0:v?',
    '-map',
    '0:a?',
    '-c',
    'copy',
    '-f',
    'null',
    '-',
  ];
  const { durationMs } = await runFfmpeg(ffmpeg, argv, { signal, log });
  if (durationMs === undefined || durationMs <= 0)
    throw new OperationFailed(`${named(track)} has no length: there is nothing in it`);
  log(`${named(track)} does not say its length; it is ${(durationMs / 1000).toFixed(1)} s`);
  return Math.round(durationMs);
}

/** Size of the picture as it is shown; undefined: it has none. */
export function sizeOf({ streams }: Pick<ElementRow, 'streams'>): { widthPx: number; heightPx: number } | undefined {
  const video = streams?.find(({ kind, widthPx, heightPx }) => kind === 'video' && widthPx && heightPx);
  return video && { widthPx: video.widthPx ?? 0, heightPx: video.heightPx ?? 0 };
}

/** Pictures per second; undefined: not known. */
export const rateOf = ({ streams }: Pick<ElementRow, 'streams'>): number | undefined =>
  streams?.find(({ kind }) => kind === 'video')?.framesPerSecond;
