// Runs alone: it measures what a sudden end costs.
/** The box itself is killed, told to end, or started wrongly. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { isAlive } from '#test/support/alive.ts';
import { pathOf } from '#test/support/box-api.ts';
import { runAmphi, startBox, type Box } from '#test/support/box.ts';
import { BOX, FRAME_MS, gapsMs, judge as judgeFile, judgeParts, latenessOf, sourceIn } from '#test/support/judge.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

/** What a sudden end may cost. */
const LOST_MS = 2000;
/** A box that has just begun draws its overlays first, and leaves out what it has no time for; a busy machine takes its time. */
const BARE = { bareMs: 3000, starting: true };
/** What the box left out in its last second it cannot tell any more. */
const RAGGED = { raggedMs: 1500 };
const bars = { source: { driver: 'test', pattern: 'bars' } };
const encoders = { archive: { widthPx: 640, heightPx: 360 }, confidence: { enabled: false } };

let box: Box;
before(async () => {
  box = await startBox({ device: { inputs: { 1: bars }, encoders } });
  await box.input(1, 'live');
});
after(() => box?.remove());

/** Waits until a part of a recording is so long. */
const untilLasts = (take: string, at: number, ms: number): Promise<void> =>
  until(
    `${ms} ms of part ${at + 1} are recorded`,
    async () => ((await box.recording(take)).parts[at]?.durationMs ?? 0) > ms,
  );

interface Interrupt {
  endMs: number;
  /** Frames that the box had left out before. */
  leftOut: number;
}

/** Ends the box while it records, starts it again, and waits until it has written to the take's next part for a while. */
async function interrupt(take: string, end: () => Promise<unknown>): Promise<Interrupt> {
  const leftOut = await box.leftOut();
  const parts = (await box.recording(take)).parts.length;
  const endMs = Date.now();
  await end();
  box = await startBox({ folder: box.folder });
  await until('the take goes on', async () => {
    const { recording } = await box.get<{ recording: { take: string; wanted: string } }>('/recording');
    return recording.take === take && recording.wanted === 'recording';
  });
  await untilLasts(take, parts, 2000);
  return { endMs, leftOut };
}

