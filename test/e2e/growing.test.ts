// May take 30 minutes: it starts a hall, servers and boxes on a machine that may be busy.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { parseLayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import { pathOf, type Recorded } from '#test/support/box-api.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { startCentralProcess, type CentralProcess } from '#test/support/central.ts';
import { startHallProcess, type HallProcess } from '#test/support/hall.ts';
import { openMeteredLine, type MeteredLine } from '#test/support/metered-line.ts';
import { startOpencast } from '#test/support/opencast/server.ts';
import { until } from '#test/support/until.ts';

/** A whole box and a whole server: what is recorded is handed over while it is recorded. */

let hall: HallProcess;
let central: CentralProcess;
let line: MeteredLine;
let folder = '';
/** Files of the tests before. */
let earlier = new Set<string>();
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-growing-'));
  hall = await startHallProcess('320x180');
  central = await startCentralProcess({ argv: ['--min-free', '0'] });
  line = await openMeteredLine(central.url);
  await writeFile(join(folder, 'password'), `${central.passwords.agent}\n`, { mode: 0o600 });
});
beforeEach(async () => {
  earlier = new Set(await growing());
});
after(async () => {
  await line?.close();
  await central?.remove();
  await hall?.close();
  await rm(folder, { recursive: true, force: true });
});

const boxAt = (url: string, user: string, passwordFile: string): Promise<Box> =>
  startBox({
    device: {
      inputs: hall.inputs,
      encoders: {
        archive: { widthPx: 640, heightPx: 360, fps: 10, gopFrames: 20, videoKbps: 1500 },
        confidence: { enabled: false },
      },
      overlays: {},
      layout: 2,
    },
    config: {
      hall: 'Amphi_D',
      schedule: {
        opencast: { url, user, passwordFile, auth: 'digest', pollSeconds: 2, stateSeconds: 2 },
        handOver: { firstRetrySeconds: 1, mostRetrySeconds: 2 },
      },
    },
  });
const boxAtCentral = (): Promise<Box> => boxAt(line.url, 'agent', join(folder, 'password'));

const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  const answer = await fetch(`${central.url}${path}`, { ...init, headers: { ...central.as('admin') } });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return (await answer.json()) as T;
};

const growing = async (): Promise<string[]> => readdir(join(central.data, 'media/.growing'));

/** Names of growing files at the server, without those of the tests before. */
const ours = async (): Promise<string[]> =>
  (await growing()).filter((name) => !name.includes('.') && !earlier.has(name));

