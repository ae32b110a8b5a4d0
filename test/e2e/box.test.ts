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
import { BOX, gapsMs, judge, judgeParts, sourceIn } from '#test/support/judge.ts';
import { until } from '#test/support/until.ts';

/** What a sudden end may cost. */
const LOST_MS = 2000;
const BARE = { bareMs: 600 };
const RAGGED = { raggedMs: 500 };
const bars = { source: { driver: 'test', pattern: 'bars' } };

let box: Box;
before(async () => {
  box = await startBox({ device: { inputs: { 1: bars } } });
  await box.input(1, 'live');
});
after(() => box?.remove());

/** Ends the box while it records, starts it again, and waits until it has written to the take's next part for a while. */
async function interrupt(take: string, end: () => Promise<unknown>): Promise<{ endMs: number }> {
  const parts = (await box.recording(take)).parts.length;
  const endMs = Date.now();
  await end();
  box = await startBox({ folder: box.folder });
  const { recording } = await box.get<{ recording: { take: string; wanted: string } }>('/recording');
  assert.deepEqual([recording.take, recording.wanted], [take, 'recording'], 'the take goes on');
  await until('frames are recorded again', async () => (await box.recording(take)).parts.length > parts);
  await sleep(2000);
  return { endMs };
}

test('kill -9 of the box, kill -9 of everything at once, SIGTERM: each time the take goes on, at most 2 s before are missing', async () => {
  const { take } = await box.start({ metadata: { title: 'Interrupted', presenter: 'É. Noether' } });
  await sleep(3500);
  const ends = [];
  let children = await box.children();
  ends.push(await interrupt(take, () => box.kill9()));
  assert.ok(children.length >= 3);
  for (const { pid } of children) assert.equal(isAlive(pid), false, 'what the killed box had started is gone');

  children = await box.children();
  ends.push(
    await interrupt(take, async () => {
      for (const pid of [box.pid, ...children.map((child) => child.pid)]) process.kill(pid, 'SIGKILL');
      await box.kill9();
    }),
  );

  children = await box.children();
  ends.push(
    await interrupt(take, async () => {
      assert.equal(await box.stop(), 0);
      for (const { pid } of children) assert.equal(isAlive(pid), false, 'nothing is left running');
    }),
  );

  const recorded = await box.stopRecording(take);
  assert.deepEqual(
    recorded.parts.map(({ name }) => /_S1R(\d+)\.mp4$/.exec(name)?.[1]),
    ['1', '2', '3', '4'],
  );
  const parts = await judgeParts(recorded, {
    1: RAGGED,
    2: { ...BARE, ...RAGGED },
    3: { ...BARE, ...RAGGED },
    4: BARE,
  });
  ends.forEach(({ endMs }, at) => {
    const lostMs = endMs - sourceIn(parts[at]!, BOX).lastClockMs;
    assert.ok(lostMs <= LOST_MS, `${lostMs} ms before the end of part ${at + 1} are missing`);
  });
  for (const gap of gapsMs(parts)) assert.ok(gap > 0, 'no frame is there twice');
  for (const part of parts) assert.equal(part.container.tags['artist'], 'É. Noether');
});

test('a box that was killed in a pause goes on paused, and records again when it is told to', async () => {
  const { take } = await box.start({ metadata: { title: 'Paused' } });
  await sleep(2500);
  const pausedMs = Date.now();
  await box.send('POST', '/recording/pause', {});
  await sleep(1500);
  await box.kill9();
  box = await startBox({ folder: box.folder });
  await sleep(1500);
  const { recording } = await box.get<{ recording: { take: string; state: string } }>('/recording');
  assert.deepEqual([recording.take, recording.state], [take, 'paused']);
  const resumedMs = Date.now();
  await box.send('POST', '/recording/resume', {});
  await sleep(2500);
  const recorded = await box.stopRecording(take);
  assert.equal(recorded.parts.length, 2);
  const [first, second] = await Promise.all(recorded.parts.map((part) => judge(pathOf(part))));
  assert.ok(sourceIn(first!, BOX).lastClockMs < pausedMs + 100, 'the pause is not recorded');
  const [pause, ...more] = sourceIn(second!, BOX).missing;
  assert.ok(more.length === 0 && (!pause || pause.toClockMs > resumedMs - 100), 'it goes on where it was resumed');
});

test('a recording can be played while it is written, from the disk and over HTTP; a second box on its folder is refused', async () => {
  const { take } = await box.start({ metadata: { title: 'Growing' } });
  await sleep(3000);
  const second = runAmphi(['agent', '--config', join(box.folder, 'box.json')]);
  assert.equal(await second.ended, 1);
  assert.match(second.log(), /another box runs with the data folder/);
  await sleep(1500);
  const { parts } = await box.recording(take);
  const [part] = parts;
  assert.ok(part);
  const askedMs = Date.now();
  const growing = await judge(pathOf(part));
  const seen = sourceIn(growing, BOX);
  const endMs = seen.seen.at(-1)!.toMs;
  assert.ok(
    seen.missing.every(({ atMs }) => atMs > endMs - RAGGED.raggedMs),
    JSON.stringify(seen.missing),
  );
  assert.deepEqual(seen.torn, []);
  assert.ok(askedMs - seen.lastClockMs < LOST_MS, `${askedMs - seen.lastClockMs} ms behind`);
  const answer = await box.raw(`/recordings/${take}/files/${encodeURIComponent(part.name)}`);
  assert.equal(answer.status, 200);
  const copy = join(box.folder, 'copy.mp4');
  await writeFile(copy, Buffer.from(await answer.arrayBuffer()));
  assert.ok(sourceIn(await judge(copy), BOX).frames >= seen.frames);
  const [whole] = await judgeParts(await box.stopRecording(take));
  assert.ok(sourceIn(whole!, BOX).frames > seen.frames);
});

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
