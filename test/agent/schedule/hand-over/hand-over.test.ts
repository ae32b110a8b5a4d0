import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { lecture, startOpencast, type OpencastStandIn } from '../../../support/opencast/server.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '../../../support/until.ts';
import { openScheduleRig, type RigOptions, type ScheduleRig } from '../../../support/schedule-rig.ts';

const UID = '68b19d11-6aca-413e-b2b3-eda72eebc65a';

/** Quick where a hall is patient. */
const settingsFor = ({ url }: OpencastStandIn, opencast: object = {}, handOver: object = {}) => ({
  opencast: { url, user: 'capture', pollSeconds: 2, stateSeconds: 2, ...opencast },
  handOver: { firstRetrySeconds: 1, mostRetrySeconds: 1, ...handOver },
});

/** A box that has begun to record an event which then turns out to be over. */
async function recorded(
  server: OpencastStandIn,
  options: RigOptions & { opencast?: object; handOver?: object } = {},
): Promise<ScheduleRig> {
  const startsAtMs = Date.now() - 60_000;
  server.events = [lecture(UID, startsAtMs, Date.now() + 3_600_000)];
  const rig = await openScheduleRig({ settings: settingsFor(server, options.opencast, options.handOver), ...options });
  await until('it is recorded', () => rig.moves.length > 0);
  server.events = [lecture(UID, startsAtMs, Date.now())];
  return rig;
}

const isDelivered =
  (rig: ScheduleRig, take = 'take-1') =>
  (): boolean =>
    rig.recordings.get(take)?.deliveredAtMs !== undefined;
