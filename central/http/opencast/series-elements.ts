import type { FastifyRequest } from 'fastify';
import { elementTypes, removeElement, seriesElement, storeElement } from '../../catalogue/series-elements.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { checkName } from '../../catalogue/lengths.ts';
import { seriesNamed } from '../../catalogue/series.ts';
import { notFound } from '../external-api/replies.ts';
import { about, onlyFor, whoOf } from '../http-access.ts';
import type { RouteModule } from '../services.ts';

type WithType = FastifyRequest<{ Params: { id: string; type: string } }>;

/** Bytes of an element; a longer one is refused with 413. */
const MOST_BYTES = 4 << 20;

/** Serves `/series/{id}/elements`: elements that programs keep with a series, byte for byte (facts/opencast 3.2). */
export const seriesElements: RouteModule = (app, { database }) => {
  // Bodies of all types are kept as bytes, without being read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  const reads = about({ series: 'id' }, 'agent', 'scheduler', 'viewer');
  const writes = onlyFor('scheduler');
  app.get('/series/:id/elements.json', reads, async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const { id } = request.params;
    return (await seriesNamed(database, id))
      ? elementTypes(database, id)
      : notFound(reply, 'there is no such series\n');
  });
  app.get('/series/:id/elements/:type', reads, async ({ params }: WithType, reply) => {
    const found = await seriesElement(database, params.id, params.type);
    if (!found) return notFound(reply, 'there is no such series, or it has no element of this type\n');
    return reply.type(found.mime_type).send(found.content);
  });
  app.put('/series/:id/elements/:type', writes, async (request: WithType, reply) => {
    const { id: series, type } = request.params;
    checkName('the type of the element', type);
    const content = request.body;
    if (!Buffer.isBuffer(content) || content.length === 0) throw new BadRequest('the body is to be the element');
    if (!(await seriesNamed(database, series))) return notFound(reply, 'there is no such series\n');
    const mime_type = mimeTypeIn(request.headers['content-type']);
    const isNew = await storeElement(database, whoOf(request), { series, type, content, mime_type });
    return reply.code(isNew ? 201 : 204).send();
  });
  app.delete('/series/:id/elements/:type', writes, async (request: WithType, reply) => {
    const { id, type } = request.params;
    if (await removeElement(database, whoOf(request), id, type)) return reply.code(204).send();
    return notFound(reply, 'there is no such series, or it has no element of this type\n');
  });
};

/** Media type of an element; that of a form is not kept, since bodies are only bytes here. */
const mimeTypeIn = (text: string | undefined): string =>
  text !== undefined &&
  /^[\w.+-]{1,60}\/[\w.+-]{1,60}(;[\x20-\x7e]{0,100})?$/.test(text) &&
  !/^multipart|form-url/i.test(text)
    ? text
    : 'application/octet-stream';
