import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { named, type Track } from './examined.ts';
import { profileNamed, runProfile, type ProfileRun } from './run-profile.ts';
import { targetOf } from '../../selecting.ts';

/** A track that is made of another one by copying streams, by a profile. */
export interface Rewritten {
  profile: string;
  track: Track;
  /** Track whose sound is taken. */
  audio?: Track | undefined;
}

/**
 * Makes a track by copying streams. A container that cannot hold them is replaced by Matroska, which holds all. Its tags begin
 * with those of the source.
 */
export async function rewritten(
  needs: OperationNeeds,
  context: OperationContext,
  { profile: id, track, audio }: Rewritten,
): Promise<ElementRow> {
  const profile = profileNamed(needs, id);
  const run: ProfileRun = { profile, source: track, audio };
  const [made] = await runProfile(needs, context, run).catch((error: unknown) => {
    context.signal.throwIfAborted();
    if (!(error instanceof OperationFailed) || !profile.outputs[0]?.suffix.includes('#{in.video.suffix}')) throw error;
    context.log(`${named(track)} is written as Matroska: its own container does not take these streams`);
    return runProfile(needs, context, { ...run, values: { 'in.video.suffix': 'mkv' } });
  });
  if (!made) throw new OperationFailed(`the profile ${id} made nothing`);
  const { file, fileName } = made;
  return context.take({ ...targetOf(context, track, track.tags), kind: 'track', file, fileName });
}

/** The track itself under the flavor and tags of the target: its file is the same. */
export const sameFile = (context: OperationContext, track: ElementRow): ElementRow => ({
  ...track,
  ...targetOf(context, track, track.tags),
  id: crypto.randomUUID(),
});
