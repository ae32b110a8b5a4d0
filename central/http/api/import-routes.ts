import type { FastifyRequest } from 'fastify';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ianaZone, type Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { Roster } from '../../agents/roster.ts';
import { ownZone, zoneOfHalls } from '../../timetable/zones.ts';
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
  /** Of whoever asks: for halls that name none. */
  ownTimeZone: z.string().optional(),
  series: z.string().min(1).max(200).optional(),
  hall: z.string().min(1).max(200).optional(),
  unknownHalls: z.enum(['refuse', 'skip', 'create']).default('refuse'),
  cancelMissing: flag.default(false),
});

/** A timetable; more is none. */
const MOST_BYTES = 33 << 20;

/**
 * `POST /api/v1/import`: a file as the body, or as the file of a form. 200 it is done, or would be; 422 there are mistakes
 * or conflicts, and nothing was done; 400 it is no timetable.
 */
export const lectureImport: RouteModule = (app, services) => {
  app.post('/api/v1/import', { ...onlyFor('scheduler'), bodyLimit: MOST_BYTES }, async (request, reply) => {
    const asked = query.safeParse(request.query);
    if (!asked.success) {
      const why = asked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      return reply.code(400).send({ error: why.join('; ') });
    }
    const { timeZone, ownTimeZone, ...options } = asked.data;
    const { zone, note } = zoneOf(services.roster, timeZone, ownTimeZone);
    try {
      const bytes = await bytesOf(request);
      const report = await importLectures(services, whoOf(request), bytes, { ...options, zone, notes: note });
      const refused = report.mistakes.length > 0 || report.conflicts.length > 0;
      return await reply.code(refused ? 422 : 200).send(report);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return reply.code(400).send({ error: error.message });
    }
  });
};

/** The zone that is asked for, else the halls', else that of whoever asks, else this machine's; and where it comes from. */
function zoneOf(roster: Roster, asked: string | undefined, own: string | undefined): { zone: Zone; note: string[] } {
  const named = asked === undefined ? undefined : ianaZone(asked);
  if (named) return { zone: named, note: [] };
  const said = zoneOfHalls(roster);
  if (said) return { zone: said.zone, note: [`times are those of ${said.zone.name}, the time zone of ${said.agent}`] };
  const zone = ianaZone(own ?? '') ?? ownZone();
  return { zone, note: [`times are those of ${zone.name}: no hall says in which time zone it is`] };
}

async function bytesOf(request: FastifyRequest): Promise<Uint8Array> {
  for await (const part of formParts(request)) if (isFile(part)) return limited(part.stream);
  const { body } = request;
  if (body instanceof Readable) return limited(body);
  return Buffer.from(typeof body === 'string' ? body : '');
}

async function limited(stream: Readable): Promise<Uint8Array> {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) stream.destroy(new UnreadableFile('the file is too big for a timetable'));
  });
  return buffer(stream);
}
