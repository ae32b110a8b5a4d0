import { z } from 'zod';
import type { Database } from '../../store/connect.ts';
import type { FileRow } from '../../store/tables.ts';
import type { WorkflowRow } from '../../store/workflow-tables.ts';
import { filesOf, urlOf } from '../../catalogue/files.ts';
import { findEvent, statusOfListed, type ListedEvent } from '../../catalogue/list-events.ts';
import type { EventStatus } from '../../catalogue/status.ts';
import { versionsOf } from '../../catalogue/versions.ts';
import { auditEntries } from '../../identity/audit.ts';
import { workflowsOf } from '../../workflows/workflows.ts';
import { apiRoute, refused, type AnyRoute } from './route.ts';

const stream = z.object({
  kind: z.enum(['video', 'audio', 'subtitle', 'data']),
  codec: z.string(),
  profile: z.string().optional(),
  widthPx: z.number().optional(),
  heightPx: z.number().optional(),
  framesPerSecond: z.number().optional(),
  frames: z.number().optional(),
  channels: z.number().optional(),
  sampleRateHz: z.number().optional(),
  bitrateBps: z.number().optional(),
});
const file = z.object({
  id: z.string(),
  kind: z.enum(['track', 'catalog', 'attachment']),
  flavor: z.string(),
  fileName: z.string(),
  mimeType: z.string(),
  sizeBytes: z.number(),
  md5: z.string(),
  durationMs: z.number().nullable(),
  streams: z.array(stream).nullable(),
  problem: z.string().nullable(),
  url: z.string(),
});
const version = z.object({
  version: z.number(),
  ingestedAt: z.iso.datetime(),
  agent: z.string().nullable(),
  files: z.array(file),
  workflow: z
    .object({
      id: z.number(),
      definition: z.string(),
      state: z.string(),
      configuration: z.record(z.string(), z.string()),
    })
    .nullable(),
});
const event = z.object({
  id: z.string(),
  title: z.string(),
  series: z.string().nullable(),
  agent: z.string().nullable(),
  hall: z.string().nullable(),
  startsAt: z.iso.datetime().nullable(),
  endsAt: z.iso.datetime().nullable(),
  status: z.enum(['scheduled', 'recording', 'ingesting', 'failed', 'missed', 'recorded']),
  recordingState: z.string().nullable(),
});
/**
 * Status of an event in our API, by its status in the catalogue: after an ingest it is `recorded`, and its versions
 * show their workflows.
 */
const STATUS: Readonly<Record<EventStatus, z.input<typeof event>['status']>> = {
  scheduled: 'scheduled',
  missed: 'missed',
  recording: 'recording',
  'recording-failed': 'failed',
  ingesting: 'ingesting',
  pending: 'recorded',
  processing: 'recorded',
  paused: 'recorded',
  processed: 'recorded',
  published: 'recorded',
  'processing-failed': 'recorded',
  'processing-cancelled': 'recorded',
};

const eventOf = (row: ListedEvent, nowMs: number): z.input<typeof event> => ({
  id: row.id,
  title: row.title,
  series: row.series,
  agent: row.agent,
  hall: row.hall,
  startsAt: row.starts_at?.toISOString() ?? null,
  endsAt: row.ends_at?.toISOString() ?? null,
  status: STATUS[statusOfListed(row, nowMs)],
  recordingState: row.recording_state,
});

export const recordedRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'getEvent',
    method: 'GET',
    path: '/events/{id}',
    summary: 'An event, with every version that was recorded',
    access: ['scheduler', 'viewer', 'agent'],
    params: z.strictObject({ id: z.string() }),
    answer: event.extend({ versions: z.array(version) }),
    async run({ services: { database, clock, urlFor }, params: { id }, request }) {
      const row = await findEvent(database, id);
      if (!row) return refused(404, `there is no event ${id}`);
      const versions = await toldVersions(database, id, urlFor(request));
      return { ...eventOf(row, clock.nowMs()), versions };
    },
  }),
  apiRoute({
    id: 'listAudit',
    method: 'GET',
    path: '/audit',
    summary: 'Who changed what, the newest first',
    access: [],
    query: z.strictObject({
      kind: z.string().optional(),
      object: z.string().optional(),
      account: z.string().optional(),
      before: z.coerce.number().int().optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answer: z.object({
      entries: z.array(
        z.object({
          id: z.number(),
          at: z.iso.datetime(),
          account: z.string().nullable(),
          address: z.string().nullable(),
          action: z.string(),
          kind: z.string(),
          object: z.string(),
          change: z.unknown(),
        }),
      ),
    }),
    run: async ({ services: { database }, query }) => ({
      entries: (await auditEntries(database, query)).map((row) => ({ ...row, at: row.at.toISOString() })),
    }),
  }),
];

async function toldVersions(database: Database, id: string, url: string): Promise<z.input<typeof version>[]> {
  const [versions, files, workflows] = await Promise.all([
    versionsOf(database, id),
    filesOf(database, id),
    workflowsOf(database, id),
  ]);
  return versions.map(({ version, ingested_at, agent }) => ({
    version,
    agent,
    ingestedAt: ingested_at.toISOString(),
    files: files.filter((one) => one.version === version).map((one) => fileOf(one, url)),
    workflow: workflowOf(workflows.find((one) => one.version === version)),
  }));
}

const fileOf = (row: FileRow, url: string): z.input<typeof file> => ({
  id: row.id,
  kind: row.kind,
  flavor: row.flavor,
  fileName: row.file_name,
  mimeType: row.mime_type,
  md5: row.md5,
  sizeBytes: row.size_bytes,
  durationMs: row.duration_ms,
  streams: row.streams,
  problem: row.problem,
  url: urlOf(url, row.path),
});

const workflowOf = (row: WorkflowRow | undefined) =>
  row ? { id: row.id, definition: row.definition, state: row.state, configuration: row.configuration } : null;
