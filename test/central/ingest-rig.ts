import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRow } from '#central/store/tables.ts';
import { MODULES } from '#central/modules.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog, type Log } from '#lib/runtime/log.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { PATIENCE_MS } from '#test/support/until.ts';
import { openRig, type Rig } from './rig.ts';

export type Field = string | { file: Buffer; name: string };

export type Send = (
  path: string,
  fields: Record<string, Field>,
  as?: 'agent' | 'viewer',
) => Promise<{ status: number; type: string | null; text: string }>;

/** The whole server on a port of its own, and somebody who brings recordings. */
export interface IngestRig {
  rig: Rig;
  url: string;
  /** A second of picture and sound. */
  movie: Buffer;
  /** Posts a form as multipart. */
  send: Send;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** A new media package. */
  create(): Promise<string>;
  close(): Promise<void>;
}

/** `fetchFrom`: hosts that media are fetched from besides agents; it may be filled later. */
export async function openIngestRig(fetchFrom: readonly string[] = [], log: Log = silentLog): Promise<IngestRig> {
  const rig = await openRig(MODULES, realClock, log, fetchFrom);
  const url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
  const get: IngestRig['get'] = (path, headers = {}) =>
    fetch(path.startsWith('http') ? path : `${url}${path}`, { headers: { ...rig.as('agent'), ...headers } });
  return {
    rig,
    url,
    get,
    movie: await movieOf(rig, 1),
    async send(path, fields, as = 'agent') {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value === 'string') form.append(name, value);
        else form.append(name, new Blob([new Uint8Array(value.file)]), value.name);
      }
      const reply = await fetch(`${url}${path}`, { method: 'POST', body: form, headers: rig.as(as) });
      return { status: reply.status, type: reply.headers.get('content-type'), text: await reply.text() };
    },
    create: async () => (await get('/ingest/createMediaPackage')).text(),
    close: () => rig.close(),
  };
}

/** Another number, another file. */
export async function movieOf(rig: Rig, seed: number): Promise<Buffer> {
  const path = join(rig.services.config.data, `movie-${seed}.mp4`);
  const argv = `-v error -y -f lavfi -i testsrc2=s=320x180:r=15:d=1 -f lavfi -i sine=d=1 -t 1 -metadata title=${seed} -c:v libx264 -preset ultrafast -c:a aac`;
  const { code, reason } = await runProgram('ffmpeg', [...argv.split(' '), path], { timeoutMs: PATIENCE_MS });
  assert.equal(code, 0, reason);
  return readFile(path);
}

export const filesOf = (rig: Rig, event: string): Promise<FileRow[]> =>
  rig.services.database
    .selectFrom('files')
    .selectAll()
    .where('event', '=', event)
    .orderBy('version')
    .orderBy('kind')
    .execute();

/** The id of the workflow in the answer to an ingest. */
export const workflowIn = (text: string): string => /<wf:workflow [^>]*\bid="(\d+)"/.exec(text)?.[1] ?? '';
