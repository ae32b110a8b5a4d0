import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { WriteFailure } from '#agent/recorder/take/file-writer.ts';
import { repairFile } from '#agent/recorder/recovery/repair.ts';
import { openRun, type PartFile, type Run } from '#agent/recorder/take/run.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { sleep, type Clock } from '#lib/runtime/clock.ts';

const parameters: StreamParameters = {
  video: { codec: 'h264', sps: Buffer.from([0x67, 66, 0, 10]), pps: Buffer.from([0x68]), widthPx: 64, heightPx: 64 },
};
/** Ten times as fast as real: a second's wait is a tenth. */
const fastClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now() * 10,
  at(dueMs, act) {
    const timer = setTimeout(act, dueMs / 10 - performance.now());
    return () => clearTimeout(timer);
  },
};

const picture = (number: number, key: boolean, bytes = 100): Packet => ({
  track: 'video',
  ptsTicks: number * 6000,
  dtsTicks: number * 6000,
  key,
  units: [Buffer.alloc(bytes, 0x65)],
  ts: Buffer.alloc(0),
});

interface Bench {
  run: Run;
  /** What became of each file, in order. */
  files: {
    path: string;
    pictures: number;
    startTicks: number;
    endTicks: number;
    failure?: WriteFailure | undefined;
    closed: boolean;
  }[];
  halts: (string | undefined)[];
  splits: number;
  /** How often a file was told to be safe. */
  syncs: number;
}

async function bench(
  t: TestContext,
  place: (index: number, folder: string) => Promise<string>,
  more = {},
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-run-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const files: Bench['files'] = [];
  const result: Bench = { run: undefined as unknown as Run, files, halts: [], splits: 0, syncs: 0 };
  const nextFile = (): PartFile => {
    const index = files.length;
    const file: Bench['files'][number] = { path: '', pictures: 0, startTicks: 0, endTicks: 0, closed: false };
    files.push(file);
    return {
      place: async () => (file.path = await place(index, folder)),
      progress: ({ startTicks, endTicks, pictures }) => Object.assign(file, { startTicks, endTicks, pictures }),
      durable: () => void result.syncs++,
      done: () => undefined,
      broken: ({ endTicks, pictures }, failure) => Object.assign(file, { endTicks, pictures, failure }),
      rescue: () => Promise.resolve(),
      closed: () => void (file.closed = true),
    };
  };
  const settings = {
    clock: fastClock,
    maxQueuedBytes: 1 << 20,
    maxStallMs: 10 * PATIENCE_MS,
    syncEveryMs: 300,
    maxFileBytes: 1 << 30,
    maxBacklogBytes: 1 << 19,
    ...more,
  };
  result.run = openRun(parameters, settings, {
    nextFile,
    askSplit: () => void result.splits++,
    onHalt: (reason) => result.halts.push(reason),
  });
  return result;
}

const inFolder = (index: number, folder: string): Promise<string> => Promise.resolve(join(folder, `${index}.mp4`));

async function picturesIn(path: string): Promise<number> {
  const found = await repairFile(path);
  return found.kind === 'fragmented' ? found.pictures : 0;
}

test('a run goes into one file', async (t) => {
  const { run, files, splits } = await bench(t, inFolder);
  for (let number = 0; number < 40; number++) run.add(picture(number, number % 10 === 0));
  await run.end();
  assert.equal(files.length, 1);
  assert.equal(await picturesIn(files[0]?.path ?? ''), 40);
  assert.deepEqual([files[0]?.closed, splits], [true, 0]);
});

test('a disk that hangs: its packets go into the next file, none is lost', async (t) => {
  // The clock stands while a real disk works.
  const clock = virtualClock();
  const { run, files, halts } = await bench(
    t,
    (index, folder) => (index === 0 ? new Promise<string>(() => undefined) : inFolder(index, folder)),
    { clock, maxStallMs: 3000 },
  );
  for (let number = 0; number < 30; number++) run.add(picture(number, number % 10 === 0));
  clock.advance(4000);
  await until('it is told', () => files[0]?.failure !== undefined);
  clock.advance(1000);
  for (let number = 30; number < 60; number++) run.add(picture(number, number % 10 === 0));
  const ended = run.end();
  clock.advance(2000);
  await ended;
  assert.equal(files[0]?.failure?.kind, 'slow');
  assert.equal(files[0]?.pictures, 0);
  assert.equal(await picturesIn(files.at(-1)?.path ?? ''), 60);
  assert.equal(halts[0] !== undefined && halts.at(-1) === undefined, true);
});

test('no disk at all: tries again each second, keeps what it can, gives up after the end', async (t) => {
  const nowhere = (): Promise<string> => Promise.reject(Object.assign(new Error('no disk'), { code: 'NOWHERE' }));
  const { run, files, halts } = await bench(t, nowhere);
  for (let number = 0; number < 10; number++) run.add(picture(number, number === 0));
  const startedMs = performance.now();
  await run.end();
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs > 90 && tookMs < PATIENCE_MS, `gave up after ${tookMs} ms`);
  assert.deepEqual(halts, ['NOWHERE: no disk']);
  assert.ok(files.length >= 2 && files.length <= 2 + tookMs / 100, `${files.length} tries in ${tookMs} ms`);
});

test('memory is bounded while no disk takes anything', async (t) => {
  let open = false;
  const later = (index: number, folder: string): Promise<string> =>
    open ? inFolder(index, folder) : Promise.reject(Object.assign(new Error('no disk'), { code: 'NOWHERE' }));
  const { run, files } = await bench(t, later, { maxBacklogBytes: 100_000 });
  for (let number = 0; number < 1000; number++) run.add(picture(number, number % 10 === 0, 1000));
  await sleep(100);
  open = true;
  run.add(picture(1000, true, 1000));
  await run.end();
  const last = files.at(-1);
  assert.ok((last?.pictures ?? 0) >= 80 && (last?.pictures ?? 0) <= 101, `${last?.pictures} pictures were kept`);
  assert.equal(last?.endTicks, 1001 * 6000);
});

test('a split is asked for in time; without an answer the file goes back to a key picture and stays small', async (t) => {
  const maxFileBytes = 300_000;
  const result = await bench(t, inFolder, { maxFileBytes });
  for (let number = 0; number < 200; number++) {
    result.run.add(picture(number, number % 5 === 0, 3000));
    if (number % 5 !== 0) continue;
    const { syncs } = result;
    await until('the disk has it', () => result.syncs > syncs, { everyMs: 5 });
  }
  await result.run.end();
  assert.ok(result.splits >= 2);
  let next = 0;
  for (const { path, pictures, startTicks, endTicks } of result.files) {
    assert.equal(startTicks, next, 'each begins where the one before ended');
    next = endTicks;
    assert.ok((await stat(path)).size <= maxFileBytes);
    assert.equal(await picturesIn(path), pictures);
  }
  assert.equal(next, 200 * 6000);
  assert.equal(
    result.files.reduce((sum, { pictures }) => sum + pictures, 0),
    200,
  );
});