/** Bytes of growing files at the server. */
async function arrivedBytes(): Promise<number> {
  const files = await ours();
  const sizes = await Promise.all(
    files.map(async (name) => (await readFile(join(central.data, 'media/.growing', name)).catch(() => [])).length),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

const recordedBytes = ({ parts }: Recorded): number => parts.reduce((sum, { bytes }) => sum + bytes, 0);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Checks that the server has the same files as the box, once they are handed over. */
async function assertHandedOver(box: Box, take: string): Promise<Recorded> {
  let seen = '';
  await until(
    'it is handed over',
    async () => {
      const { handOvers } = await box.get<{ handOvers: { recording: string; step: string }[] }>('/schedule');
      seen = JSON.stringify(handOvers);
      return handOvers.some((one) => one.recording === take && one.step === 'done');
    },
    { seen: () => seen },
  );
  const recorded = await box.recording(take);
  const media = await readdir(join(central.data, 'media'), { recursive: true });
  for (const part of recorded.parts) {
    const there = media.filter((path) => basename(path) === part.name && !path.startsWith('.'));
    assert.equal(there.length, 1, part.name);
    const [here, its] = [await readFile(pathOf(part)), await readFile(join(central.data, 'media', there[0] ?? ''))];
    assert.equal(sha256(its), sha256(here), part.name);
  }
  // With them goes which layout was on when, over all parts.
  const track = `${basename(recorded.parts[0]!.folder)}_S1_layout.json`;
  const told = media.filter((path) => basename(path) === track);
  assert.equal(told.length, 1, track);
  const { durationMs, layouts } = parseLayoutTrack(await readFile(join(central.data, 'media', told[0]!), 'utf8'))!;
  assert.equal(
    durationMs,
    recorded.parts.reduce((sum, part) => sum + part.durationMs, 0),
  );
  assert.deepEqual(
    layouts.map(({ atMs }) => atMs),
    [0],
  );
  return recorded;
}

/** The reasons for which the server gave uploads up. */
const refusals = async (): Promise<unknown[]> =>
  (await ask<{ entries: unknown[] }>('/api/v1/audit?kind=upload')).entries;

test('only the end is sent after the bell, over a line that was cut, and a split makes no difference', async () => {
  const box = await boxAtCentral();
  try {
    await box.input(1, 'live');
    const { take } = await box.start();
    await until('some of it is there', async () => (await arrivedBytes()) > 50_000);
    line.cut();
    const before = await arrivedBytes();
    const enough = async (bytes: number): Promise<boolean> => recordedBytes(await box.recording(take)) > bytes;
    await until('more is recorded', () => enough(before + 300_000));
    line.mend();
    const cutAt = recordedBytes(await box.recording(take));
    await until('it goes on', async () => (await arrivedBytes()) > cutAt);
    await until('enough', () => enough(1_500_000));
    await until('it is nearly all there', async () => {
      const { parts } = await box.recording(take);
      return (await arrivedBytes()) > recordedBytes({ parts } as Recorded) - 400_000;
    });
    const atBell = line.sentBytes();
    const bellMs = performance.now();
    await box.stopRecording(take);
    const recorded = await assertHandedOver(box, take);
    const afterBell = line.sentBytes() - atBell;
    const whole = recordedBytes(recorded);
    console.log(`after the bell: ${afterBell} of ${whole} bytes, ${Math.round(performance.now() - bellMs)} ms`);
    assert.ok(afterBell < whole / 2, `${afterBell} of ${whole} bytes were sent after the bell`);
    assert.deepEqual(await refusals(), []);
  } finally {
    await box.remove();
  }
});

test('a server that is killed goes on where it was', async () => {
  const box = await boxAtCentral();
  try {
    await box.input(1, 'live');
    const { take } = await box.start();
    await until('some of it is there', async () => (await arrivedBytes()) > 100_000);
    await central.kill9();
    const had = await arrivedBytes();
    central = await startCentralProcess({ data: central.data, argv: ['--min-free', '0'] });
    line.leadTo(central.url);
    await until('it goes on', async () => (await arrivedBytes()) > had + 200_000);
    assert.equal((await ours()).length, 1, 'the same upload');
    const atBell = line.sentBytes();
    await box.stopRecording(take);
    const whole = recordedBytes(await assertHandedOver(box, take));
    assert.ok(line.sentBytes() - atBell < whole, `${line.sentBytes() - atBell} of ${whole} bytes after the bell`);
    assert.deepEqual(await refusals(), []);
  } finally {
    await box.remove();
  }
});

test('a box that is killed sends the rest of both its files', async () => {
  let box = await boxAtCentral();
  try {
    await box.input(1, 'live');
    const { take } = await box.start();
    await until('some of it is there', async () => (await arrivedBytes()) > 200_000);
    await box.kill9();
    const had = line.sentBytes();
    box = await startBox({ folder: box.folder });
    await until('it records on', async () => ((await box.recording(take)).parts[1]?.bytes ?? 0) > 200_000);
    await box.stopRecording(take);
    const recorded = await assertHandedOver(box, take);
    assert.equal(recorded.parts.length, 2);
    const [first = assert.fail(), second = assert.fail()] = recorded.parts;
    const sent = line.sentBytes() - had;
    assert.ok(sent < second.bytes + first.bytes, `${sent} bytes since, of ${first.bytes} and ${second.bytes}`);
    assert.deepEqual(await refusals(), []);
  } finally {
    await box.remove();
  }
});

test('a server that takes finished files alone gets the whole file, and is asked once', async () => {
  await using server = await startOpencast();
  const passwordFile = join(folder, 'other-password');
  await writeFile(passwordFile, 'secret\n', { mode: 0o600 });
  const box = await boxAt(server.url, 'capture', passwordFile);
  try {
    await box.input(1, 'live');
    const { take } = await box.start();
    const asked = (): number =>
      server.asked.filter(({ path, status }) => path.startsWith('/api/v1/growing') && status !== 401).length;
    await until('it was asked', () => asked() > 0);
    const { parts } = await box.stopRecording(take);
    await until('it is handed over', () => server.ingested.length === 1);
    const [file] = [...server.files.values()].filter(({ name }) => name === parts[0]?.name);
    assert.ok(parts[0] && file?.bytes.equals(await readFile(pathOf(parts[0]))));
    assert.equal(asked(), 1);
  } finally {
    await box.remove();
  }
});
