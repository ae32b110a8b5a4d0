import { BadRequest } from '../../../catalogue/bad-request.ts';
import { addComment, changeComment, commentsOf, removeComment } from '../../../catalogue/comments/comments.ts';
import { lockEvent } from '../../../catalogue/events.ts';
import type { Database } from '../../../store/connect.ts';
import { OperationFailed, type Operation, type OperationNeeds } from '../../run/operation.ts';

/** What a `comment` operation is to do, by its keys. */
interface Asked {
  action: string;
  reason: string | undefined;
  text: string | undefined;
}

/**
 * `comment`: writes, resolves or deletes a comment on the event. One of the same words and reason is not written again; if it is
 * resolved, it is opened again.
 */
export const comment = ({ database }: Pick<OperationNeeds, 'database'>): Operation => ({
  id: 'comment',
  weight: 'light',
  async run({ keys, workflow: { event } }) {
    const asked = {
      action: keys.text('action') ?? 'create',
      reason: keys.text('reason'),
      text: keys.text('description'),
    };
    if (asked.reason === undefined && asked.text === undefined)
      throw new OperationFailed('comment: it needs a reason, a description or both, to tell which comment is meant');
    const why = await database.transaction().execute((within) => carriedOut(within, event, asked));
    return why === undefined ? { kind: 'done' } : { kind: 'skip', why };
  },
});

/** Does it. Gives why there was nothing to do. */
async function carriedOut(
  within: Database,
  event: string,
  { action, reason, text }: Asked,
): Promise<string | undefined> {
  // The lock makes two runs of one event write the same comment once.
  if (!(await lockEvent(within, event))) throw new OperationFailed(`there is no event ${event} any more`);
  const same = (await commentsOf(within, event)).find(
    (one) => (reason === undefined || one.reason === reason) && (text === undefined || one.text === text),
  );
  if (action === 'create') {
    if (text === undefined)
      throw new OperationFailed('comment: the key description is missing: the words of the comment');
    if (same && !same.resolved) return 'there is this comment already';
    if (same) await changeComment(within, undefined, same, { resolved: false });
    else await addComment(within, undefined, event, { text, reason }).catch(inWords);
    return undefined;
  }
  if (!same) return 'there is no such comment';
  if (action === 'delete') await removeComment(within, undefined, same);
  else if (same.resolved) return 'the comment is resolved already';
  else await changeComment(within, undefined, same, { resolved: true });
  return undefined;
}

function inWords(error: unknown): never {
  throw error instanceof BadRequest ? new OperationFailed(`comment: ${error.message}`) : error;
}
