import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Database } from '#central/store/connect.ts';
import type { MediaStore } from '#central/store/media-store.ts';
import { mimeTypeOf } from '#central/store/mime.ts';
import type { ElementKind } from '#central/store/tables.ts';
import { isOver } from '#central/workflows/run/run.ts';
import type { Workflows } from '#central/workflows/workflows.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import { makeDeck } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

const run = promisify(execFile);

/** A server of a test, with what a lecture is brought to. */
export interface LectureServer {
  database: Database;
  store: MediaStore;
  workflows: Workflows;
}

/** Slides of 640x360 with sound, 16 s or more: quiet, and no sound in the last 11 s. */
export const lecture = (): Promise<string> =>
  madeOnce('find-lecture-1.mp4', async (path) => {
    const deck = makeDeck({
      name: 'lecture',
      seed: 9,
      look: 'light',
      bodies: ['points'],
      count: 4,
      lastsMs: [5000, 6000],
    });
    const size = { widthPx: 640, heightPx: 360 };
    await writeDeck(deck, `${path}.mp4`, { ffmpeg: 'ffmpeg', size, fps: 5, bitrateKbps: 500, groupPictures: 10 });
    const sound = `aevalsrc='0.05*sin(2*PI*440*t)*lt(t,9)':s=48000:d=${deck.lengthMs / 1000}`;
    const joined = ['-i', `${path}.mp4`, '-f', 'lavfi', '-i', sound, '-c:v', 'copy', '-c:a', 'aac', '-f', 'mp4', path];
    await run('ffmpeg', ['-v', 'error', '-y', ...joined]);
    await rm(`${path}.mp4`);
  });

async function keepFile(
  { database, store }: LectureServer,
  event: string,
  file: string,
  of: { flavor: string; kind: ElementKind },
) {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const path = `${event}/${crypto.randomUUID()}/${name}`;
  await mkdir(dirname(store.at(path)), { recursive: true });
  await copyFile(file, store.at(path));
  const { size } = await stat(file);
  const row = { id: crypto.randomUUID(), event, version: 0, ...of, file_name: name, path };
  await database
    .insertInto('files')
    .values({ ...row, mime_type: mimeTypeOf(name), size_bytes: size, md5: '' })
    .execute();
}

/** Brings the lecture as an event, with a cut list, captions and chapters that are made in `folder`. */
export async function bringLecture(server: LectureServer, event: string, folder: string): Promise<void> {
  const { database } = server;
  await database.insertInto('events').values({ id: event, title: 'Le cœur' }).execute();
  const version = { event, version: 0, package: event, content: '', manifest: '' };
  await database.insertInto('event_versions').values(version).execute();
  await keepFile(server, event, await lecture(), { flavor: 'presentation/source', kind: 'track' });
  const vtt = join(folder, 'sous-titres.vtt');
  await writeFile(vtt, 'WEBVTT\n\n00:00:05.000 --> 00:00:07.000\nbonjour\n');
  // As the editor's page saves them: tracks, which operations on recordings must not take for some.
  await keepFile(server, event, vtt, { flavor: 'captions/source', kind: 'track' });
  const chapters = join(folder, 'chapters.vtt');
  await writeFile(chapters, 'WEBVTT\n\n00:00:00.000 --> 00:00:06.000\nDébut\n');
  await keepFile(server, event, chapters, { flavor: 'chapters/source', kind: 'track' });
  const list = join(folder, 'cutting.smil');
  const tracks = [{ src: 'lecture.mp4', kind: 'video' as const }];
  await writeFile(list, formatCutList({ tracks, segments: [{ fromMs: 4000, toMs: 90_000 }] }));
  await keepFile(server, event, list, { flavor: 'smil/cutting', kind: 'catalog' });
}

/** Begins a workflow on the event, which publishes without waiting for a person. Gives its number. */
export async function beginLecture(
  { database, workflows }: LectureServer,
  event: string,
  definition = 'schedule-and-upload',
): Promise<number> {
  const configuration = { straightToPublishing: 'true' };
  const { id } = await database
    .transaction()
    .execute((within) => workflows.begin(within, { event, version: 0, definition, configuration }));
  return id;
}

/** Resolves with the state of a run that is over; a database that is away meanwhile is waited for. */
export async function runOver(database: Database, id: number): Promise<string> {
  let state = '';
  const look = async (): Promise<boolean> => {
    const of = database.selectFrom('workflows').select('state').where('id', '=', id);
    const row = await of.executeTakeFirst().catch(() => undefined);
    state = row?.state ?? '';
    return row !== undefined && isOver({ state: row.state as 'running' });
  };
  await until('the workflow is over', look, { limitMs: 4 * PATIENCE_MS, seen: () => state });
  return state;
}

/** What a run did, in words: its operations with their states and reasons, and its log. */
export async function toldOf(database: Database, id: number): Promise<string> {
  const operations = await database
    .selectFrom('workflow_operations')
    .select(['operation', 'state', 'reason'])
    .where('workflow', '=', id)
    .orderBy('position')
    .execute();
  const log = await database
    .selectFrom('workflow_log')
    .select('text')
    .where('workflow', '=', id)
    .orderBy('id')
    .execute();
  const told = operations.map((one) => `${one.operation} ${one.state} ${one.reason ?? ''}`);
  return [...told, ...log.map(({ text }) => text)].join('\n');
}
