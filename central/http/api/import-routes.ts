import type { FastifyRequest } from 'fastify';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ianaZone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { zoneAsked } from '../../timetable/zones.ts';
import { onlyFor, whoOf } from '../http-access.ts';
import { formParts, isFile } from '../form.ts';
import type { RouteModule } from '../services.ts';
import { importLectures } from '../../timetable/import/import.ts';
import { UnreadableFile } from '@amphi/lib/tables/text.ts';

const flag = z.enum(['true', 'false', '']).transform((text) => text !== 'false');
const query = z.strictObject({
  dryRun: flag.default(false),
  timeZone: z
    .string()
    .refine((name) => ianaZone(name) !== undefined, 'is no time zone: write Europe/Paris')
    .optional(),
  /** Time zone of the person who asks, for halls that name none. */
  ownTimeZone: z.string().optional(),
  series: z.string().min(1).max(200).optional(),
  hall: z.string().min(1).max(200).optional(),
  unknownHalls: z.enum(['refuse', 'skip', 'create']).default('refuse'),
  cancelMissing: flag.default(false),
  evenMost: flag.default(false),
  restore: flag.default(false),
  /** Name of the file; without it the name in the form counts. */
  file: z.string().max(200).optional(),
});

/** Size of a timetable in bytes; a larger one is refused with 413. */
const MOST_BYTES = 33 << 20;

/**
 * Serves `POST /api/v1/import`: the file is the body, or a file of a form. 200: it is done, or would be; 422: there are
 * mistakes or conflicts, and nothing was done; 400: the file is no timetable.
 */
export const lectureImport: RouteModule = (app, services) => {
  app.post('/api/v1/import', { ...onlyFor('scheduler'), bodyLimit: MOST_BYTES }, async (request, reply) => {
    const asked = query.safeParse(request.query);
    if (!asked.success) {
      const why = asked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      return reply.code(400).send({ error: why.join('; ') });
    }
    const { timeZone, ownTimeZone, file, ...options } = asked.data;
    const { zone, note } = zoneAsked(services.roster, timeZone, ownTimeZone);
    try {
      const { bytes, name } = await fileOf(request);
      const source = (file ?? name).trim();
      const report = await importLectures(services, whoOf(request), bytes, { ...options, source, zone, notes: note });
      const refused = report.mistakes.length > 0 || report.conflicts.length > 0;
      return await reply.code(refused ? 422 : 200).send(report);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return reply.code(400).send({ error: error.message });
    }
  });
};

async function fileOf(request: FastifyRequest): Promise<{ bytes: Uint8Array; name: string }> {
  for await (const part of formParts(request)) {
    if (isFile(part)) return { bytes: await limited(part.stream), name: part.fileName };
  }
  const { body } = request;
  if (body instanceof Readable) return { bytes: await limited(body), name: '' };
  return { bytes: Buffer.from(typeof body === 'string' ? body : ''), name: '' };
}

async function limited(stream: Readable): Promise<Uint8Array> {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) stream.destroy(new UnreadableFile('the file is too big for a timetable'));
  });
  return buffer(stream);
}
