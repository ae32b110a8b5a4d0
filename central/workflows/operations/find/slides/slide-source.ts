import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import type { OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { allExamined, type Track } from '../../media/commands/examined.ts';
import { hasPicture, sourcesOf } from '../../selecting.ts';
import { surenessOf } from './box-tracks.ts';

/**
 * The track whose slides are looked at: one in which the box found or showed slides, else that of the slides (`presentation/…`),
 * else the first one with a picture. Undefined: none is selected. The others are named in the log.
 */
export async function slideSource(
  needs: Pick<OperationNeeds, 'ffprobe'>,
  context: OperationContext,
  mode: 'or' | 'and',
): Promise<Track | undefined> {
  const tracks = (await allExamined(needs, context, sourcesOf(context, mode))).filter(hasPicture);
  const sure = await Promise.all(tracks.map((track) => surenessOf(context, track)));
  const likely = tracks.filter((_, at) => sure[at] === Math.max(...sure));
  const chosen = likely.find(({ flavor }) => sidesOf(flavor)[0] === 'presentation') ?? likely[0];
  const others = tracks.filter((one) => one !== chosen);
  if (others.length > 0)
    context.log(`slides are looked for in ${chosen!.flavor}, not in ${others.map(({ flavor }) => flavor).join(', ')}`);
  return chosen;
}
