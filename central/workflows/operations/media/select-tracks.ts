import type { ElementRow } from '../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../run/operation.ts';
import { sourcesOf } from '../selecting.ts';
import { chosenTracks, type Chosen, type Muxing } from './commands/chosen-tracks.ts';
import { allExamined } from './commands/examined.ts';
import { rewritten, sameFile } from './commands/mux.ts';

/** `select-tracks`: leaves out pictures and sounds that a person took away, and gives tracks the sound of another one. */
export const selectTracks = (needs: OperationNeeds): Operation => ({
  id: 'select-tracks',
  weight: 'light',
  async run(context) {
    const { keys, variables } = context;
    const tracks = await allExamined(needs, context, sourcesOf(context));
    if (tracks.length === 0) return { kind: 'skip', why: 'no track has these flavors or tags' };
    const how = (keys.text('audio-muxing') ?? 'none') as Muxing['how'];
    const chosen = chosenTracks(tracks, variables, { how, target: keys.text('force-target') ?? 'presenter' });
    const added: ElementRow[] = [];
    for (const [n, one] of chosen.entries()) {
      added.push(await made(needs, context, one));
      context.progress((n + 1) / chosen.length);
    }
    return { kind: 'done', added };
  },
});

function made(
  needs: OperationNeeds,
  context: OperationContext,
  { track, keeps, soundOf }: Chosen,
): Promise<ElementRow> {
  if (soundOf) return rewritten(needs, context, { profile: 'mux-av.work', track, audio: soundOf });
  if (keeps === 'all') return Promise.resolve(sameFile(context, track));
  return rewritten(needs, context, { profile: keeps === 'picture' ? 'video-only.work' : 'audio-only.work', track });
}
