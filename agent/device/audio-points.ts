import { audioPoints } from '#lib/sis/families/audio.ts';
import type { Wanted } from './state.ts';

/** Number of an audio point: one side of a channel's analog or digital sound, or of the output (facts/smp351 2.8). */
export type AudioPoint = keyof typeof audioPoints;
/** All audio points. */
export const AUDIO_POINTS = Object.keys(audioPoints).map(Number) as AudioPoint[];

type Of = (typeof audioPoints)[AudioPoint]['of'];
type Settings = Pick<Wanted, 'audio' | 'sis'>;

const siblingsOf = (of: Of): AudioPoint[] => AUDIO_POINTS.filter((point) => audioPoints[point].of === of);
const gainRow = (of: Of): string => `audio.gain ${of}`;
const muteRow = (of: Of): string => `audio.mute ${of}`;

const gainNow = ({ audio }: Settings, of: Of): number =>
  of === 'output' ? audio.outputGainDb : audio.channels[of].gainDb;
const isMutedNow = ({ audio }: Settings, of: Of): boolean =>
  of === 'output' ? audio.outputMuted : audio.channels[of].muted;

/**
 * Gain of a point in dB. A channel has one gain: that of the point that was set last. The other points keep their own
 * values as long as the channel's gain is not changed in another way.
 */
export function gainOfPoint(wanted: Settings, point: AudioPoint): number {
  const { of } = audioPoints[point];
  const now = gainNow(wanted, of);
  const kept = wanted.sis.kept[gainRow(of)];
  const own = kept?.['is'] === now ? kept[String(point)] : undefined;
  return typeof own === 'number' ? own : now;
}

/** Whether a point is muted. A channel is muted when all of its points are. */
export function isPointMuted(wanted: Settings, point: AudioPoint): boolean {
  const { of } = audioPoints[point];
  if (isMutedNow(wanted, of)) return true;
  const kept = wanted.sis.kept[muteRow(of)] ?? {};
  const areAll = siblingsOf(of).every((one) => kept[String(one)] === true);
  return !areAll && kept[String(point)] === true;
}

const withSound = ({ audio }: Settings, of: Of, change: { gainDb?: number; muted?: boolean }): Wanted['audio'] => {
  if (of !== 'output') return { ...audio, channels: { ...audio.channels, [of]: { ...audio.channels[of], ...change } } };
  const { gainDb = audio.outputGainDb, muted = audio.outputMuted } = change;
  return { ...audio, outputGainDb: gainDb, outputMuted: muted };
};

const withKept = (wanted: Wanted, row: string, values: Record<string, unknown>): Wanted => ({
  ...wanted,
  sis: { ...wanted.sis, kept: { ...wanted.sis.kept, [row]: values } },
});

/** Sets gain (dB) or mute of a point, and with it the channel or output that the point belongs to. */
export function withPoint(
  wanted: Wanted,
  { point, gainDb, muted }: { point: AudioPoint; gainDb?: number | undefined; muted?: boolean | undefined },
): Wanted {
  const { of } = audioPoints[point];
  let next = wanted;
  if (gainDb !== undefined) {
    const gains = siblingsOf(of).map((one) => [String(one), one === point ? gainDb : gainOfPoint(wanted, one)]);
    next = withKept(next, gainRow(of), { ...Object.fromEntries(gains), is: gainDb });
    next = { ...next, audio: withSound(next, of, { gainDb }) };
  }
  if (muted !== undefined) {
    const mutes = siblingsOf(of).map((one) => [one, one === point ? muted : isPointMuted(wanted, one)] as const);
    next = withKept(next, muteRow(of), Object.fromEntries(mutes.map(([one, is]) => [String(one), is])));
    next = { ...next, audio: withSound(next, of, { muted: mutes.every(([, is]) => is) }) };
  }
  return next;
}

/**
 * Forgets the points' own gains or mutes of a channel or the output, after its gain or mute was set as a whole: all
 * points have its value then.
 */
export function withoutPoints(wanted: Wanted, of: Of, { gain, mute }: { gain: boolean; mute: boolean }): Wanted {
  const gone = [...(gain ? [gainRow(of)] : []), ...(mute ? [muteRow(of)] : [])];
  const kept = Object.entries(wanted.sis.kept).filter(([row]) => !gone.includes(row));
  return { ...wanted, sis: { ...wanted.sis, kept: Object.fromEntries(kept) } };
}
