import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test, type TestContext } from 'node:test';
import type { RecordingPart } from '#agent/device/recording.ts';
import { openGrowing, type Growing, type GrowingOptions } from '#agent/schedule/growing/growing.ts';
import { openGrowingStore } from '#agent/schedule/growing/growing-store.ts';
import { openLogin } from '#agent/schedule/server/login.ts';
import { openOpencast } from '#agent/schedule/server/opencast.ts';
import { openPace } from '#agent/schedule/server/pace.ts';
import { openWires, type Wires } from '#agent/schedule/server/wires.ts';
import { realClock, sleep, type Clock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { filmIn, type Film } from '#test/central/intake/growing/growing-rig.ts';
import { openIngestRig, type IngestRig } from '#test/central/ingest-rig.ts';
import { openMeteredLine, type MeteredLine } from '#test/support/metered-line.ts';
import { until } from '#test/support/until.ts';
import { partOf } from '../../recorder/samples.ts';

/** The sending of a box to a real server, with files that grow as a recorder would write them. */

let on: IngestRig;
let film: Film;
let line: MeteredLine;
let wires: Wires;
let folder = '';
let boxes = 0;
before(async () => {
  on = await openIngestRig();
  folder = await mkdtemp(join(tmpdir(), 'amphi-growing-'));
  film = await filmIn(folder);
  line = await openMeteredLine(on.url);
  wires = openWires(silentLog);
});
after(async () => {
  await wires.close();
  await line.close();
  await on.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await on.rig.services.growing.removeOld(new Date(Date.now() + 60_000));
});

interface Hall {
  growing: Growing;
  part: RecordingPart;
  path: string;
  /** Writes so many bytes of the film and tells of them. */
  write(bytes: number): Promise<void>;
  /** Ends the part, and replaces it by the finished file. */
  finish(): Promise<void>;
  /** Opens the sending anew, as after a restart of the box, perhaps to another server. */
  restart(to?: string): Promise<void>;
  over: Set<string>;
}

const FOREVER = new AbortController().signal;

async function hallAt(t: TestContext, url: string, more: Partial<GrowingOptions> = {}): Promise<Hall> {
  const own = join(folder, `box-${++boxes}`);
  await mkdir(own);
  const over = new Set<string>();
  const open = async (to: string): Promise<Growing> => {
    const login = openLogin(
      wires.open({}),
      { method: 'digest', credentials: async () => ({ user: 'agent', password: 'agent' }) },
      Date.now,
    );
    return openGrowing({
      opencast: openOpencast(login, { url: to, agent: 'D', services: {} }, Date.now),
      store: await openGrowingStore(join(own, 'growing.json'), silentLog),
      clock: realClock,
      log: silentLog,
      fileOf: (take, { name }) => ({ event: undefined, recording: take, flavor: 'presenter/source', fileName: name }),
      isOver: (take) => over.has(take),
      isOpen: () => true,
      maxKbps: Number.POSITIVE_INFINITY,
      pace: async () => undefined,
      random: () => 0.5,
      ...more,
    });
  };
  const part = partOf(1, { folder: own, name: 'a_S1R1.mp4', state: 'writing' });
  const path = join(own, part.name);
  await writeFile(path, '');
  let written = 0;
  const hall: Hall = {
    growing: await open(url),
    part,
    path,
    over,
    async write(bytes) {
      await appendFile(path, film.fragments.subarray(written, written + bytes));
      written = Math.min(film.fragments.length, written + bytes);
      hall.growing.durable('t', part, written);
    },
    async finish() {
      await hall.growing.ends('t', part, { bytes: written, words: film.words });
      await writeFile(`${path}.tmp`, film.finished);
      await rename(`${path}.tmp`, path);
    },
    async restart(to = url) {
      await hall.growing.close();
      hall.growing = await open(to);
    },
  };
  t.after(() => hall.growing.close());
  return hall;
}

const arrived = async (): Promise<number> => {
  const rows = await on.rig.services.database.selectFrom('growing_uploads').select('size_bytes').execute();
  return rows.reduce((sum, { size_bytes: bytes }) => sum + bytes, 0);
};
const arrives = (bytes: number): Promise<void> =>
  until(`${bytes} bytes arrive`, async () => (await arrived()) === bytes);
const idOf = (url: string | undefined): string => url?.split('/').at(-1) ?? assert.fail('the whole file would be sent');

test('what is on the disk arrives within seconds; at the end only the rest is sent', async (t) => {
  const hall = await hallAt(t, line.url);
  await hall.write(20_000);
  await arrives(20_000);
  await hall.write(1e9);
  const before = line.sentBytes();
  await hall.finish();
  const url = await hall.growing.grown('t', hall.part.name, film.sha256, FOREVER);
  const taken = await on.rig.services.growing.take(
    { account: 1, name: 'agent', role: 'agent', agent: null, address: '' },
    idOf(url),
  );
  assert.ok((await readFile(taken.temporary)).equals(film.finished));
  assert.ok(line.sentBytes() - before < film.fragments.length + 10_000);
  await on.rig.services.store.discard(taken.temporary);
});

test('a line that is cut, in the midst of a request too, loses nothing', async (t) => {
  const hall = await hallAt(t, line.url, { pace: openPace(2000, realClock), maxKbps: 400 });
  await hall.write(150_000);
  await until('it begins to arrive', async () => (await arrived()) > 0);
  line.cut();
  await hall.write(1e9);
  await hall.finish();
  const asked = hall.growing.grown('t', hall.part.name, film.sha256, FOREVER);
  await assert.rejects(asked, /127\.0\.0\.1/, 'the hand-over waits, as for any file');
  line.mend();
  idOf(await hall.growing.grown('t', hall.part.name, film.sha256, FOREVER));
});

test('a box that is started again asks where it was', async (t) => {
  const hall = await hallAt(t, line.url);
  await hall.write(30_000);
  await arrives(30_000);
  await hall.restart();
  await hall.write(1e9);
  await hall.finish();
  const before = line.sentBytes();
  idOf(await hall.growing.grown('t', hall.part.name, film.sha256, FOREVER));
  assert.ok(line.sentBytes() - before < film.fragments.length, 'not from its beginning');
  const { length } = await on.rig.services.database.selectFrom('growing_uploads').selectAll().execute();
  assert.equal(length, 1);
  await hall.restart();
  idOf(await hall.growing.grown('t', hall.part.name, film.sha256, FOREVER));
});

test('a file that was finished while the box was off is sent as a whole', async (t) => {
  const hall = await hallAt(t, line.url);
  await hall.write(30_000);
  await arrives(30_000);
  await hall.restart();
  assert.equal(await hall.growing.grown('t', hall.part.name, film.sha256, FOREVER), undefined);
  hall.over.add('t');
  await until('the server is told', async () => (await arrived()) === 0);
});

test('another checksum: the whole file is sent, and nothing is left', async (t) => {
  const hall = await hallAt(t, line.url);
  await hall.write(1e9);
  await arrives(film.fragments.length);
  await hall.finish();
  assert.equal(await hall.growing.grown('t', hall.part.name, 'ab'.repeat(32), FOREVER), undefined);
  assert.equal(await hall.growing.grown('t', hall.part.name, film.sha256, FOREVER), undefined, 'for good');
  assert.deepEqual(await readdir(join(on.rig.services.store.folder, '.growing')), []);
});

test('an upload that the server lost is begun anew', async (t) => {
  const hall = await hallAt(t, line.url);
  await hall.write(30_000);
  await arrives(30_000);
  await on.rig.services.database.deleteFrom('growing_uploads').execute();
  await hall.write(10_000);
  await arrives(40_000);
});

test('another server than before begins at the beginning', async (t) => {
  const hall = await hallAt(t, line.url);
  await hall.write(30_000);
  await arrives(30_000);
  const other = await openIngestRig();
  t.after(() => other.close());
  await hall.restart(other.url);
  await hall.write(1000);
  const rows = () => other.rig.services.database.selectFrom('growing_uploads').selectAll().execute();
  await until('it arrives there', async () => (await rows())[0]?.size_bytes === 31_000);
});

test('when a part has ended its file is not open under its name any more, though a request was reading it', async (t) => {
  let pace = Promise.resolve();
  let isPaced = false;
  // It waits longer here than for a box in a hall, since the machine may be busy.
  const clock: Clock = {
    ...realClock,
    at: (ms, act) => realClock.at(ms + (ms - realClock.monotonicMs() > 2500 ? 60_000 : 0), act),
  };
  const hall = await hallAt(t, line.url, {
    clock,
    async pace() {
      isPaced = true;
      await pace;
    },
  });
  await hall.write(20_000);
  await arrives(20_000);
  const gate = Promise.withResolvers<void>();
  [pace, isPaced] = [gate.promise, false];
  await hall.write(10_000);
  await until('a piece is about to be read', () => isPaced);
  const isOpen = (): boolean =>
    readdirSync('/proc/self/fd').some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === hall.path;
      } catch {
        return false;
      }
    });
  assert.ok(isOpen());
  const ended = hall.growing.ends('t', hall.part, { bytes: 30_000, words: film.words }).then(isOpen);
  await sleep(500);
  gate.resolve();
  assert.equal(await ended, false);
});

test('outside of the hours of sending nothing is sent', async (t) => {
  let isOpen = false;
  const hall = await hallAt(t, line.url, { isOpen: () => isOpen });
  await hall.write(1000);
  const before = line.sentBytes();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.equal(line.sentBytes(), before);
  isOpen = true;
  await arrives(1000);
});

test('the rate is limited', async (t) => {
  const maxKbps = 400;
  const hall = await hallAt(t, line.url, { pace: openPace(maxKbps, realClock), maxKbps });
  const beganMs = performance.now();
  await hall.write(150_000);
  await arrives(150_000);
  const ms = performance.now() - beganMs;
  assert.ok(ms >= (150_000 * 8) / maxKbps - 100, `150 kB in ${ms} ms`);
});
