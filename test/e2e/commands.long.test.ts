// Runs alone: no frame may be missing, and sound is measured against picture.
/** What people ask of a box that records, read back from the file. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Layout } from '#lib/media/layout.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { CAMERA, SLIDES } from '#simulator/signal.ts';
import type { Recorded } from '#test/support/box-api.ts';
import { encoderOf, startBox, TIMECODE, type Box } from '#test/support/box.ts';
import { startHallProcess, type HallProcess } from '#test/support/hall.ts';
import {
  assertLipSync,
  BOX,
  FRAME_MS,
  gapsMs,
  judgeParts,
  judgeTake,
  latenessOf,
  sourceIn,
} from '#test/support/judge.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

const LONG = Boolean(process.env['AMPHI_LONG']);
const MAX_FILE_MB = 2;

let hall: HallProcess;
let box: Box;
before(async () => {
  hall = await startHallProcess();
  box = await startBox({ device: { inputs: hall.inputs }, config: { recordings: { maxFileMB: MAX_FILE_MB } } });
  await live();
});
after(async () => {
  await box?.remove();
  await hall?.close();
});

async function live(): Promise<void> {
  await box.input(1, 'live');
  await box.input(3, 'live');
}

/** The frame that was current when it was asked for, as the box says. */
async function ask(action: string, body = {}): Promise<number> {
  const { at } = await box.send<{ at: { frame: number } }>('POST', `/recording/${action}`, body);
  return at.frame;
}

/** Frames that the box left out since it began; it is told each second. */
const dropped = async (): Promise<number> => (await box.get<{ frames: { dropped: number } }>('/status')).frames.dropped;

test('starts and stops in a row, as fast as they come: each file has exactly the frames between', (t) =>
  inTime(t, async (judge) => {
    const before = await dropped();
    const takes: { take: string; askedMs: number; answeredMs: number; from: number; to: number }[] = [];
    for (let round = 0; round < (LONG ? 200 : 10); round++) {
      const { frame: from, ...rest } = await box.start({ metadata: { title: `Take ${round}` } });
      await sleep(200 + Math.random() * 200);
      takes.push({ ...rest, from, to: await ask('stop') });
    }
    await sleep(1500);
    const lateness = { judge, leftOut: (await dropped()) - before };
    let first: { ms: number; frame: number } | undefined;
    for (const { take, askedMs, answeredMs, from, to } of takes) {
      const file = await judgeTake(await box.settled(take), {}, lateness);
      const { frames, firstClockMs } = sourceIn(file, BOX);
      assert.ok(Math.abs(frames - (to - from)) <= 1, `${frames} frames, asked for were ${to - from}`);
      first ??= { ms: firstClockMs, frame: from };
      const offFrames = (firstClockMs - first.ms) / FRAME_MS - (from - first.frame);
      assert.ok(Math.abs(offFrames) <= 1.1, `it begins ${offFrames} frames off`);
      // By the wall clock, too: the current frame may be late by what a loaded machine makes it.
      assert.ok(firstClockMs < answeredMs + FRAME_MS + 5, `${firstClockMs} is later than the answer, ${answeredMs}`);
      judge('the current frame is late by', askedMs - FRAME_MS - firstClockMs, 300);
    }
  }));

test('pause, resume and marks stand at the frames they were asked for', (t) =>
  inTime(t, async (judge) => {
    const { take, frame: start } = await box.start({ metadata: { title: 'Kapitel', presenter: 'M. Curie' } });
    await sleep(1500);
    const one = await ask('mark', { title: 'Première' });
    await sleep(1000);
    const pause = await ask('pause');
    await sleep(1500);
    const resume = await ask('resume');
    await sleep(1000);
    const two = await ask('mark');
    // Long enough for a beep.
    await sleep(2800);
    const stop = await ask('stop');
    const recorded = await box.settled(take);
    const file = await judgeTake(recorded, { pauses: 1 }, await latenessOf(box, judge));
    const seen = sourceIn(file, BOX);
    const paused = resume - pause;
    assert.ok(Math.abs(seen.frames - (stop - start - paused)) <= 2);
    const [jump] = seen.missing;
    assert.ok(Math.abs(jump!.lostMs / FRAME_MS - paused) <= 1.1, `${jump!.lostMs} ms for ${paused} frames`);
    assert.ok(Math.abs(jump!.atMs / FRAME_MS - (pause - start)) <= 1.1);
    const marks = file.container.chapters.map(({ title, fromMs }) => [title, Math.round(fromMs / FRAME_MS)] as const);
    const wanted: typeof marks = [
      ['Kapitel', 0],
      ['Première', one - start],
      ['Resumed', pause - start],
      ['Mark 2', two - start - paused],
    ];
    assert.deepEqual(
      marks.map(([title]) => title),
      wanted.map(([title]) => title),
    );
    marks.forEach(([title, frame], at) =>
      assert.ok(Math.abs(frame - wanted[at]![1]) <= 1, `${title} at frame ${frame}`),
    );
    for (const id of [SLIDES, CAMERA]) assertLipSync(sourceIn(file, id), { judge }, jump!.atMs);
  }));

