// Runs alone: it counts the frames until a change is seen.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import sharp from 'sharp';
import type { Wanted } from '#agent/device/state.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import type { Packet } from '#lib/media/packet.ts';
import { decodeStream } from '#test/support/decode.ts';
import { clip, lastSeen, startRig, type EngineRig } from '#test/support/engine-rig.ts';
import { inTime, type InTime } from '#test/support/pace.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

const SIZE = { widthPx: 64, heightPx: 36 };
const { ffmpeg } = await findFfmpeg();
const [LIGHT, DARK] = [await clip('light', ffmpeg), await clip('dark', ffmpeg)];
const LEFT = { x: 0, y: 0, width: 0.5, height: 1 };
const RIGHT = { x: 0.5, y: 0, width: 0.5, height: 1 };
const FRAME_MS = 1000 / 15;
/** A source that gets no core for a while is no subject here: its last picture stays. */
const held = (wanted: Wanted): Wanted => ({ ...wanted, noSignal: { holdMs: PATIENCE_MS } });
const sideBySide = (wanted: Wanted): Wanted => ({
  ...held(wanted),
  inputs: {
    ...wanted.inputs,
    1: { ...wanted.inputs[1], aspect: 'fill' },
    3: { ...wanted.inputs[3], aspect: 'fill' },
  },
  layout: {
    ...wanted.layout,
    windows: [
      { channel: 'A', rect: LEFT, z: 0 },
      { channel: 'B', rect: RIGHT, z: 1 },
    ],
  },
});

const start = (t: TestContext): Promise<EngineRig> =>
  startRig(t, { A: { driver: 'file', path: LIGHT }, B: { driver: 'file', path: DARK }, change: sideBySide });

/** Waits for the inputs, until this is shown left and right. */
async function untilShown(rig: EngineRig, due: readonly number[], ...numbers: (1 | 2 | 3)[]): Promise<void> {
  await rig.until(`${numbers.join()} live`, () => numbers.every((number) => lastSeen(rig, number)?.status === 'live'));
  let values: number[] = [];
  const isShown = async (): Promise<boolean> => isNear((values = await snapshotOf(rig, 'output')), due);
  await until(`${due.join()} is shown`, isShown, { seen: () => values.join() });
}

/** Waits for so many pictures from a time stamp on. */
const pictures = ({ packets }: EngineRig, fromTicks: number): Packet[] =>
  packets.archive.filter(({ track, ptsTicks }) => track === 'video' && ptsTicks >= fromTicks);
const untilMore = (rig: EngineRig, count: number, fromTicks = rig.engine.now().ptsTicks): Promise<void> =>
  rig.until(`${count} pictures`, () => pictures(rig, fromTicks).length >= count);

/** Of each picture: left and right, L for light, D for dark, 0 for black, ? for anything else. */
async function looks(rig: EngineRig): Promise<{ ptsTicks: number; look: string }[]> {
  const { pictures, complaints } = await decodeStream(rig.ffmpeg, rig.stream(), SIZE);
  assert.deepEqual(complaints, []);
  return pictures.map(({ ptsMs, luma }) => {
    // All rows count: a picture that was changed half way down is neither.
    const nameOf = (x: number): string => {
      const column = Array.from({ length: SIZE.heightPx }, (_, y) => luma[y * SIZE.widthPx + x]!);
      const [low, high] = [Math.min(...column), Math.max(...column)];
      if (high - low > 14) return '?';
      return low > 170 ? 'L' : low < 26 ? '0' : high < 90 ? 'D' : '?';
    };
    return { ptsTicks: ptsMs * 90, look: nameOf(15) + nameOf(48) };
  });
}

type Change = (wanted: Wanted) => Wanted;
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const CHANGES: readonly (readonly [look: string, change: Change])[] = [
  ['DL', (wanted) => ({ ...wanted, swapped: true })],
  ['LD', (wanted) => ({ ...wanted, swapped: false })],
  ['0D', (wanted) => ({ ...wanted, muted: { A: true, B: false } })],
  ['LD', (wanted) => ({ ...wanted, muted: { A: false, B: false } })],
  ['LL', (wanted) => ({ ...wanted, layout: { ...wanted.layout, windows: [{ channel: 'A', rect: WHOLE, z: 0 }] } })],
  ['LD', sideBySide],
];

/** One change after the other; gives when each was asked for. */
async function changeInTurn(rig: EngineRig): Promise<{ atTicks: number; look: string }[]> {
  const asked: { atTicks: number; look: string }[] = [];
  for (const [n, [look, change]] of CHANGES.entries()) {
    asked.push({ atTicks: rig.engine.now().ptsTicks, look });
    rig.update(change);
    await untilMore(rig, 7);
    // Not always at the same moment of a frame.
    await sleep(n * 13);
  }
  return asked;
}

/** What they look like in turn. */
const QUICK = ['DL', 'LD'] as const;

/** Fifty changes as fast as they come; gives when the first was asked for. */
async function changeQuickly(rig: EngineRig): Promise<number> {
  const fromTicks = rig.engine.now().ptsTicks;
  for (let n = 0; n < 50; n++) {
    rig.update((wanted) => ({ ...sideBySide(wanted), swapped: n % 2 === 0 }));
    await sleep(20);
  }
  await untilMore(rig, 7);
  await untilMore(rig, 20, fromTicks);
  return fromTicks;
}

