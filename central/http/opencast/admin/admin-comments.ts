import type { FastifyReply, FastifyRequest } from 'fastify';
import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import {
  addComment,
  addReply,
  changeComment,
  changeReply,
  commentNamed,
  commentsOf,
  removeComment,
  type Comment,
} from '../../../catalogue/comments/comments.ts';
import { REASONS } from '../../../catalogue/comments/reasons.ts';
import { findEvent } from '../../../catalogue/list-events.ts';
import type { Database } from '../../../store/connect.ts';
import type { CommentReplyRow } from '../../../store/tables.ts';
import { allowedIn } from '../../external-api/by-access.ts';
import { readForm, type Form } from '../../form.ts';
import { onlyFor, whoOf } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';

type OnEvent = { Params: { id: string } };
type OnComment = { Params: { id: string; comment: string } };
type OnReply = { Params: { id: string; comment: string; reply: string } };

const READERS = { config: { ...onlyFor('scheduler', 'viewer').config, byAccess: true } };
const WRITERS = { config: { ...onlyFor('scheduler').config, byAccess: true } };

/** Name of the author of comments that workflows write. */
const OURSELVES = 'Amphi';

/** Serves the comments of events, and the reasons that they may have (facts/opencast 3.5). */
export const adminComments: RouteModule = (app, { database, urlFor }) => {
  app.get('/admin-ng/resources/components.json', READERS, async () => ({
    eventCommentReasons: Object.fromEntries(REASONS.map((reason) => [reason, reason])),
  }));

  app.get<OnEvent>('/admin-ng/event/:id/comments', READERS, async (request, reply) => {
    if (!(await isFound(database, request))) return noEvent(request, reply);
    return (await commentsOf(database, request.params.id)).map(commentJson);
  });
  app.post<OnEvent>('/admin-ng/event/:id/comment', WRITERS, async (request, reply) => {
    if (!(await isFound(database, request))) return noEvent(request, reply);
    const form = await readForm(request);
    const words = { text: form.get('text') ?? '', reason: form.get('reason'), resolved: flagOf(form) };
    const { id: event } = request.params;
    const id = await database.transaction().execute((within) => addComment(within, whoOf(request), event, words));
    const path = `${urlFor(request)}/admin-ng/event/${encodeURIComponent(event)}/comment/${id}`;
    return answer(database, event, id, reply.code(201).header('location', path));
  });

  app.get<OnComment>('/admin-ng/event/:id/comment/:comment', READERS, async (request, reply) => {
    if (!(await isFound(database, request))) return noEvent(request, reply);
    return answer(database, request.params.id, numberOf(request.params.comment), reply);
  });
  app.put<OnComment>('/admin-ng/event/:id/comment/:comment', WRITERS, async (request, reply) => {
    const form = await readForm(request);
    const blank = (name: string) => (form.get(name)?.trim() ? form.get(name) : undefined);
    const words = { text: blank('text'), reason: blank('reason'), resolved: flagOf(form) };
    return change(request, reply, (within, of) => changeComment(within, whoOf(request), of, words));
  });
  app.post<OnComment>('/admin-ng/event/:id/comment/:comment', WRITERS, (request, reply) =>
    change(request, reply, (within, of) => changeComment(within, whoOf(request), of, { resolved: true })),
  );
  app.delete<OnComment>('/admin-ng/event/:id/comment/:comment', WRITERS, async (request, reply) => {
    if (!(await isFound(database, request))) return noEvent(request, reply);
    const of = { event: request.params.id, id: numberOf(request.params.comment) };
    const isGone = await database.transaction().execute((within) => removeComment(within, whoOf(request), of));
    return isGone ? reply.code(204).send() : noComment(reply, of.event);
  });

  app.post<OnComment>('/admin-ng/event/:id/comment/:comment/reply', WRITERS, async (request, reply) => {
    const form = await readForm(request);
    const words = { text: form.get('text') ?? '', resolved: flagOf(form) };
    return change(request, reply, (within, of) => addReply(within, whoOf(request), of, words));
  });
  app.put<OnReply>('/admin-ng/event/:id/comment/:comment/:reply', WRITERS, async (request, reply) => {
    const text = (await readForm(request)).get('text') ?? '';
    const number = numberOf(request.params.reply);
    return change(request, reply, (within, of) => changeReply(within, whoOf(request), of, number, text));
  });
  app.delete<OnReply>('/admin-ng/event/:id/comment/:comment/:reply', WRITERS, (request, reply) => {
    const number = numberOf(request.params.reply);
    return change(request, reply, (within, of) => changeReply(within, whoOf(request), of, number, undefined));
  });

  /** Changes a comment, and answers with it as it is then. */
  const change = async (
    request: FastifyRequest<OnComment>,
    reply: FastifyReply,
    carryOut: (within: Database, of: { event: string; id: number }) => Promise<boolean>,
  ): Promise<unknown> => {
    if (!(await isFound(database, request))) return noEvent(request, reply);
    const of = { event: request.params.id, id: numberOf(request.params.comment) };
    const isDone = await database.transaction().execute((within) => carryOut(within, of));
    return isDone ? answer(database, of.event, of.id, reply) : noComment(reply, of.event);
  };
};

/** Whether there is the event, and roles that a program asks with may do this with it. */
async function isFound(database: Database, request: FastifyRequest<OnEvent>): Promise<boolean> {
  const allowed = allowedIn(request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const may = allowed && { ...allowed, action: isRead ? 'read' : 'write' };
  return (await findEvent(database, request.params.id, may)) !== undefined;
}

async function answer(database: Database, event: string, id: number, reply: FastifyReply): Promise<unknown> {
  const comment = await commentNamed(database, event, id);
  return comment ? reply.send(commentJson(comment)) : noComment(reply, event);
}

const noEvent = ({ params: { id } }: FastifyRequest<OnEvent>, reply: FastifyReply): FastifyReply =>
  said404(reply, `Cannot find an event with id '${id}'.`);
const noComment = (reply: FastifyReply, event: string): FastifyReply =>
  said404(reply, `The event '${event}' has no such comment or reply.`);
const said404 = (reply: FastifyReply, text: string): FastifyReply =>
  reply.code(404).type('text/plain; charset=utf-8').send(text);

/** Number of a comment or reply, from a path. Throws BadRequest if it is none. */
function numberOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new BadRequest(`${JSON.stringify(text.slice(0, 40))} is no number of a comment`);
  return Number(text);
}

function flagOf(form: Form): boolean | undefined {
  const text = form.get('resolved')?.trim().toLowerCase();
  if (text === undefined || text === '') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new BadRequest(`resolved must be true or false, not ${JSON.stringify(text.slice(0, 40))}`);
}

const commentJson = (comment: Comment) => ({
  ...toldJson(comment),
  reason: comment.reason,
  resolvedStatus: comment.resolved,
  replies: comment.replies.map(toldJson),
});

const toldJson = ({ id, text, author, created_at, modified_at }: Omit<CommentReplyRow, 'comment'>) => ({
  id,
  text,
  author: { name: author ?? OURSELVES, username: author ?? '', email: '' },
  creationDate: w3cOf(created_at.getTime()),
  modificationDate: w3cOf(modified_at.getTime()),
});
