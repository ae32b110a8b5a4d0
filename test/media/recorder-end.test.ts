import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { RecordingHandle } from '#agent/recorder/recorder.ts';
import { FPS, numbersIn } from '#test/support/numbered-stream.ts';
import { count, pathsOf, rig, type Rig } from '#test/support/recorder-rig.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';

interface Bench extends Rig {
  clock: VirtualClock;
  /** Pictures come, and the clock goes with them. */
  play: (seconds: number) => Promise<void>;
}

async function open(t: TestContext, folder?: string): Promise<Bench> {
  const clock = virtualClock();
  const bench = await rig(t, { clock, ...(folder === undefined ? {} : { folder }) });
  const play = async (seconds: number): Promise<void> => {
    for (let frames = Math.round(seconds * FPS); frames > 0; frames--) {
      bench.encoder.step(1);
      clock.advance(1000 / FPS);
      await setImmediate();
    }
  };
  return { ...bench, clock, play };
}

/** Seconds of pictures in the finished file; they must be those from the first on, each once. */
async function secondsOf(handle: RecordingHandle): Promise<number> {
  const info = await handle.finished;
  assert.equal(info.status, 'finished');
  const [path = ''] = pathsOf(info);
  const numbers = await numbersIn(path);
  assert.deepEqual(numbers, count(numbers[0] ?? 0, numbers.length));
  return numbers.length / FPS;
}
const near = (seconds: number, expected: number): void =>
  assert.ok(Math.abs(seconds - expected) <= 2 / FPS, `${seconds} s of pictures instead of ${expected}`);

test('a recording without an end is given one, and its file ends there', async (t) => {
  const { recorder, clock, play } = await open(t);
  const handle = recorder.start({});
  await play(2);
  assert.equal(recorder.endAt(clock.nowMs() + 1000), true);
  assert.equal(recorder.find(handle.id)?.endsAtMs, clock.nowMs() + 1000);
  await play(4);
  near(await secondsOf(handle), 3);
});

test('an end is moved: later, earlier, away', async (t) => {
  const { recorder, clock, play } = await open(t);
  const startedMs = clock.nowMs();
  const later = recorder.start({ endsAtMs: startedMs + 2000 });
  await play(1);
  recorder.endAt(startedMs + 4000);
  await play(5);
  near(await secondsOf(later), 4);

  const againMs = clock.nowMs();
  const earlier = recorder.start({ endsAtMs: againMs + 60_000 });
  await play(1);
  recorder.endAt(againMs + 2000);
  await play(3);
  near(await secondsOf(earlier), 2);

  const endless = recorder.start({ endsAtMs: clock.nowMs() + 2000 });
  await play(1);
  recorder.endAt(undefined);
  await play(4);
  assert.equal(recorder.seen().state, 'recording');
  assert.equal(recorder.find(endless.id)?.endsAtMs, undefined);
  void recorder.stop();
  await play(1);
  near(await secondsOf(endless), 5);
});

test('an end that has passed is now', async (t) => {
  const { recorder, clock, play } = await open(t);
  const handle = recorder.start({});
  await play(2);
  recorder.endAt(clock.nowMs() - 60_000);
  await play(2);
  near(await secondsOf(handle), 2);
  assert.equal(recorder.endAt(clock.nowMs()), false, 'nothing is recording any more');
});

test('a recording that goes on after a restart ends where it is told', async (t) => {
  const first = await open(t);
  const cut = first.recorder.start({ endsAtMs: first.clock.nowMs() + 60_000 });
  await first.play(2);
  await first.recorder.close();

  const recorder = first.open();
  const [left] = await recorder.recover();
  assert.equal(left?.info.id, cut.id);
  const told = first.clock.nowMs() + 2000;
  const goesOn = recorder.start({ continueTake: cut.id, endsAtMs: told });
  assert.equal(recorder.find(cut.id)?.endsAtMs, told);
  await first.play(4);
  const info = await goesOn.finished;
  const [, second = ''] = pathsOf(info);
  near((await numbersIn(second)).length / FPS, 2);
});
