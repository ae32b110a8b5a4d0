import { tellAudit } from '../../identity/audit.ts';
import type { Who } from '../../identity/who.ts';
import type { Database } from '../../store/connect.ts';
import type { CommentReplyRow, CommentRow } from '../../store/tables.ts';
import { BadRequest } from '../bad-request.ts';
import { checkName } from '../lengths.ts';

/** Comments on events (facts/opencast 3.5). Functions that change something take a transaction, and write the audit entry in it. */

/** A comment with its replies, the first one first. */
export interface Comment extends CommentRow {
  replies: readonly CommentReplyRow[];
}

/** What a comment says. */
export interface CommentWords {
  text: string;
  /** Key of the reason, such as `EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.CUTTING`; '': none. */
  reason?: string | undefined;
  resolved?: boolean | undefined;
}

/** Characters of a comment or reply; a longer one is refused. */
const MOST_TEXT = 10_000;
/** Comments of an event, and replies to a comment; one more is refused. */
const MOST_COMMENTS = 1000;

/** Comments of an event with their replies, the first one first. */
export async function commentsOf(database: Database, event: string): Promise<Comment[]> {
  const [comments, replies] = await Promise.all([
    database.selectFrom('comments').selectAll().where('event', '=', event).orderBy('id').execute(),
    database
      .selectFrom('comment_replies')
      .innerJoin('comments', 'comments.id', 'comment_replies.comment')
      .selectAll('comment_replies')
      .where('comments.event', '=', event)
      .orderBy('comment_replies.id')
      .execute(),
  ]);
  const of = Map.groupBy(replies, ({ comment }) => comment);
  return comments.map((comment) => ({ ...comment, replies: of.get(comment.id) ?? [] }));
}

/** The comment of a number on an event; undefined: there is none. */
export const commentNamed = async (database: Database, event: string, id: number): Promise<Comment | undefined> =>
  (await commentsOf(database, event)).find((one) => one.id === id);

/**
 * Writes a comment on an event; `who` undefined: the server itself, for a workflow. Gives its number. Throws BadRequest for one that
 * is empty, too long or one too many.
 */
export async function addComment(
  within: Database,
  who: Who | undefined,
  event: string,
  { text, reason = '', resolved = false }: CommentWords,
): Promise<number> {
  const words = { text: checkedText(text), reason: checkedReason(reason) };
  checkRoom('an event has', await countOf(within, 'comments', 'event', event));
  const { id } = await within
    .insertInto('comments')
    .values({ event, ...words, resolved, author: who?.name ?? null })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tell(within, who, 'create', id, { event, ...words, resolved });
  return id;
}

/** Changes what is given of a comment. False: the event has no such comment. Throws BadRequest as `addComment` does. */
export async function changeComment(
  within: Database,
  who: Who | undefined,
  { event, id }: Pick<CommentRow, 'event' | 'id'>,
  { text, reason, resolved }: Partial<CommentWords>,
): Promise<boolean> {
  const change = {
    ...(text === undefined ? {} : { text: checkedText(text) }),
    ...(reason === undefined ? {} : { reason: checkedReason(reason) }),
    ...(resolved === undefined ? {} : { resolved }),
  };
  const done = await within
    .updateTable('comments')
    .set({ ...change, modified_at: new Date() })
    .where('event', '=', event)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  if (done && Object.keys(change).length > 0) await tell(within, who, 'update', id, { event, ...change });
  return done !== undefined;
}

/** Removes a comment with its replies. False: the event has no such comment. */
export async function removeComment(
  within: Database,
  who: Who | undefined,
  { event, id }: Pick<CommentRow, 'event' | 'id'>,
): Promise<boolean> {
  const gone = await within
    .deleteFrom('comments')
    .where('event', '=', event)
    .where('id', '=', id)
    .returning(['text', 'reason'])
    .executeTakeFirst();
  if (gone) await tell(within, who, 'delete', id, { event, ...gone });
  return gone !== undefined;
}

/**
 * Writes a reply to a comment, and with `resolved` ends the comment. False: the event has no such comment. Throws BadRequest as
 * `addComment` does.
 */
export async function addReply(
  within: Database,
  who: Who,
  { event, id }: Pick<CommentRow, 'event' | 'id'>,
  { text, resolved = false }: Pick<CommentWords, 'text' | 'resolved'>,
): Promise<boolean> {
  if (!(await changeComment(within, who, { event, id }, resolved ? { resolved } : {}))) return false;
  checkRoom('a comment has', await countOf(within, 'comment_replies', 'comment', id));
  const reply = { comment: id, text: checkedText(text), author: who.name };
  await within.insertInto('comment_replies').values(reply).execute();
  await tell(within, who, 'reply', id, { event, text: reply.text });
  return true;
}

/** Changes the text of a reply, or removes the reply if the text is undefined. False: there is no such reply. */
export async function changeReply(
  within: Database,
  who: Who,
  { event, id }: Pick<CommentRow, 'event' | 'id'>,
  reply: number,
  text: string | undefined,
): Promise<boolean> {
  if (!(await changeComment(within, who, { event, id }, {}))) return false;
  const of = { reply, comment: id };
  const done =
    text === undefined
      ? await within
          .deleteFrom('comment_replies')
          .where('id', '=', of.reply)
          .where('comment', '=', of.comment)
          .returning('id')
          .executeTakeFirst()
      : await within
          .updateTable('comment_replies')
          .set({ text: checkedText(text), modified_at: new Date() })
          .where('id', '=', of.reply)
          .where('comment', '=', of.comment)
          .returning('id')
          .executeTakeFirst();
  if (done) await tell(within, who, text === undefined ? 'delete-reply' : 'update-reply', id, { event, reply, text });
  return done !== undefined;
}

const tell = (within: Database, who: Who | undefined, action: string, id: number, change: object): Promise<void> =>
  tellAudit(within, who, { action, kind: 'comment', object: String(id), change });

async function countOf(
  within: Database,
  table: 'comments' | 'comment_replies',
  column: 'event' | 'comment',
  of: string | number,
): Promise<number> {
  const counted = within.selectFrom(table).select((one) => one.fn.countAll<number>().as('total'));
  const { total } = await counted.where(within.dynamic.ref(column), '=', of).executeTakeFirstOrThrow();
  return total;
}

function checkRoom(who: string, count: number): void {
  if (count >= MOST_COMMENTS) throw new BadRequest(`${who} ${MOST_COMMENTS} comments at most`);
}

function checkedText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new BadRequest('text is missing: the words of the comment');
  if (trimmed.length > MOST_TEXT) throw new BadRequest(`a comment has ${MOST_TEXT} characters at most`);
  return trimmed;
}

function checkedReason(reason: string): string {
  checkName('reason', reason);
  return reason.trim();
}
