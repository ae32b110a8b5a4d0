/** What a box tells of slides while it records: to a real server, to one that does not know it, and to one that hangs. */
import assert from 'node:assert/strict';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test, type TestContext } from 'node:test';
import { openGrowing, type Growing } from '#agent/schedule/growing/growing.ts';
import { openGrowingStore } from '#agent/schedule/growing/growing-store.ts';
import type { GrowingTracks } from '#agent/schedule/recordings.ts';
import { openLogin } from '#agent/schedule/server/login.ts';
import { openOpencast } from '#agent/schedule/server/opencast.ts';
import { openWires, type Wires } from '#agent/schedule/server/wires.ts';
import { formatLayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import { formatSlideList } from '#lib/analysis/slides/slide-list.ts';
import { realClock, type Clock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openIngestRig, type IngestRig } from '#test/central/ingest-rig.ts';
import { until } from '#test/support/until.ts';
import { partOf } from '../../recorder/samples.ts';

let on: IngestRig;
let wires: Wires;
let folder = '';
before(async () => {
  on = await openIngestRig();
  folder = await mkdtemp(join(tmpdir(), 'amphi-growing-tracks-'));
  wires = openWires(silentLog);
});
after(async () => {
  await wires.close();
  await on.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => on.rig.services.growing.removeOld(new Date(Date.now() + 60_000)));

/** The time is ten times as fast, so that slides are told each second. */
const FAST: Clock = {
  ...realClock,
  monotonicMs: () => realClock.monotonicMs() * 10,
  at: (ms, act) => realClock.at(ms / 10, act),
};

const tracksOf = (count: number): GrowingTracks => ({
  layout: formatLayoutTrack({ durationMs: 90_000, layouts: [] }),
  slides: formatSlideList({
    slides: Array.from({ length: count }, (_none, at) => ({
      fromMs: at * 1000,
      toMs: at * 1000 + 1000,
      pictureMs: at * 1000 + 500,
      additionsMs: [],
    })),
  }),
});

interface Hall {
  /** Slides that are known. */
  slides: number | 'broken';
  growing: Growing;
  write(bytes: number): Promise<void>;
}

let boxes = 0;
async function hallAt(t: TestContext, url: string): Promise<Hall> {
  const own = join(folder, `box-${++boxes}`);
  await mkdir(own);
  const part = partOf(1, { folder: own, name: 'a_S1R1.mp4', state: 'writing' });
  await writeFile(join(own, part.name), '');
  const credentials = async () => ({ user: 'agent', password: 'agent' });
  const login = openLogin(wires.open({}), { method: 'digest', credentials }, Date.now);
  let written = 0;
  const hall: Hall = {
    slides: 1,
    growing: openGrowing({
      opencast: openOpencast(login, { url, agent: 'D', services: {} }, Date.now),
      store: await openGrowingStore(join(own, 'growing.json'), silentLog),
      clock: FAST,
      log: silentLog,
      fileOf: (take, { name }) => ({ event: undefined, recording: take, flavor: 'presenter/source', fileName: name }),
      tracksOf() {
        if (hall.slides === 'broken') throw new Error('the list is broken');
        return tracksOf(hall.slides);
      },
      isOver: () => false,
      isOpen: () => true,
      maxKbps: Number.POSITIVE_INFINITY,
      pace: async () => undefined,
      random: () => 0.5,
    }),
    async write(bytes) {
      await appendFile(join(own, part.name), Buffer.alloc(bytes, 7));
      hall.growing.durable('t', part, (written += bytes));
    },
  };
  t.after(() => hall.growing.close());
  return hall;
}

const database = () => on.rig.services.database;
const arrived = async (): Promise<number> =>
  (await database().selectFrom('growing_uploads').select('size_bytes').execute()).reduce(
    (sum, { size_bytes: bytes }) => sum + bytes,
    0,
  );
const toldTracks = () => database().selectFrom('growing_tracks').select(['layout', 'slides']).execute();

/** A server before the real one, which may answer itself what is asked of tracks. Gives how often that was. */
async function serverBefore(t: TestContext, answer: RequestListener): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.method === 'PUT' && request.url!.endsWith('/tracks')) {
      asked += 1;
      request.resume();
      answer(request, response);
      return;
    }
    const { method, url, headers } = request;
    const passed = httpRequest(`${on.url}${url}`, { method, headers }, (from) => {
      response.writeHead(from.statusCode!, from.headers);
      from.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

/** Writes until some bytes more have arrived, and the same again, for as long as slides would be told several times. */
async function assertBytesArrive(hall: Hall): Promise<void> {
  const untilMs = performance.now() + 3500;
  do {
    const now = (await arrived()) + 1000;
    hall.slides = hall.slides === 'broken' ? 'broken' : hall.slides + 1;
    await hall.write(1000);
    await until(`${now} bytes arrive`, async () => (await arrived()) === now);
  } while (performance.now() < untilMs);
}

test('what is known is told when it is new, as the texts of the end; the last one counts', async (t) => {
  const hall = await hallAt(t, on.url);
  await hall.write(1000);
  await until('one slide is told', async () => (await toldTracks())[0]?.slides === tracksOf(1).slides);
  hall.slides = 3;
  await until('three slides are told', async () => (await toldTracks())[0]?.slides === tracksOf(3).slides);
  assert.deepEqual(await toldTracks(), [tracksOf(3)]);
});

test('a server that does not know it is asked once for an upload, and gets all bytes', async (t) => {
  const server = await serverBefore(t, (_request, response) => void response.writeHead(404).end());
  const hall = await hallAt(t, server.url);
  await assertBytesArrive(hall);
  assert.equal(server.asked(), 1);
});

test('a server that refuses a text is told the next one, and none again', async (t) => {
  const server = await serverBefore(t, (_request, response) => void response.writeHead(400).end('no'));
  const hall = await hallAt(t, server.url);
  await hall.write(1000);
  await until('it was told', () => server.asked() === 1);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.equal(server.asked(), 1);
  hall.slides = 2;
  await until('it is told the next one', () => server.asked() === 2);
});

test('a server that hangs gets all bytes, is asked one thing at a time, and holds up no end', async (t) => {
  const server = await serverBefore(t, () => undefined);
  const hall = await hallAt(t, server.url);
  await assertBytesArrive(hall);
  assert.equal(server.asked(), 1);
  const beganMs = performance.now();
  await hall.growing.close();
  assert.ok(performance.now() - beganMs < 10_000, 'the request is given up');
});

test('a fault in what is known stops no byte', async (t) => {
  const hall = await hallAt(t, on.url);
  hall.slides = 'broken';
  await assertBytesArrive(hall);
  assert.deepEqual(await toldTracks(), []);
});
