import { z } from 'zod';
import { ianaZone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { keptImports } from '../../catalogue/imports/imports.ts';
import { importJson, undoImport } from '../../timetable/undo-import.ts';
import { zoneAsked } from '../../timetable/zones.ts';
import { whoOf } from '../http-access.ts';
import { apiRoute, refused, type AnyRoute } from './route.ts';

const lecture = z.object({
  id: z.string(),
  title: z.string(),
  hall: z.string(),
  date: z.string(),
  start: z.string(),
  end: z.string(),
});
const changed = lecture.extend({ changedSince: z.boolean() });
const about = z.object({ id: z.number(), at: z.iso.datetime(), by: z.string().nullable(), source: z.string() });
const counts = z.object({ created: z.number(), changed: z.number(), unchanged: z.number(), cancelled: z.number() });
const undone = z.object({ at: z.iso.datetime(), by: z.string() }).nullable();

/** Report of undoing an import, or of trying that. */
const undoReport = z.object({
  import: about,
  dryRun: z.boolean(),
  applied: z.boolean(),
  timeZone: z.string(),
  removed: z.array(changed),
  restored: z.array(changed.extend({ was: lecture })),
  putBack: z.array(lecture),
  halls: z.object({
    removed: z.array(z.string()),
    left: z.array(z.object({ hall: z.string(), why: z.enum(['used', 'called', 'settled']) })),
  }),
  left: z.array(lecture.extend({ why: z.enum(['recorded', 'later', 'deleted', 'past']) })),
  conflicts: z.array(lecture),
});

export const importsRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'listImports',
    method: 'GET',
    path: '/imports',
    summary: 'Imports of lectures, the newest first; what the last 200 did is kept',
    access: ['scheduler'],
    answer: z.object({ imports: z.array(about.extend({ counts, undone })) }),
    run: async ({ services: { database } }) => ({
      imports: (await keptImports(database)).map((one) => ({
        ...importJson(one),
        counts: { created: one.created, changed: one.changed, unchanged: one.kept, cancelled: one.cancelled },
        undone: one.undone_at ? { at: one.undone_at.toISOString(), by: one.undone_by ?? '' } : null,
      })),
    }),
  }),
  apiRoute({
    id: 'undoImport',
    method: 'POST',
    path: '/imports/{id}/undo',
    summary: 'Undo an import as a whole, or tell what that would do',
    description:
      'What it made is removed, what it changed is as before, what it cancelled is put back. What was recorded, has begun, or was named by a later import stays. Nothing is done where others have the halls (`conflicts`).',
    access: ['scheduler'],
    params: z.strictObject({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
    query: z.strictObject({
      dryRun: z
        .enum(['true', 'false', ''])
        .transform((text) => text !== 'false')
        .default(false),
      timeZone: z
        .string()
        .refine((name) => ianaZone(name) !== undefined, 'is no time zone: write Europe/Paris')
        .optional(),
      ownTimeZone: z.string().optional(),
    }),
    refusals: [409],
    answer: undoReport,
    async run({ services, params: { id }, query: { dryRun, timeZone, ownTimeZone }, request }) {
      const { zone } = zoneAsked(services.roster, timeZone, ownTimeZone);
      const told = await undoImport(services, whoOf(request), id, { dryRun, zone });
      if (told.kind === 'missing')
        return refused(404, `there is no import ${id}, or it is too long ago: what the last 200 did is kept`);
      if (told.kind === 'undone already') {
        const { undone_at, undone_by } = told.of;
        return refused(409, `${undone_by || 'somebody'} undid import ${id} on ${undone_at?.toISOString()}`);
      }
      return told.report;
    },
  }),
];
