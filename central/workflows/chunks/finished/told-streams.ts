import { aacConfig } from '@amphi/lib/media/groups/aac-config.ts';
import { inEntry } from '@amphi/lib/media/groups/mp4-index.ts';
import type { FileTrack } from '@amphi/lib/media/mp4-file.ts';
import type { Found } from '../../../store/probe.ts';
import type { Stream } from '../../../store/tables.ts';

/** Names of the profiles of H.264, as ffprobe has them, by the number in the parameter set. */
const AVC_PROFILES: Readonly<Record<number, string>> = {
  77: 'Main',
  100: 'High',
  110: 'High 10',
  122: 'High 4:2:2',
  244: 'High 4:4:4 Predictive',
};
const BASELINE = 66;
/** Bytes of a sample entry of pictures before the boxes in it (ISO 14496-12, 12.1.3). */
const VISUAL_BYTES = 78;
/** The flag of the parameter set by which Baseline is what all decoders can. */
const CONSTRAINED = 0x40;
/** The object type of AAC-LC, the first five bits of its configuration. */
const AAC_LC = 2;

/**
 * What ffprobe finds in a file of these tracks, of H.264 and AAC-LC, so that it need not be asked. Undefined where that is not
 * known, such as for another profile.
 */
export function toldOf(tracks: readonly FileTrack[]): Found | undefined {
  const summed = tracks.map((track) => ({ ...track, ...sumsOf(track) }));
  const streams = summed.map((track) => (track.kind === 'video' ? videoStream(track) : soundStream(track)));
  if (!streams.every((one) => one !== undefined)) return undefined;
  const ends = summed.map(({ delay, time, skipped, timescale }) => (delay + time - skipped) / timescale);
  return { streams, durationMs: Math.round(Math.max(...ends) * 1000) };
}

function videoStream(track: SummedTrack): Stream | undefined {
  const [, number = 0, flags = 0] = inEntry(track.entry, 'avcC', VISUAL_BYTES) ?? [];
  const profile =
    number === BASELINE ? ((flags & CONSTRAINED) === 0 ? 'Baseline' : 'Constrained Baseline') : AVC_PROFILES[number];
  const { widthPx, heightPx, timescale, frames, time, bitrateBps } = track;
  if (profile === undefined || time === 0) return undefined;
  const framesPerSecond = (frames * timescale) / time;
  return { kind: 'video', codec: 'h264', profile, widthPx, heightPx, framesPerSecond, frames, bitrateBps };
}

function soundStream({ entry, frames, bitrateBps }: SummedTrack): Stream | undefined {
  const config = aacConfig(entry);
  if (!config || !isPlainLc(config.config)) return undefined;
  const [first = 0, second = 0] = config.config;
  const channels = (second >> 3) & 0xf;
  // A rate without a number moves the channels; more than six of them have other counts than numbers.
  const hasNumbers = (((first & 7) << 1) | (second >> 7)) < 0xf && channels >= 1 && channels <= 6;
  if (!hasNumbers) return undefined;
  const { sampleRateHz } = config;
  return { kind: 'audio', codec: 'aac', profile: 'LC', channels, frames, sampleRateHz, bitrateBps };
}

/** Whether it is AAC-LC and no more: what may follow says that nothing is added to it (ISO 14496-3, 1.6.6). */
function isPlainLc([first = 0, , ...more]: Uint8Array): boolean {
  const [sync1, sync2, flags = 0] = more;
  const isNoMore = more.length === 0 || (sync1 === 0x56 && sync2 === 0xe5 && (flags & 0x80) === 0);
  return first >> 3 === AAC_LC && isNoMore;
}

/** Sums over all samples of a track; `time` is in its time scale. */
interface Sums {
  frames: number;
  time: number;
  bitrateBps: number;
}

type SummedTrack = FileTrack & Sums;

function sumsOf({ sizes, durations, timescale }: FileTrack): Sums {
  const time = durations.reduce((sum, duration) => sum + duration, 0);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { frames: sizes.length, time, bitrateBps: time > 0 ? Math.floor((bytes * 8 * timescale) / time) : 0 };
}
