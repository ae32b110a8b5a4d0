// Runs alone: it measures what the thread of a server costs while strangers flood it.
// Covers central/http, central/identity, central/pages, central/main.ts.

/**
 * Every port of a central server, and every kind of flood, as `floods.test.ts` has it for a box. Its PostgreSQL is of its own, and is
 * reached through a file.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startCentralProcess, type CentralProcess } from '#test/support/central-process.ts';
import { churn, crowd, drip, pour, type Flood } from '#test/support/floods.ts';
import { descendantsOf, listeningOf, openFilesOf, rssMbOf } from '#test/support/listeners.ts';
import { worstTurnMs } from '#test/support/loop-probe-lines.ts';
import { until } from '#test/support/until.ts';
import { answers } from './flood-clients.ts';

/** The longest that its thread may work between two looks of its loop, ms of the processor; as of a box. */
const MOST_TURN_MS = 250;
/** What a flood may add to its memory, MB. */
const MOST_MORE_MB = 64;

let central: CentralProcess;
let folder = '';
let probeFile = '';
let port = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-central-floods-'));
  probeFile = join(folder, 'turns');
  const probe = fileURLToPath(new URL('../support/loop-probe.ts', import.meta.url));
  central = await startCentralProcess({ NODE_OPTIONS: `--import=${probe}`, AMPHI_LOOP_PROBE: probeFile });
  port = Number(new URL(central.url).port);
  // Its connections to its database are opened as they are needed, and stay for a while.
  await Promise.all(Array.from({ length: 100 }, () => fetch(`${central.url}/healthz`).then((reply) => reply.text())));
});
after(async () => {
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

test('each port that a server opens has its floods here', async () => {
  const sockets = await listeningOf([central.pid, ...(await descendantsOf(central.pid))]);
  assert.deepEqual(
    sockets.map(({ protocol, port: at }) => `${protocol} ${at}`),
    [`tcp ${port}`],
    'a port without floods: write what it must stand',
  );
});

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`;
const form = (path: string, type: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: 900000\r\n\r\n`;
const asAgent = (): string => `authorization: Basic ${btoa(`agent:${central.passwords['agent']}`)}\r\n`;

const FLOODS: Readonly<Record<string, () => Flood>> = {
  'bytes without end and without a line end': () => pour('A'.repeat(65_536)),
  'many small commands': () => pour(get('/healthz').repeat(15)),
  'many connections': () => crowd(400),
  'connections that come and go': () => churn(get('/healthz')),
  'a beginning and then nothing': () => crowd(400, 'GET / HT'),
  'a head without end': () => pour('x: y\r\n'.repeat(5000), { head: 'GET / HTTP/1.1\r\nhost: a\r\n' }),
  'a body that comes slowly': () => drip(form('/api/v1/session', 'application/json') + '{"name":"'),
  'a form that comes slowly': () => drip(form('/ingest/addTrack', 'multipart/form-data; boundary=b') + '--b\r\n'),
  'wrong passwords': () =>
    pour(get('/series/series.json', `authorization: Basic ${btoa('admin:wrong')}\r\n`).repeat(10)),
  'tokens that are none': () => pour(get('/series/series.json', 'authorization: Bearer a.b.c\r\n').repeat(10)),
  'pages that sign in': () => pour(get('/login.html').repeat(15)),
  'questions of everybody': () => pour(get('/search/episode.json?q=a').repeat(10)),
  'many small commands of an account': () => pour(get('/recordings/calendars?agentid=x', asAgent()).repeat(10)),
};

for (const [kind, flood] of Object.entries(FLOODS)) {
  test(`http: ${kind}`, async (t) => {
    const [openBefore, mbBefore] = [await openFilesOf(central.pid), await rssMbOf(central.pid)];
    const beganMs = performance.timeOrigin + performance.now();
    await Promise.all([
      flood()(port),
      until('somebody from elsewhere is served meanwhile', () =>
        answers(port, '127.0.0.77', get('/healthz'), /^HTTP\/1\.1 200/),
      ),
    ]);
    const endedMs = performance.timeOrigin + performance.now();
    const moreMb = (await rssMbOf(central.pid)) - mbBefore;
    await until('it has the files open that it had', async () => (await openFilesOf(central.pid)) <= openBefore + 2, {
      limitMs: 20_000,
    });
    const turnMs = await worstTurnMs(`${probeFile}.${central.pid}`, beganMs, endedMs);
    t.diagnostic(`http: ${kind}: ${turnMs.toFixed(1)} ms, ${moreMb.toFixed(1)} MB`);
    assert.ok(moreMb < MOST_MORE_MB, `${moreMb.toFixed(0)} MB more`);
    assert.ok(turnMs < MOST_TURN_MS, `its thread worked for ${turnMs.toFixed(0)} ms without a look at others`);
  });
}

test('somebody with an account is served from elsewhere, whatever was tried with its name', async () => {
  const own = `authorization: Basic ${btoa(`admin:${central.passwords['admin']}`)}\r\n`;
  await until('it is', () => answers(port, '127.0.0.78', get('/series/series.json', own), /^HTTP\/1\.1 200/), {
    limitMs: 15_000,
  });
});