const stopped = async (): Promise<boolean> =>
  (await box.get<{ recording: { wanted: string } }>('/recording')).recording.wanted === 'stopped';

test('a recording with an end ends by itself, to the frame', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Three seconds' }, minutes: 0.05 });
    await until('it ends', stopped);
    const { frames } = sourceIn(await judgeTake(await box.settled(take), {}, await latenessOf(box, judge)), BOX);
    assert.ok(Math.abs(frames - 3 * 15) <= 3, `${frames} frames in three seconds`);
  }));

test('one that was extended goes on', { skip: LONG ? false : 'takes long: AMPHI_LONG' }, (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Longer' }, minutes: 0.05 });
    await ask('extend', { minutes: 1 });
    await until('it ends', stopped);
    const parts = await judgeParts(await box.settled(take), {}, await latenessOf(box, judge));
    const frames = parts.reduce((sum, part) => sum + sourceIn(part, BOX).frames, 0);
    assert.ok(Math.abs(frames - 63 * 15) <= 3, `${frames} frames in 63 seconds`);
  }),
);

/** A factory layout with the box's time code. */
function layoutOf(number: number): Layout {
  const layout = factoryLayouts[number - 1]!;
  const code = { kind: 'timecode', name: 'timecode', rect: TIMECODE, z: 50 } as const;
  return { ...layout, overlays: [...layout.overlays, code] };
}

test('50 layout changes in a second: no torn picture, no restart, every frame, and the last one stays', (t) =>
  inTime(t, async (judge) => {
    const before = await box.children();
    const { take } = await box.start({ metadata: { title: 'Layouts' } });
    await sleep(1000);
    const layouts = [layoutOf(7), layoutOf(8)];
    const changes: Promise<unknown>[] = [];
    for (let change = 0; change < 50; change++) {
      changes.push(box.send('PUT', '/layout', layouts[change % 2]));
      await sleep(20);
    }
    await Promise.all(changes);
    await sleep(1500);
    const file = await judgeTake(await box.stopRecording(take), {}, await latenessOf(box, judge));
    for (const id of [SLIDES, CAMERA]) assert.deepEqual(sourceIn(file, id).torn, []);
    const names = new Set(file.layouts.map(({ layout }) => layout));
    assert.deepEqual(
      [...names].toSorted(),
      ['Side By Side', 'Side By Side(1)'],
      'each frame shows one of the two, whole',
    );
    assert.ok(file.layouts.length >= 5, `${file.layouts.length} changes were seen`);
    const last = file.layouts.at(-1)!;
    assert.deepEqual([last.layout, last.swapped], ['Side By Side(1)', false]);
    assert.ok(last.toMs - last.fromMs > 1000);
    const pids = (children: { pid: number }[]): number[] => children.map(({ pid }) => pid).toSorted((a, b) => a - b);
    assert.deepEqual(pids((await box.children()).filter(({ words }) => words.includes('-nostats'))), pids(before));
  }));

test('stopped while the sources are away: the file ends with the slate, whole', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Stopped in the dark' } });
    await sleep(1500);
    await hall.command('all kill');
    await box.input(1, 'lost');
    await box.input(3, 'lost');
    await sleep(2500);
    const file = await judgeTake(await box.stopRecording(take), {}, await latenessOf(box, judge));
    for (const id of [SLIDES, CAMERA])
      assert.ok(sourceIn(file, id).seen.at(-1)!.toMs < file.container.durationMs - 300);
    await hall.command('all back');
    await live();
  }));

test('a recording that gets too large goes on in further files, without losing a frame', (t) =>
  inTime(t, async (judge) => {
    const encoder = await encoderOf(box);
    await box.send('PATCH', '/encoders/archive', { rateControl: 'cbr', videoKbps: 4000 });
    await until('another encoder runs', async () => (await box.children()).every(({ pid }) => pid !== encoder));
    await sleep(1500);
    const { take } = await box.start({ metadata: { title: 'Large' } });
    await sleep(9000);
    const recorded: Recorded = await box.stopRecording(take);
    const parts = await judgeParts(recorded, {}, await latenessOf(box, judge));
    assert.ok(parts.length >= 3, `${parts.length} parts`);
    for (const { container } of parts) assert.ok(container.bytes <= MAX_FILE_MB << 20, `${container.bytes} bytes`);
    for (const gap of gapsMs(parts)) assert.ok(Math.abs(gap) < 3, `${gap} ms are missing`);
  }));
