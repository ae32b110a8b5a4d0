import { readLevels } from '@amphi/lib/analysis/sound/levels.ts';
import { loudnessFilter, measureLoudness, type Loudness } from '@amphi/lib/analysis/sound/loudness.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import type { OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { asFailed } from '../../find/as-failed.ts';
import { hasSound } from '../../selecting.ts';
import { named, type Track } from './examined.ts';
import { recordingOf } from './recording-of.ts';

type Needs = Pick<OperationNeeds, 'ffmpeg'>;
type LevelingNeeds = Pick<OperationNeeds, 'ffmpeg' | 'store'>;
type Asking = Pick<OperationContext, 'pathOf' | 'signal' | 'log'>;

/** Mean and highest level of a sound in dB of the greatest possible; -Infinity for silence. */
export interface MeanLevel {
  rmsDb: number;
  peakDb: number;
}

/** Loudness of a track by EBU R128: the one that is kept with it, else measured. Rejects with `OperationFailed`. */
export async function loudnessOf(needs: Needs, { pathOf, signal }: Asking, track: Track): Promise<Loudness> {
  const { loudnessLufs, truePeakDb } = track.streams.find(({ kind }) => kind === 'audio') ?? {};
  if (loudnessLufs !== undefined && truePeakDb !== undefined)
    return { integratedLufs: loudnessLufs, rangeLu: 0, truePeakDb };
  return asFailed(track, measureLoudness(needs, await pathOf(track), { signal }));
}

/** Mean level of a track. Rejects with `OperationFailed`. */
export async function meanLevelOf(needs: Needs, { pathOf, signal }: Asking, track: Track): Promise<MeanLevel> {
  const levels = await asFailed(track, readLevels(needs, await pathOf(track), { signal }));
  const power = levels.reduce((sum, { rmsDb }) => sum + 10 ** (rmsDb / 10), 0) / Math.max(1, levels.length);
  const peakDb = levels.reduce((most, level) => Math.max(most, level.peakDb), Number.NEGATIVE_INFINITY);
  return { rmsDb: 10 * Math.log10(power), peakDb };
}

/** Variable of the commands of our profiles: filters that bring the sound to -16 LUFS. */
const VARIABLE = '#{loudness}';

/** Gives profiles with the filters for a track in the place of `#{loudness}`. */
export type Leveling = (context: Asking, profiles: readonly Profile[], track: Track) => Promise<Profile[]>;

/** Tracks whose loudness is remembered: operations of one run ask for the same ones. */
const MOST_REMEMBERED = 50;

/** Opens the leveling of a worker. A track is measured once, whoever asks for it. */
export function openLeveling(needs: LevelingNeeds): Leveling {
  const remembered = new Map<string, Promise<Loudness>>();
  const measured = async (context: Asking, of: Track): Promise<Loudness> => {
    // The sound of a recording is encoded once, and is as loud in all its cuts.
    const { recording: track } = await recordingOf(needs, of);
    const key = `${track.path} ${track.size_bytes}`;
    // Another operation that measured may have been stopped.
    const known = await remembered.get(key)?.catch(() => undefined);
    if (known) return known;
    const own = loudnessOf(needs, context, track);
    remembered.set(key, own);
    for (const oldest of remembered.keys()) if (remembered.size > MOST_REMEMBERED) remembered.delete(oldest);
    return own;
  };
  return async (context, profiles, track) => {
    const isAsked = ({ command, pieces }: Profile): boolean =>
      [command, ...pieces.values()].some((text) => text.includes(VARIABLE));
    if (!profiles.some(isAsked)) return [...profiles];
    const filter = hasSound(track) ? await filterFor(context, track) : 'anull';
    const filled = (text: string): string => text.replaceAll(VARIABLE, filter);
    return profiles.map((profile) => ({
      ...profile,
      command: filled(profile.command),
      pieces: new Map([...profile.pieces].map(([name, text]) => [name, filled(text)])),
    }));
  };

  async function filterFor(context: Asking, track: Track): Promise<string> {
    const loudness = await measured(context, track);
    context.log(`${named(track)} has ${loudness.integratedLufs.toFixed(1)} LUFS`);
    return loudnessFilter(loudness);
  }
}
