import type { FastifyRequest } from 'fastify';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { addTrack } from '../../intake/add-track.ts';
import type { Received } from '../../store/media-store.ts';
import { whoOf } from '../http-access.ts';
import { formOf, formParts, isFile, type Form, type FormField } from '../form.ts';
import { flavorIn, tagsIn } from '../opencast/ingest/ingest-fields.ts';
import type { RouteModule, Services } from '../services.ts';
import { SCHEDULERS } from './base.ts';
import { trackJson } from './media.ts';
import { notFound } from './replies.ts';

type ById = { Params: { id: string } };

/**
 * Serves `POST /api/events/{id}/track`: a track that is added later, such as captions or a second picture
 * (facts/opencast 3.1).
 */
export const trackApi: RouteModule = (app, services) => {
  app.post<ById>('/api/events/:id/track', SCHEDULERS, (request, reply) =>
    withTrack(services, request, async (form, film) => {
      const { id: event } = request.params;
      const received = {
        ...film,
        kind: 'track' as const,
        flavor: flavorIn(form.get('flavor')),
        tags: tagsIn(form.get('tags')),
      };
      const replaces = form.get('overwriteExisting')?.trim().toLowerCase() === 'true';
      const done = await addTrack(services, { event, received, replaces, who: whoOf(request) });
      if (done.kind === 'missing') return notFound(reply, `Cannot find an event with id '${event}'.`);
      if (done.kind === 'done') return reply.send(trackJson(done.track, services.urlFor(request)));
      return reply
        .code(409)
        .type('text/plain; charset=utf-8')
        .send('nothing was recorded of this event yet: a track can be added when its recording is here\n');
    }),
  );
};

/**
 * Reads a form with one file, at any place of the form; the file stays in the store while `use` runs. Throws
 * BadRequest.
 */
async function withTrack<T>(
  { store }: Services,
  request: FastifyRequest,
  use: (form: Form, film: Received & { fileName: string }) => Promise<T>,
): Promise<T> {
  const [fields, films]: [FormField[], (Received & { fileName: string })[]] = [[], []];
  try {
    for await (const part of formParts(request)) {
      if (!isFile(part)) fields.push(part);
      else films.push({ ...(await store.receive(part.stream)), fileName: part.fileName });
    }
    const [film, ...others] = films;
    if (!film || film.sizeBytes === 0)
      throw new BadRequest('the file is missing: send it as track, in multipart/form-data');
    if (others.length > 0) throw new BadRequest('one track is added at a time');
    return await use(formOf(fields), film);
  } finally {
    await Promise.all(films.map(({ temporary }) => store.discard(temporary)));
  }
}
