import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { MOST_CAPTION_BYTES, readCues } from '../../editing/edit-captions.ts';
import { clockOf } from '../../editing/edit.ts';
import { measureOf, recordingOf, sourcesOf } from '../../editing/recording.ts';
import { checkEditor, EDITORS } from '../opencast/editor/editor-access.ts';
import { limitedBody } from '../opencast/editor/body-text.ts';
import type { RouteModule } from '../services.ts';

type ById = FastifyRequest<{ Params: { id: string } }>;

/**
 * Serves `POST /api/v1/events/{id}/captions`: reads a file of captions, WebVTT or SRT, for the editor. Nothing is kept.
 * 422: it has a mistake, or is of another recording.
 */
export const captionsRoute: RouteModule = (app, { database }) => {
  app.post(
    '/api/v1/events/:id/captions',
    { ...EDITORS, bodyLimit: MOST_CAPTION_BYTES },
    async (request: ById, reply) => {
      const { id } = request.params;
      await checkEditor(database, request, id);
      const recording = await recordingOf(database, id);
      if (!recording) return reply.code(404).send({ error: `there is no recording of the event ${id}` });
      const { body } = request;
      const bytes =
        body instanceof Readable
          ? await limitedBody(body, MOST_CAPTION_BYTES)
          : Buffer.from(typeof body === 'string' ? body : '');
      const read = await readCues(bytes);
      if ('mistake' in read) return reply.code(422).send({ error: read.mistake, line: read.line });
      const { durationMs } = measureOf(sourcesOf(recording));
      const late = read.cues.filter(({ start }) => durationMs > 0 && start > durationMs).at(-1);
      if (!late) return { cues: read.cues, notes: read.notes };
      const error = `these captions go on until ${clockOf(late.end)}, the recording is ${clockOf(durationMs)} long: they are of another one`;
      return reply.code(422).send({ error, endsAt: late.end });
    },
  );
};