const callsOf = (server: OpencastStandIn): string[] =>
  server.done().flatMap((one) => (/\/ingest\//.test(one) ? [one.replace(UID, 'UID')] : []));

const UPLOAD = [
  'PUT /ingest/createMediaPackageWithID/UID',
  'POST /ingest/addDCCatalog',
  'POST /ingest/addTrack',
  'POST /ingest/addAttachment',
  'POST /ingest/ingest',
];

// Tests of a group wait most of the time, each for a server of its own.
const TOGETHER = { concurrency: 6 };

describe('a booked recording is handed over', TOGETHER, () => {
  for (const auth of ['basic', 'digest'] as const) {
    test(`in the order of the protocol, by ${auth}`, async () => {
      await using server = await startOpencast({ accepts: auth });
      await using rig = await recorded(server, { opencast: { auth } });
      await until('it is delivered', isDelivered(rig));
      assert.deepEqual(callsOf(server), UPLOAD);
      const [{ mediaPackage, fields } = assert.fail()] = server.ingested;
      assert.equal(mediaPackage.id, UID);
      assert.deepEqual(
        { ...fields, mediaPackage: '' },
        {
          mediaPackage: '',
          workflowDefinitionId: 'schedule-and-upload',
          workflowInstanceId: UID,
          straightToPublishing: 'true',
        },
      );
      const [track] = mediaPackage.tracks;
      assert.equal(track?.flavor, 'presenter/source');
      const [part] = rig.recordings.get('take-1')?.parts ?? [];
      assert.deepEqual(server.files.get(track.id)?.bytes, await readFile(join(rig.folder, part?.name ?? '')));
      await until(
        'the server is told so',
        () =>
          server.recordings.get(UID)?.at(-1) === 'upload_finished' && rig.schedule.view().handOvers[0]?.step === 'done',
      );
      const told = server.recordings.get(UID)?.filter((state, index, all) => state !== all[index - 1]);
      assert.deepEqual(told, ['capturing', 'capture_finished', 'uploading', 'upload_finished']);
    });
  }

  test('several files are numbered, and their number is told', async () => {
    await using server = await startOpencast();
    await using rig = await recorded(server, { partBytes: [100, 200, 300] });
    await until('it is delivered', isDelivered(rig));
    const [{ mediaPackage, fields } = assert.fail()] = server.ingested;
    assert.deepEqual(
      mediaPackage.tracks.map(({ flavor }) => flavor),
      ['presenter/source', 'presenter/source-1', 'presenter/source-2'],
    );
    assert.equal(fields['3Files'], 'true');
  });

  test('channel B of dual mode has a flavor of its own, and its files do not count as further ones', async () => {
    await using server = await startOpencast();
    await using rig = await recorded(server, { partBytes: [100], secondBytes: [200, 300] });
    await until('it is delivered', isDelivered(rig));
    const [{ mediaPackage, fields } = assert.fail()] = server.ingested;
    assert.deepEqual(
      mediaPackage.tracks.map(({ flavor }) => flavor),
      ['presenter/source', 'presentation/source', 'presentation/source-1'],
    );
    assert.deepEqual(
      mediaPackage.tracks.map(({ id }) => server.files.get(id)?.bytes.length),
      [100, 200, 300],
    );
    assert.deepEqual([fields['3Files'], fields['2Files']], [undefined, undefined]);
  });

  test('what the two channels are to the server is set', async () => {
    await using server = await startOpencast();
    const handOver = { flavor: 'slides/source', flavorB: 'camera/source' };
    await using rig = await recorded(server, { partBytes: [100], secondBytes: [200], handOver });
    await until('it is delivered', isDelivered(rig));
    assert.deepEqual(
      server.ingested[0]?.mediaPackage.tracks.map(({ flavor }) => flavor),
      ['slides/source', 'camera/source'],
    );
  });

  test('the server may fetch it, by ranges and once it has all, it is delivered', async () => {
    await using server = await startOpencast();
    await using rig = await recorded(server, { handOver: { way: 'fetch', fetchUrl: 'https://box.example.org' } });
    await until('it is ingested', () => server.ingested.length === 1);
    const [track] = server.ingested[0]?.mediaPackage.tracks ?? [];
    const [, ticket = '', name = ''] =
      /^https:\/\/box\.example\.org\/api\/v1\/pickup\/(\w+)\/(.+)$/.exec(track?.url ?? '') ?? [];
    assert.deepEqual([track?.sizeBytes, track?.checksum], [5000, { type: 'sha256', value: 'ab' }]);
    const file = rig.schedule.pickups.find(ticket, name);
    assert.equal(rig.schedule.pickups.find('x'.repeat(32), name), undefined);
    assert.equal(rig.schedule.pickups.find(ticket, '../secrets/opencast-password'), undefined);
    file?.given([2000, 4999]);
    await until('it waits', () => (rig.schedule.view().handOvers[0]?.error ?? '').includes('not fetched all'));
    assert.equal(isDelivered(rig)(), false);
    file?.given([0, 1999]);
    await until('it is delivered', isDelivered(rig));
    assert.equal(rig.schedule.pickups.find(ticket, name), undefined, 'the ticket is used up');
  });

  test('an old server that gives ids itself is given the event by its name', async () => {
    await using server = await startOpencast();
    server.fault = (method) => (method === 'PUT' ? { status: 405 } : undefined);
    await using rig = await recorded(server);
    await until('it is delivered', isDelivered(rig));
    assert.equal(server.ingested[0]?.fields['workflowInstanceId'], UID);
    assert.notEqual(server.ingested[0]?.mediaPackage.id, UID);
  });
});

test('a server that knows no more than it must still gets the recording', async () => {
  await using server = await startOpencast();
  const unknown = /configuration$|addDCCatalog|addAttachment|createMediaPackageWithID|available\.json/;
  server.fault = (_, path) => (unknown.test(path) ? { status: path.includes('WithID') ? 501 : 404 } : undefined);
  await using rig = await recorded(server);
  await until('it is delivered', isDelivered(rig));
  assert.deepEqual(callsOf(server), ['GET /ingest/createMediaPackage', 'POST /ingest/addTrack', 'POST /ingest/ingest']);
  await until('its states are told', () => server.recordings.get(UID)?.at(-1) === 'upload_finished');
});

describe('whatever happens to the server', TOGETHER, () => {
  test('the connection is cut during the upload, again and again', async () => {
    await using server = await startOpencast();
    const cuts = [1, 700, 30_000, 65_536, 199_999];
    server.fault = (_, path) =>
      path === '/ingest/addTrack' && cuts.length > 0 ? { cutAfterBytes: cuts.shift() ?? 0 } : undefined;
    await using rig = await recorded(server, { partBytes: [200_000] });
    await until('it is delivered', isDelivered(rig));
    assert.deepEqual(callsOf(server), UPLOAD);
    assert.equal(server.ingested[0]?.mediaPackage.tracks.length, 1);
  });

  test('the answer to the ingest is lost: it is not ingested twice', async () => {
    await using server = await startOpencast();
    let lost = false;
    server.fault = (method, path) => {
      if (method !== 'POST' || path !== '/ingest/ingest' || lost) return undefined;
      lost = true;
      return 'lose answer';
    };
    await using rig = await recorded(server);
    await until('it is delivered', isDelivered(rig));
    assert.equal(server.ingested.length, 1);
    assert.equal(server.asked.filter(({ path }) => path === '/ingest/ingest').length, 1);
  });

  test('500, 503, 507, 409 and an HTML page: it waits, says why, and goes on where it was', async () => {
    await using server = await startOpencast();
    const faults = [500, 503, 507, 409];
    server.fault = (_, path) =>
      path === '/ingest/ingest' && faults.length > 0 ? { status: faults.shift() ?? 500 } : undefined;
    await using rig = await recorded(server);
    const alarms = () => rig.device.state().seen.alarms.filter(({ name }) => name === 'publish_failure');
    await until('it says why it waits', () =>
      alarms().some(({ about, text }) => about === 'hand-over' && /\(5\d\d/.test(text)),
    );
    await until('it is delivered', isDelivered(rig));
    assert.equal(callsOf(server).filter((call) => call === 'POST /ingest/addTrack').length, 1);
    await until('the alarm ends', () => alarms().length === 0);
  });

  test('what had been sent is gone at the server: it is sent again from the beginning', async () => {
    await using server = await startOpencast();
    let cleared = false;
    server.fault = (_, path) => {
      if (path === '/ingest/ingest' && !cleared) {
        cleared = true;
        server.files.clear();
      }
      return undefined;
    };
    await using rig = await recorded(server);
    await until('it is delivered', isDelivered(rig));
    assert.equal(callsOf(server).filter((call) => call === 'POST /ingest/addTrack').length, 2);
  });

  test('the password is changed, and changed back', async () => {
    await using server = await startOpencast();
    await using rig = await recorded(server);
    server.gate.password = 'other';
    await until('the box says so', () =>
      rig.device.state().seen.alarms.some(({ name, text }) => name === 'sched_server' && text.includes('password')),
    );
    server.gate.password = 'secret';
    await until('it is delivered', isDelivered(rig));
  });

  test('nonces that are stale at once, and a server that challenges without qop', async () => {
    await using server = await startOpencast({ accepts: 'digest', qop: false, nonceMs: 30 });
    await using rig = await recorded(server, { opencast: { auth: 'digest' }, partBytes: [100_000] });
    await until('it is delivered', isDelivered(rig));
    assert.deepEqual(callsOf(server), UPLOAD);
    const bodies = server.asked.filter(({ path, bodyBytes }) => path === '/ingest/addTrack' && bodyBytes > 0);
    assert.equal(bodies.length, 1, 'a large file is sent once');
  });
});

describe('what was started by hand', TOGETHER, () => {
  test('becomes an event at the server, and is handed over', async () => {
    await using server = await startOpencast();
    await using rig = await openScheduleRig({ settings: settingsFor(server) });
    const session = { id: 't', via: 'http', access: 'admin' } as const;
    rig.device.request({
      name: 'record.start',
      params: { metadata: { title: 'Soutenance', presenter: 'Mlle Roux' } },
      session,
    });
    rig.device.request({ name: 'record.stop', params: {}, session });
    await until('it is delivered', isDelivered(rig));
    assert.deepEqual(callsOf(server), [
      'GET /ingest/createMediaPackage',
      'POST /ingest/addDCCatalog',
      'POST /ingest/schedule',
      ...UPLOAD.slice(2),
    ]);
    const [catalog] = server.ingested[0]?.mediaPackage.catalogs ?? [];
    const text = server.files.get(catalog?.id ?? '')?.bytes.toString() ?? '';
    assert.match(
      text,
      /<dcterms:title>Soutenance<\/dcterms:title>.*<dcterms:creator>Mlle Roux<.*<dcterms:spatial>Amphi_D</,
    );
  });

  test('stays on the box where that is wanted, until somebody sends it', async () => {
    await using server = await startOpencast();
    await using rig = await openScheduleRig({ settings: settingsFor(server, {}, { byHand: false }) });
    const session = { id: 't', via: 'http', access: 'admin' } as const;
    rig.device.request({ name: 'record.start', params: {}, session });
    rig.device.request({ name: 'record.stop', params: {}, session });
    await until('it is finished', () => rig.recordings.get('take-1')?.status === 'finished');
    assert.equal(rig.schedule.view().handOvers.length, 0);
    assert.equal(await rig.schedule.send('take-1'), true);
    await until('it is delivered', isDelivered(rig));
  });
});

test('the server is away at the start, in the middle and at the end; the box starts anew meanwhile', (t) =>
  inTime(t, async (judge) => {
    await using server = await startOpencast();
    const startsAtMs = Math.ceil(Date.now() / 1000) * 1000 + 8000;
    server.events = [lecture(UID, startsAtMs, startsAtMs + 3000)];
    await using rig = await openScheduleRig({ settings: settingsFor(server) });
    await until('the calendar is read', () => rig.schedule.view().events.length === 1);
    await server.stop();
    await rig.restart();
    assert.equal(rig.schedule.view().events.length, 1, 'known from the disk');
    await until('it was recorded', () => rig.moves.length === 2);
    await until('the hand-over fails', () => (rig.schedule.view().handOvers[0]?.attempt ?? 0) > 0);
    await rig.restart();
    await server.start();
    await until('it is delivered', isDelivered(rig));
    assert.equal(server.ingested.length, 1);
    const lateMs = (rig.moves[0]?.atMs ?? 0) - startsAtMs;
    assert.ok(lateMs > -500, `${-lateMs} ms early`);
    judge('it began late by', lateMs, 500);
  }));
