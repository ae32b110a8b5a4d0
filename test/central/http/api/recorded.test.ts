import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { ownApi } from '#central/http/api/api.ts';
import { tellAudit } from '#central/identity/audit.ts';
import { json, type Role } from '#central/store/tables.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { openRig } from '../../rig.ts';

const HOUR_MS = 3_600_000;
const clock = virtualClock(0, Date.UTC(2026, 8, 14, 12));
const rig = await openRig([ownApi], clock);
const { database } = rig.services;
after(() => rig.close());
beforeEach(async () => {
  await database.deleteFrom('events').execute();
  await database.deleteFrom('audit_log').execute();
});

async function get(path: string, as: Role = 'scheduler') {
  const reply = await rig.app.inject({ url: `/api/v1${path}`, headers: rig.as(as) });
  return { status: reply.statusCode, json: reply.statusCode === 200 ? reply.json() : undefined };
}
/** An event of Amphi_D that began `hours` ago and took two. */
async function add(id: string, hours: number, recording_state: string | null = null): Promise<void> {
  const begins = clock.nowMs() - hours * HOUR_MS;
  await database
    .insertInto('events')
    .values({
      id,
      title: 'Anatomie',
      series: 'UE5',
      agent: 'box-d',
      hall: 'Amphi_D',
      starts_at: new Date(begins),
      ends_at: new Date(begins + 2 * HOUR_MS),
      recording_state,
    })
    .execute();
}
async function ingest(event: string, version: number, workflow?: string): Promise<void> {
  const of = { event, version };
  const ingested_at = new Date(Date.UTC(2026, 8, 14, 10 + version));
  await database
    .insertInto('event_versions')
    .values({ ...of, package: event, content: '', manifest: '', agent: 'box-d', ingested_at })
    .execute();
  if (!workflow) return;
  const values = { ...of, definition: 'fast', state: workflow, configuration: json({ trim: 'true' }) };
  await database.insertInto('workflows').values(values).execute();
}

describe('an event', () => {
  test('is told with hall, time, and every version with its files and its workflow', async () => {
    await add('e1', 3, 'upload_finished');
    await ingest('e1', 1);
    await ingest('e1', 2, 'running');
    const film = { id: 'film', flavor: 'presenter/source', md5: 'abc' };
    await database
      .insertInto('files')
      .values({
        ...film,
        event: 'e1',
        version: 2,
        kind: 'track',
        file_name: 'a b.mp4',
        path: 'e1/2/a b.mp4',
        mime_type: 'video/mp4',
        size_bytes: 5_000_000_000,
        duration_ms: 61_000,
        streams: json([{ kind: 'video', codec: 'h264', widthPx: 1280 }]),
      })
      .execute();
    const { versions, ...event } = (await get('/events/e1')).json;
    assert.deepEqual(event, {
      id: 'e1',
      title: 'Anatomie',
      series: 'UE5',
      agent: 'box-d',
      hall: 'Amphi_D',
      startsAt: '2026-09-14T09:00:00.000Z',
      endsAt: '2026-09-14T11:00:00.000Z',
      status: 'recorded',
      recordingState: 'upload_finished',
    });
    const workflow = await database.selectFrom('workflows').select('id').executeTakeFirstOrThrow();
    assert.deepEqual(versions, [
      { version: 1, agent: 'box-d', ingestedAt: '2026-09-14T11:00:00.000Z', files: [], workflow: null },
      {
        version: 2,
        agent: 'box-d',
        ingestedAt: '2026-09-14T12:00:00.000Z',
        files: [
          {
            ...film,
            kind: 'track',
            fileName: 'a b.mp4',
            mimeType: 'video/mp4',
            sizeBytes: 5_000_000_000,
            durationMs: 61_000,
            streams: [{ kind: 'video', codec: 'h264', widthPx: 1280 }],
            problem: null,
            url: 'http://localhost:80/files/mediapackage/e1/2/a%20b.mp4',
          },
        ],
        workflow: { ...workflow, definition: 'fast', state: 'running', configuration: { trim: 'true' } },
      },
    ]);
  });

  test('that nobody scheduled has neither hall nor time', async () => {
    await database.insertInto('events').values({ id: 'brought', title: 'Reçu' }).execute();
    const { json: event } = await get('/events/brought');
    assert.deepEqual([event.agent, event.hall, event.startsAt, event.endsAt], [null, null, null, null]);
    assert.deepEqual([event.series, event.versions], [null, []]);
  });

  for (const [status, hours, recording, workflow] of [
    ['scheduled', -1, null, undefined],
    ['scheduled', 3, null, undefined],
    ['missed', 4, null, undefined],
    ['recording', 1, 'capturing', undefined],
    ['failed', 1, 'capture_error', undefined],
    ['ingesting', 3, 'uploading', undefined],
    ...['', 'instantiated', 'running', 'failing', 'paused', 'succeeded', 'failed', 'stopped'].map(
      (state) => ['recorded', 3, 'capturing', state] as const,
    ),
  ] as const)
    test(`is ${status}: begun ${hours} hours ago, ${recording ?? 'not heard of'}, workflow ${workflow || 'none'}`, async () => {
      await add('e1', hours === 4 ? 4.01 : hours, recording);
      if (workflow !== undefined) await ingest('e1', 1, workflow);
      assert.equal((await get('/events/e1')).json.status, status);
    });
});

describe('the audit', () => {
  const tell = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++)
      await tellAudit(database, undefined, { action: 'create', kind: n % 2 ? 'event' : 'series', object: `o${n}` });
  };
  const objects = async (query: string): Promise<string> =>
    (await get(`/audit${query}`, 'admin')).json.entries.map(({ object }: { object: string }) => object).join();

  test('is read page by page, the newest first, and by what it is about', async () => {
    await tell(5);
    assert.equal(await objects(''), 'o4,o3,o2,o1,o0');
    const { entries } = (await get('/audit?limit=2', 'admin')).json;
    assert.equal(entries.length, 2);
    assert.equal(await objects(`?limit=2&before=${entries[1].id}`), 'o2,o1');
    assert.equal(await objects('?kind=event'), 'o3,o1');
    assert.equal(await objects('?object=o2'), 'o2');
    assert.ok(Math.abs(Date.parse(entries[0].at) - Date.now()) < HOUR_MS, entries[0].at);
  });

  test('gives a hundred where nobody says how many, a thousand at most, to admins alone', async () => {
    await tell(101);
    assert.equal((await objects('')).split(',').length, 100);
    assert.equal((await objects('?limit=1000')).split(',').length, 101);
    for (const query of ['?limit=1001', '?limit=0', '?limit=x', '?before=1.5', '?who=me'])
      assert.equal((await get(`/audit${query}`, 'admin')).status, 400, query);
    for (const role of ['scheduler', 'agent', 'viewer'] as const) assert.equal((await get('/audit', role)).status, 403);
  });
});

test('whoever signs in is told his role', async () => {
  for (const role of ['admin', 'scheduler', 'agent', 'viewer'] as const) {
    const payload = { name: role, password: role };
    const reply = await rig.app.inject({ method: 'POST', url: '/api/v1/session', payload });
    assert.deepEqual(reply.json(), { name: role, role });
  }
});
