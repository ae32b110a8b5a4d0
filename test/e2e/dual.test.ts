// Runs alone: it judges every frame of two recordings that are made at once.
/** A box in dual mode: what it records, and what the death of an encoder or of the box itself costs. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test, { after, before } from 'node:test';
import { parseManifest } from '#agent/recorder/catalog/manifest.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { pathOf, type Recorded, type RecordedPart } from '#test/support/box-api.ts';
import { childWith, startBox, type Box } from '#test/support/box.ts';
import { startHallProcess, type HallProcess } from '#test/support/hall.ts';
import { assertWhole, BOX, FRAME_MS, judge as judgeFile, sourceIn } from '#test/support/judge.ts';
import { inTime, type InTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { CAMERA, SLIDES } from '#simulator/signal.ts';
import type { Verdict } from '#simulator/verdict/result.ts';

interface RecordedTwice extends Recorded {
  second: { parts: RecordedPart[]; breaks: { reason: string }[] };
}

/** What tells the encoder of channel B from the archive's. */
const B_KBPS = 700;
const SIZE = { widthPx: 640, heightPx: 360 };
const ENCODERS = {
  archive: SIZE,
  'archive-b': { ...SIZE, videoKbps: B_KBPS },
  confidence: { enabled: false },
};
/** A box that has just begun draws its overlays first; one that is killed cannot tell what it left out in its last second. */
const CUT = { bareMs: 3000, raggedMs: 1500 };

let hall: HallProcess;
let box: Box;
before(async () => {
  hall = await startHallProcess();
  box = await startBox({ device: { inputs: hall.inputs, encoderMode: 'dual', encoders: ENCODERS } });
  await Promise.all([box.input(1, 'live'), box.input(3, 'live')]);
  // Sources begin some time after their first picture.
  await sleep(1500);
});
after(async () => {
  await box?.remove();
  await hall?.close();
});

/** Frames of channel B that were left out since the box began: nothing took them in time. */
async function leftOutOfB(): Promise<number> {
  const { seen } = await box.get<{ seen?: { dropped: number } }>('/encoders/archive-b');
  return seen?.dropped ?? 0;
}

/** Waits until these parts of a recording are so long. */
const untilLast = (
  take: string,
  ms: number,
  ...parts: ((recorded: RecordedTwice) => RecordedPart | undefined)[]
): Promise<void> =>
  until(`${ms} ms are recorded`, async () => {
    const recorded = (await box.recording(take)) as RecordedTwice;
    return parts.every((part) => (part(recorded)?.durationMs ?? 0) > ms);
  });

const stopped = async (take: string): Promise<RecordedTwice> => (await box.stopRecording(take)) as RecordedTwice;

/** Both files show their own source alone, whole, with nothing missing but what the box says it left out. */
async function judgeBoth(recorded: RecordedTwice, judge: InTime, beforeB: number): Promise<[Verdict, Verdict]> {
  const [first, second] = [recorded.parts[0]!, recorded.second.parts[0]!];
  assert.match(first.name, /_S1R1\.mp4$/);
  assert.match(second.name, /_S2R1\.mp4$/);
  const leftOut = await box.leftOut();
  const leftOutB = (await leftOutOfB()) - beforeB;
  const verdicts: [Verdict, Verdict] = [await judgeFile(pathOf(first)), await judgeFile(pathOf(second))];
  assertWhole(verdicts[0], {}, { judge, leftOut });
  assertWhole(verdicts[1], {}, { judge, leftOut: leftOut + leftOutB });
  const sources = verdicts.map((one) => one.sources.map(({ source }) => source));
  assert.deepEqual(sources, [
    [BOX, SLIDES],
    [BOX, CAMERA],
  ]);
  const [a = 0, b = 0] = verdicts.map((one) => sourceIn(one, BOX).firstClockMs);
  assert.ok(Math.abs(a - b) <= FRAME_MS * (1 + leftOutB) + 1.5, `the files begin ${Math.abs(a - b)} ms apart`);
  return verdicts;
}

