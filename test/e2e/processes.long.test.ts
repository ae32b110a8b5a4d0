// Runs alone: it measures what the death of a program costs.
/** The programs that a box runs are killed, stopped and fed garbage while it records. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { InputNumber } from '#agent/device/state.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { CAMERA, SLIDES } from '#simulator/signal.ts';
import { childWith, encoderOf, startBox, type Box } from '#test/support/box.ts';
import { startHallProcess, type HallProcess } from '#test/support/hall.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { assertLipSync, gapsMs, judgeParts, latenessOf, sourceIn } from '#test/support/judge.ts';

const LONG = Boolean(process.env['AMPHI_LONG']);
const ONLY_LONG = { skip: LONG ? false : 'takes long: AMPHI_LONG' };
/** What an encoder's death may cost. */
const LOST_MS = 2000;

let hall: HallProcess;
let box: Box;
before(async () => {
  hall = await startHallProcess();
  box = await startBox({ device: { inputs: hall.inputs } });
  await bothLive();
});
after(async () => {
  await box?.remove();
  await hall?.close();
});

async function bothLive(): Promise<void> {
  await box.input(1, 'live');
  await box.input(3, 'live');
}

const decoderOf = (number: InputNumber): Promise<number> =>
  childWith(box, number === 1 ? hall.urls.slides : hall.urls.camera);

test('kill -9 of one input and SIGSTOP of the other: no frame is lost, both come back, in lip sync', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Inputs' } });
    await sleep(2000);
    const stopped = await decoderOf(3);
    process.kill(await decoderOf(1), 'SIGKILL');
    process.kill(stopped, 'SIGSTOP');
    await box.input(1, 'lost');
    await box.input(1, 'live');
    await box.input(3, 'lost');
    await until('that is told', async () =>
      (await box.alarms()).some(({ name, about }) => name === 'video_loss' && about === 'B'),
    );
    await sleep(LONG ? 10_000 : 0);
    await bothLive();
    await until('no picture is missing', async () => !(await box.alarms()).some(({ name }) => name === 'video_loss'));
    // Long enough for a beep of each after it came back.
    await sleep(4500);
    const [file, ...more] = await judgeParts(await box.stopRecording(take), {}, await latenessOf(box, judge));
    assert.equal(more.length, 0);
    const { durationMs } = file!.container;
    for (const id of [SLIDES, CAMERA]) {
      const source = sourceIn(file!, id);
      assert.ok(source.seen.at(-1)!.toMs > durationMs - 300, `source ${id} is shown again`);
      assert.ok(source.missingMs > 0, 'it was away');
      assertLipSync(source, { judge }, durationMs - 4500);
    }
  }));

test('kill -9 of the encoder: the take goes on as its next part, at most 2 s are missing', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Encoder' } });
    await sleep(3500);
    process.kill(await encoderOf(box), 'SIGKILL');
    await until('it goes on', async () => ((await box.recording(take)).parts[1]?.durationMs ?? 0) > 2000);
    const recorded = await box.stopRecording(take);
    const parts = await judgeParts(recorded, { 1: { raggedMs: 500 } }, await latenessOf(box, judge));
    assert.equal(parts.length, 2);
    const [gap] = gapsMs(parts);
    assert.ok(gap! > 0, `${gap} ms are there twice`);
    judge('after the encoder died are missing', gap!, LOST_MS);
    assert.equal(recorded.breaks.length, 1);
    await until('the alarm is over', async () => !(await box.alarms()).some(({ name }) => name === 'encoder'));
  }));

test(
  'kill -9 of the encoder five times in a row: every part is whole, at most 2 s are missing each time',
  ONLY_LONG,
  (t) =>
    inTime(t, async (judge) => {
      const { take } = await box.start({ metadata: { title: 'Encoders' } });
      for (let round = 0; round < 5; round++) {
        await sleep(round === 3 ? 300 : 2500);
        process.kill(await encoderOf(box), 'SIGKILL');
        await sleep(200);
      }
      await sleep(3000);
      const parts = await judgeParts(
        await box.stopRecording(take),
        Object.fromEntries([1, 2, 3, 4, 5].map((number) => [number, { raggedMs: 500 }])),
        await latenessOf(box, judge),
      );
      assert.ok(parts.length >= 4);
      // The fourth one lived for too short a time to give anything.
      const gaps = gapsMs(parts).toSorted((a, b) => b - a);
      judge(`of ${gaps.join(', ')} ms the worst`, gaps[0]!, LOST_MS + 1000);
      judge(`of ${gaps.join(', ')} ms the next`, gaps[1]!, LOST_MS);
    }),
);
