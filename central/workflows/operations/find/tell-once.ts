import { BadRequest } from '../../../catalogue/bad-request.ts';
import { addComment, commentsOf } from '../../../catalogue/comments/comments.ts';
import { lockEvent } from '../../../catalogue/events.ts';
import type { Database } from '../../../store/connect.ts';

/**
 * Writes comments on an event. One whose words are there already, also in a comment that somebody has resolved, is not written
 * again. An event with very many comments gets no more: the log of the run says all of it.
 */
export async function tellOnce(
  within: Database,
  event: string,
  comments: readonly { text: string; reason: string }[],
): Promise<void> {
  if (!(await lockEvent(within, event))) return;
  const said = new Set((await commentsOf(within, event)).map(({ text }) => text));
  for (const comment of comments.filter(({ text }) => !said.has(text)))
    await addComment(within, undefined, event, comment).catch((error: unknown) => {
      if (!(error instanceof BadRequest)) throw error;
    });
}