test('two files of a take: each channel alone and whole, from the same frame on, and the stream of channel B; meanwhile the mode stays', (t) =>
  inTime(t, async (judge) => {
    const before = await leftOutOfB();
    const { take } = await box.start({ metadata: { title: 'Both' } });
    await untilLast(
      take,
      4000,
      ({ parts }) => parts[0],
      ({ second }) => second.parts[0],
    );
    await assert.rejects(
      box.send('PATCH', '/encoders', { mode: 'composite' }),
      /409.*while a recording runs: stop it first/,
    );
    const recorded = await stopped(take);
    assert.equal(recorded.status, 'finished');
    const [{ folder }] = recorded.parts as [RecordedPart];
    const told = parseManifest(await readFile(join(folder, `${basename(folder)}.json`), 'utf8'));
    const channels = [told, told.second].map((stream) =>
      stream?.layouts?.map(({ windows }) => windows.map(({ channel, rect: { width } }) => `${channel} ${width}`)),
    );
    assert.deepEqual(channels, [[['A 640']], [['B 640']]]);
    await judgeBoth(recorded, judge, before);

    const { files } = await box.get<{ files: { name: string }[] }>(`/recordings/${take}`);
    const ends = files.flatMap(({ name }) => /S\dR\d\.mp4$/.exec(name)?.[0] ?? []);
    assert.deepEqual(ends.toSorted(), ['S1R1.mp4', 'S2R1.mp4']);
    const { streams } = await box.get<{ streams: { stream: string; name: string }[] }>('/streams');
    assert.deepEqual(
      streams.map(({ stream, name }) => [stream, name]),
      [
        ['archive', 'extron1'],
        ['archive-b', 'extron2'],
        ['confidence', 'extron3'],
      ],
    );
  }));

test('channel B alone is recorded where channel A is not chosen', (t) =>
  inTime(t, async (judge) => {
    await box.send('PATCH', '/encoders/archive', { recorded: false });
    const before = await leftOutOfB();
    const { take } = await box.start({ metadata: { title: 'Camera' } });
    await sleep(3500);
    const recorded = await box.stopRecording(take);
    await box.send('PATCH', '/encoders/archive', { recorded: true });
    assert.equal(recorded.status, 'finished');
    assert.deepEqual(
      recorded.parts.map(({ name }) => /_(S\dR\d)\.mp4$/.exec(name)?.[1]),
      ['S2R1'],
    );
    const verdict = await judgeFile(pathOf(recorded.parts[0]!));
    assertWhole(verdict, {}, { judge, leftOut: (await box.leftOut()) + (await leftOutOfB()) - before });
    assert.deepEqual(
      verdict.sources.map(({ source }) => source),
      [BOX, CAMERA],
    );
    const { files } = await box.get<{ files: { name: string }[] }>(`/recordings/${take}`);
    const films = files.filter(({ name }) => name.endsWith('.mp4'));
    assert.equal(films.length, 1, films.map(({ name }) => name).join());
  }));

test('kill -9 of the encoder of channel B, then of the box: channel A loses nothing by the one, both go on after the other', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Interrupted' } });
    await untilLast(
      take,
      2000,
      ({ parts }) => parts[0],
      ({ second }) => second.parts[0],
    );
    process.kill(await childWith(box, 'ivf', `${B_KBPS}k`), 'SIGKILL');
    const seen = async (): Promise<RecordedTwice> => (await box.recording(take)) as RecordedTwice;
    await until('channel B goes on as its next file', async () => (await seen()).second.parts.length === 2);
    await untilLast(take, 2000, ({ second }) => second.parts[1]);
    assert.equal((await seen()).parts.length, 1, 'channel A has a new part, too');
    const leftOut = await box.leftOut();
    await box.kill9();
    box = await startBox({ folder: box.folder });
    await until('both go on', async () => {
      const { parts, second } = await seen();
      return parts.length === 2 && second.parts.length === 3;
    });
    await untilLast(
      take,
      2000,
      ({ parts }) => parts[1],
      ({ second }) => second.parts[2],
    );
    const recorded = await stopped(take);
    const namesOf = (parts: readonly RecordedPart[]): (string | undefined)[] =>
      parts.map(({ name }) => /_(S\dR\d+)\.mp4$/.exec(name)?.[1]);
    assert.deepEqual(namesOf(recorded.parts), ['S1R1', 'S1R2']);
    assert.deepEqual(namesOf(recorded.second.parts), ['S2R1', 'S2R2', 'S2R3']);
    assert.equal(recorded.second.breaks.length, 2);
    for (const part of [...recorded.parts, ...recorded.second.parts]) assert.equal(part.state, 'final', part.name);
    const first = await judgeFile(pathOf(recorded.parts[0]!));
    assertWhole(first, { raggedMs: CUT.raggedMs }, { judge, leftOut });
    assert.ok(first.sources.some(({ source }) => source === SLIDES));
    for (const part of recorded.second.parts) {
      const { sources } = await judgeFile(pathOf(part));
      assert.ok(!sources.some(({ source }) => source === SLIDES), `${part.name} shows channel A`);
    }
    const last = await judgeFile(pathOf(recorded.parts[1]!));
    assertWhole(last, CUT, { judge, leftOut: await box.leftOut() });
  }));