/** Mean luma left and right in the middle of a snapshot. */
async function snapshotOf(rig: EngineRig, what: 'output' | 'A' | 'B'): Promise<number[]> {
  const { data, info } = await sharp(await rig.engine.snapshot(what, 320))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height], [320, 180]);
  return [data[90 * 320 + 80]!, data[90 * 320 + 240]!];
}

const isNear = (values: readonly number[], due: readonly number[]): boolean =>
  values.every((value, side) => Math.abs(value - due[side]!) < 12);

type Look = Awaited<ReturnType<typeof looks>>[number];

/** Each change from one frame to the next, within two frames of being asked. */
function judgeSlow(judge: InTime, slow: readonly Look[], asked: readonly { atTicks: number; look: string }[]): void {
  for (const [n, { atTicks, look }] of asked.entries()) {
    const endTicks = asked[n + 1]?.atTicks ?? Infinity;
    const here = slow.filter(({ ptsTicks }) => ptsTicks > atTicks - 10 && ptsTicks < endTicks - 10);
    const first = here.findIndex((one) => one.look === look);
    const words = here.map((one) => one.look).join(' ');
    assert.ok(first >= 0, `${look} never came: ${words}`);
    judge(`${look} came late: ${words}`, first * FRAME_MS, 2 * FRAME_MS);
    // The frame that is due when the next change is asked for may be made a moment later, and shows that already.
    const next = asked[n + 1]?.look ?? QUICK[0];
    const last = here.findLastIndex((one) => one.look !== next);
    judge(`${next} is in frames of before: ${words}`, (here.length - 1 - last) * FRAME_MS, FRAME_MS);
    assert.ok(
      here.slice(first, last + 1).every((one) => one.look === look),
      `not steady: ${words}`,
    );
  }
  assert.ok(
    slow.every(({ look }) => !look.includes('?')),
    'a torn frame',
  );
}

/** Every frame is whole, none is missing but those that the engine left out, and the last look stays. */
function judgeQuick(judge: InTime, quick: readonly Look[], leftOut: number): void {
  assert.ok(
    quick.every(({ look }) => look === 'LD' || look === 'DL'),
    quick.map(({ look }) => look).join(' '),
  );
  assert.equal(quick.at(-1)!.look, 'LD');
  const steps = quick.slice(1).map(({ ptsTicks }, n) => (ptsTicks - quick[n]!.ptsTicks) / 6000);
  for (const step of steps)
    assert.ok(step > 0.99 && Math.abs(step - Math.round(step)) < 0.004, `off the grid: ${step}`);
  const missing = steps.reduce((sum, step) => sum + Math.round(step) - 1, 0);
  assert.ok(missing <= leftOut, `${missing} frames are missing, ${leftOut} were left out`);
  judge('frames were left out, as the engine says', missing * FRAME_MS, 0);
}

test('what is changed while it runs: each from one frame to the next; fifty layouts in a second: every frame is whole; snapshots', (t) =>
  inTime(t, async (judge) => {
    const rig = await start(t);
    await untilShown(rig, [200, 48], 1, 3);
    const asked = await changeInTurn(rig);
    const quickTicks = await changeQuickly(rig);
    for (const [what, due] of [
      ['output', [200, 48]],
      ['A', [200, 200]],
      ['B', [48, 48]],
    ] as const) {
      const values = await snapshotOf(rig, what);
      assert.ok(isNear(values, due), `${what} shows ${values.join()}, not ${due.join()}`);
    }
    const leftOut = rig.leftOut();
    await rig.close();
    const seen = await looks(rig);
    const slow = seen.filter(({ ptsTicks }) => ptsTicks >= asked[0]!.atTicks - 10_000 && ptsTicks < quickTicks);
    judgeSlow(judge, slow, asked);
    const quick = seen.filter(({ ptsTicks }) => ptsTicks >= quickTicks);
    judgeQuick(judge, quick, leftOut);
  }));

/** The engine waits so long for the picture of another input, ms. */
const OLD_STAYS_MS = 5000;

test('another input on a channel: the old one until the new one has a picture, never black between', (t) =>
  inTime(t, async (judge) => {
    const rig = await startRig(t, {
      A: { driver: 'file', path: LIGHT },
      change: (wanted) => ({
        ...held(wanted),
        inputs: { ...wanted.inputs, 2: { ...wanted.inputs[2], source: { driver: 'file', path: DARK } } },
      }),
    });
    await untilShown(rig, [200, 200], 1);
    const fromTicks = rig.engine.now().ptsTicks;
    rig.update((wanted) => ({ ...wanted, routing: { ...wanted.routing, A: 2 } }));
    await untilShown(rig, [48, 48], 2);
    await rig.until('the other one is switched off', () => lastSeen(rig, 1)?.status === 'off');
    await untilMore(rig, 7);
    await rig.close();
    const seen = (await looks(rig)).filter(({ ptsTicks }) => ptsTicks >= fromTicks);
    const oldMs = (seen.find(({ look }) => look !== 'LL')!.ptsTicks - fromTicks) / 90;
    // A source that needs longer to begin than the engine waits leaves a hole.
    const late = oldMs > OLD_STAYS_MS - 2 * FRAME_MS;
    judge('the new input came after', oldMs, OLD_STAYS_MS - 2 * FRAME_MS);
    assert.match(seen.map(({ look }) => look).join(' '), late ? /^(LL )+.*(DD ?)+$/ : /^(LL )+(DD ?)+$/);
  }));
