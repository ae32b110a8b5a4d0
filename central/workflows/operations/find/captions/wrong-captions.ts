import { BadRequest } from '../../../../catalogue/bad-request.ts';
import { addComment, commentsOf } from '../../../../catalogue/comments/comments.ts';
import { reasonNamed } from '../../../../catalogue/comments/reasons.ts';
import { lockEvent } from '../../../../catalogue/events.ts';
import type { Database } from '../../../../store/connect.ts';

/** Captions that cannot be used, and why. */
export interface WrongCaptions {
  fileName: string;
  why: string;
}

/** Tells captions that were left out as comments on the event; one that is there already is not written again. */
export async function tellWrong(within: Database, event: string, wrong: readonly WrongCaptions[]): Promise<void> {
  if (!(await lockEvent(within, event))) return;
  const said = new Set((await commentsOf(within, event)).map(({ text }) => text));
  for (const { fileName, why } of wrong) {
    const text = `Les sous-titres ${fileName} ne sont pas publiés.\nThe captions ${fileName} are not published: ${why}`;
    if (said.has(text)) continue;
    await addComment(within, undefined, event, { text, reason: reasonNamed('REVIEW') }).catch((error: unknown) => {
      // An event with very many comments gets no more; the reason is in the log all the same.
      if (!(error instanceof BadRequest)) throw error;
    });
  }
}
