// Runs alone: no frame may be missing, and sound is measured against picture.
/** What sources do while a box records them: go away, stand still, talk nonsense, come back as others. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { InputSeen } from '#agent/device/state.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { CAMERA, SLIDES } from '#simulator/signal.ts';
import type { Verdict } from '#simulator/verdict/result.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { startHallProcess, type HallProcess } from '#test/support/hall.ts';
import { inTime, type InTime } from '#test/support/pace.ts';
import { assertLipSync, judgeParts, latenessOf, sourceIn } from '#test/support/judge.ts';

const LONG = Boolean(process.env['AMPHI_LONG']);
const HOLD_MS = 1500;

let hall: HallProcess;
let box: Box;
before(async () => {
  hall = await startHallProcess();
  await hall.command('all kill');
  box = await startBox({ device: { inputs: hall.inputs, noSignalHoldMs: HOLD_MS } });
});
after(async () => {
  await box?.remove();
  await hall?.close();
});

interface Fault {
  /** How it begins: lines for the hall. */
  begin: string[];
  /** So long it lasts. */
  forMs: number;
  /** How it ends. Those of another format stay. */
  end: string[];
  /** Waits until the box has noticed. */
  noticed?: () => Promise<unknown>;
  afterwards?: () => Promise<unknown>;
}

/** Records 2 s, the fault, the return of both sources, and 4.5 s more, which have a beep of each; asserts that no frame was lost. */
async function recordThrough(
  judge: InTime,
  title: string,
  { begin, forMs, end, noticed, afterwards }: Fault,
): Promise<Verdict> {
  const { take } = await box.start({ metadata: { title } });
  await sleep(2000);
  for (const line of begin) await hall.command(line);
  await noticed?.();
  await sleep(forMs);
  for (const line of end) await hall.command(line);
  await afterwards?.();
  await live();
  await sleep(4500);
  const [file, ...more] = await judgeParts(await box.stopRecording(take), {}, await latenessOf(box, judge));
  assert.equal(more.length, 0, 'one part: nothing was started anew');
  return file!;
}

async function live(): Promise<InputSeen[]> {
  return Promise.all([box.input(1, 'live'), box.input(3, 'live')]);
}

const lost = (): Promise<unknown> => Promise.all([box.input(1, 'lost'), box.input(3, 'lost')]);

/** What the picture of a source steps back when its clock is matched anew. */
const STEP_BACK_MS = 500;

/** It is in the picture at the end of the file, moving, and its sound belongs to its picture there. */
function assertBack(judge: InTime, file: Verdict, id: number, withSound = true): void {
  const source = sourceIn(file, id);
  const { durationMs } = file.container;
  const [from, to] = [source.seen.at(-1)?.fromMs ?? Number.NaN, source.seen.at(-1)?.toMs ?? Number.NaN];
  assert.ok(to > durationMs - 300 && from < durationMs - 3000, `source ${id} is shown at the end: ${from} to ${to} ms`);
  assert.deepEqual(source.torn, []);
  assert.ok(
    source.outOfOrder.every(({ fromClockMs, toClockMs }) => fromClockMs - toClockMs < STEP_BACK_MS),
    JSON.stringify(source.outOfOrder),
  );
  assert.ok(
    source.freezes.every(({ toMs }) => toMs < durationMs - 3000),
    `source ${id} moves at the end`,
  );
  if (!withSound) return;
  assertLipSync(source, { judge }, durationMs - 4500);
}

test('a start with no source at all records the slate; the sources appear when they come', (t) =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'No source' } });
    await sleep(3000);
    await hall.command('all back');
    await live();
    await sleep(4500);
    const [file] = await judgeParts(await box.stopRecording(take), {}, await latenessOf(box, judge));
    for (const id of [SLIDES, CAMERA]) {
      assertBack(judge, file!, id);
      assert.ok(sourceIn(file!, id).seen[0]!.fromMs > 2500, 'before it came there was a slate');
    }
    assert.ok(
      file!.silence.some(({ fromMs, toMs }) => fromMs < 100 && toMs > 2500),
      'a slate is silent',
    );
  }));

test('away for longer than the last picture is held: the slate, in silence, and back in lip sync', (t) =>
  inTime(t, async (judge) => {
    const file = await recordThrough(judge, 'Longer', {
      begin: ['all kill'],
      end: ['all back'],
      noticed: lost,
      forMs: LONG ? 30_000 : 3000,
    });
    for (const id of [SLIDES, CAMERA]) {
      assertBack(judge, file, id);
      const [before, afterwards] = sourceIn(file, id).seen;
      assert.ok(before && afterwards && afterwards.fromMs - before.toMs > 500, 'in between there was a slate');
      const [held] = sourceIn(file, id).freezes;
      assert.ok(held && held.toMs - held.fromMs > HOLD_MS * 0.6, 'the last picture was held');
      judge('the last picture was held for', held.toMs - held.fromMs, HOLD_MS + 2500);
    }
    assert.ok(file.silence.length > 0);
  }));

test('one is away for a second, the other stands still (SIGSTOP): both go on', (t) =>
  inTime(t, async (judge) => {
    const file = await recordThrough(judge, 'A second', {
      begin: ['slides kill', 'camera stall'],
      forMs: 1000,
      end: ['slides back'],
      afterwards: async () => {
        await box.input(3, 'lost');
        await sleep(LONG ? 8000 : 500);
        await hall.command('camera back');
      },
    });
    for (const id of [SLIDES, CAMERA]) assertBack(judge, file, id);
    const [before, after] = sourceIn(file, SLIDES).seen;
    assert.ok(before);
    if (after) judge('after a second it was away for', after.fromMs - before.toMs, 4000);
  }));

for (const [begin, skip] of [
  [['slides garbage', 'camera vanish'], false],
  [['slides noise', 'camera garbage'], !LONG],
  [['slides cut', 'camera noise'], !LONG],
] as const)
  test(`${begin.join(', ')}: back when it is over`, { skip: skip ? 'takes long: AMPHI_LONG' : false }, (t) =>
    inTime(t, async (judge) => {
      const file = await recordThrough(judge, 'Nonsense', { begin: [...begin], forMs: 3000, end: ['all back'] });
      for (const id of [SLIDES, CAMERA]) assertBack(judge, file, id);
    }),
  );

test('back with another size, back with another rate', (t) =>
  inTime(t, async (judge) => {
    const file = await recordThrough(judge, 'Size and rate', {
      begin: ['all kill'],
      forMs: 500,
      end: ['slides resolution 854x480', 'camera rate 25', 'all back kill'],
    });
    for (const id of [SLIDES, CAMERA]) assertBack(judge, file, id);
    const [slides, camera] = await live();
    assert.deepEqual([slides!.widthPx, slides!.heightPx, Math.round(camera!.fps ?? 0)], [854, 480, 25]);
  }));

test('back with another codec, back without sound', (t) =>
  inTime(t, async (judge) => {
    const file = await recordThrough(judge, 'Codec and sound', {
      begin: ['all kill'],
      forMs: 500,
      end: ['slides codec mpeg4', 'camera no-audio', 'all back kill'],
    });
    assertBack(judge, file, SLIDES);
    assertBack(judge, file, CAMERA, false);
    const [slides, camera] = await live();
    assert.deepEqual([slides!.codec, camera!.audio], ['mpeg4', undefined]);
  }));
