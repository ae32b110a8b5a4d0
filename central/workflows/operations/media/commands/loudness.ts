import { levelsOf } from '@amphi/lib/analysis/sound/levels.ts';
import { measureLoudness, type Loudness } from '@amphi/lib/analysis/sound/loudness.ts';
import type { OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { asFailed } from '../../find/as-failed.ts';
import { envelopeOfTrack } from './envelope-of-track.ts';
import type { Track } from './examined.ts';

type Needs = Pick<OperationNeeds, 'ffmpeg' | 'store' | 'envelopeOf'>;
type Asking = Pick<OperationContext, 'workflow' | 'pathOf' | 'signal'>;

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
export async function meanLevelOf(needs: Needs, asking: Asking, track: Track): Promise<MeanLevel> {
  const levels = await levelsOf(await envelopeOfTrack(needs, asking, track));
  const power = levels.reduce((sum, { rmsDb }) => sum + 10 ** (rmsDb / 10), 0) / Math.max(1, levels.length);
  const peakDb = levels.reduce((most, level) => Math.max(most, level.peakDb), Number.NEGATIVE_INFINITY);
  return { rmsDb: 10 * Math.log10(power), peakDb };
}
