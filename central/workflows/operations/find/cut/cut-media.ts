import { lengthOf } from '@amphi/lib/media/intervals.ts';
import type { Cut, CutFollows } from '../../../run/cut.ts';
import type { OperationNeeds } from '../../../run/operation.ts';
import { runFfmpeg } from '../../run-ffmpeg.ts';
import { cutArgv } from './cut-argv.ts';

/** Cuts a recording: by its groups of pictures where that is possible, else by encoding all that is kept. */
export async function cutMedia(
  { ffmpeg, cutByChunks }: Pick<OperationNeeds, 'ffmpeg' | 'cutByChunks'>,
  cut: Cut,
  follows: CutFollows,
): Promise<void> {
  const not = cutByChunks ? await cutByChunks(cut, follows) : { whyNot: 'this server cuts no groups of pictures' };
  if (!not) return;
  follows.log(`all that is kept is encoded anew: ${not.whyNot}`);
  const { source, kept, to } = cut;
  await runFfmpeg(ffmpeg, cutArgv(source, kept, to), { ...follows, durationMs: lengthOf(kept) });
}