/** A program that has ended meanwhile is as good as killed. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
  }
}

test('kill -9 of the box, kill -9 of everything at once, SIGTERM: each time the take goes on, at most 2 s before are missing', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Interrupted', presenter: 'É. Noether' } });
    await untilLasts(take, 0, 2000);
    const ends: Interrupt[] = [];
    let children: { pid: number }[] = [];
    ends.push(
      await interrupt(take, async () => {
        children = await box.children();
        await box.kill9();
      }),
    );
    assert.ok(children.length >= 3);
    await until('what the killed box had started is gone', () => !children.some(({ pid }) => isAlive(pid)));

    ends.push(
      await interrupt(take, async () => {
        for (const { pid } of await box.children()) killIfThere(pid);
        await box.kill9();
      }),
    );

    ends.push(
      await interrupt(take, async () => {
        children = await box.children();
        assert.equal(await box.stop(), 0);
        for (const { pid } of children) assert.equal(isAlive(pid), false, 'nothing is left running');
      }),
    );

    const recorded = await box.stopRecording(take);
    const leftOut = ends.reduce((sum, end) => sum + end.leftOut, await box.leftOut());
    assert.deepEqual(
      recorded.parts.map(({ name }) => /_S1R(\d+)\.mp4$/.exec(name)?.[1]),
      ['1', '2', '3', '4'],
    );
    const both = { ...BARE, ...RAGGED };
    const parts = await judgeParts(recorded, { 1: RAGGED, 2: both, 3: both, 4: BARE }, { judge, leftOut });
    ends.forEach(({ endMs }, at) => {
      const lostMs = endMs - sourceIn(parts[at]!, BOX).lastClockMs;
      judge(`before the end of part ${at + 1} are missing`, lostMs, LOST_MS);
    });
    for (const gap of gapsMs(parts)) assert.ok(gap > 0, 'no frame is there twice');
    for (const part of parts) assert.equal(part.container.tags['artist'], 'É. Noether');
  }));

test('a box that was killed in a pause goes on paused, and records again when it is told to', async () => {
  const { take } = await box.start({ metadata: { title: 'Paused' } });
  await untilLasts(take, 0, 1000);
  await box.send('POST', '/recording/pause', {});
  const pausedMs = Date.now();
  await sleep(1000);
  await box.kill9();
  box = await startBox({ folder: box.folder });
  await until('it goes on paused', async () => {
    const { recording } = await box.get<{ recording: { take: string; state: string } }>('/recording');
    return recording.take === take && recording.state === 'paused';
  });
  const resumedMs = Date.now();
  await box.send('POST', '/recording/resume', {});
  await untilLasts(take, 1, 1000);
  const leftOut = await box.leftOut();
  const recorded = await box.stopRecording(take);
  assert.equal(recorded.parts.length, 2);
  const [first, second] = await Promise.all(recorded.parts.map((part) => judgeFile(pathOf(part))));
  assert.ok(sourceIn(first!, BOX).lastClockMs < pausedMs + 100, 'the pause is not recorded');
  // A box that has just begun leaves out what it has no time for.
  const [pause, ...more] = sourceIn(second!, BOX).missing.toSorted((a, b) => b.lostMs - a.lostMs);
  const lost = Math.round(more.reduce((sum, { lostMs }) => sum + lostMs, 0) / FRAME_MS);
  assert.ok(lost <= leftOut, `${lost} frames are missing, ${leftOut} were left out`);
  // The frame that is current may be late; it is not when the pause is over a second early.
  assert.ok(!pause || pause.toClockMs > resumedMs - 1000, 'it goes on where it was resumed');
});

test('a recording can be played while it is written, from the disk and over HTTP; a second box on its folder is refused', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Growing' } });
    await untilLasts(take, 0, 3000);
    const second = runAmphi(['agent', '--config', join(box.folder, 'box.json')]);
    assert.equal(await second.ended, 1);
    assert.match(second.log(), /another box runs with the data folder/);
    await sleep(1500);
    const { parts } = await box.recording(take);
    const [part] = parts;
    assert.ok(part);
    const askedMs = Date.now();
    const growing = await judgeFile(pathOf(part));
    const seen = sourceIn(growing, BOX);
    const endMs = seen.seen.at(-1)!.toMs;
    const missingMs = seen.missing
      .filter(({ atMs }) => atMs <= endMs - RAGGED.raggedMs)
      .reduce((sum, { lostMs }) => sum + lostMs, 0);
    assert.ok(missingMs <= ((await box.leftOut()) + 0.5) * FRAME_MS, JSON.stringify(seen.missing));
    judge('frames are missing that the box says it left out', missingMs, 0);
    assert.deepEqual(seen.torn, []);
    judge('the file is behind the box by', askedMs - seen.lastClockMs, LOST_MS);
    const answer = await box.raw(`/recordings/${take}/files/${encodeURIComponent(part.name)}`);
    assert.equal(answer.status, 200);
    const copy = join(box.folder, 'copy.mp4');
    await writeFile(copy, Buffer.from(await answer.arrayBuffer()));
    assert.ok(sourceIn(await judgeFile(copy), BOX).frames >= seen.frames);
    const [whole] = await judgeParts(await box.stopRecording(take), {}, await latenessOf(box, judge));
    assert.ok(sourceIn(whole!, BOX).frames > seen.frames);
  }));

test('a wrong configuration is refused: all mistakes, each with its place, exit code 2, nothing started', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-e2e-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'box.yaml');
  const data = join(folder, 'data');
  await writeFile(file, `hall: Amphi\ndata: ${data}\nhttp:\n  port: 99999\ndevice:\n  layot: 7\n`);
  const run = runAmphi(['agent', '--config', file]);
  assert.equal(await run.ended, 2);
  assert.match(run.log(), /2 mistakes/);
  assert.match(run.log(), /box\.yaml:4:3: http\.port: .*65535/);
  assert.match(run.log(), /box\.yaml:6:3: device\.layot: there is no such key/);
  assert.deepEqual(await readdir(folder), ['box.yaml']);
});
