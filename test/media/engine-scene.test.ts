// Runs alone: it counts the frames until a change is seen.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import sharp from 'sharp';
import type { Wanted } from '#agent/device/state.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { decodeStream } from '#test/support/decode.ts';
import { clip, lastSeen, startRig, type EngineRig } from '#test/support/engine-rig.ts';

const SIZE = { widthPx: 64, heightPx: 36 };
const { ffmpeg } = await findFfmpeg();
const [LIGHT, DARK] = [await clip('light', ffmpeg), await clip('dark', ffmpeg)];
const LEFT = { x: 0, y: 0, width: 0.5, height: 1 };
const RIGHT = { x: 0.5, y: 0, width: 0.5, height: 1 };
const sideBySide = (wanted: Wanted): Wanted => ({
  ...wanted,
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

/** Waits for the inputs, until their pictures are shown. */
async function untilLive(rig: EngineRig, ...numbers: (1 | 2 | 3)[]): Promise<void> {
  await rig.until(`${numbers.join()} live`, () => numbers.every((number) => lastSeen(rig, number)?.status === 'live'));
  await sleep(1200);
}

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
    await sleep(500 + n * 13);
  }
  return asked;
}

/** Fifty changes in a second; gives when the first was asked for. */
async function changeQuickly(rig: EngineRig): Promise<number> {
  const fromTicks = rig.engine.now().ptsTicks;
  for (let n = 0; n < 50; n++) {
    rig.update((wanted) => ({ ...sideBySide(wanted), swapped: n % 2 === 0 }));
    await sleep(20);
  }
  await sleep(600);
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

test('what is changed while it runs', async (t) => {
  const rig = await start(t);
  await untilLive(rig, 1, 3);
  const asked = await changeInTurn(rig);
  const quickTicks = await changeQuickly(rig);
  const snapshots: number[][] = [];
  for (const what of ['output', 'A', 'B'] as const) snapshots.push(await snapshotOf(rig, what));
  await rig.close();
  const seen = await looks(rig);

  await t.test('swaps, mutes and layouts, each from one frame to the next, within two frames of being asked', () => {
    const slow = seen.filter(({ ptsTicks }) => ptsTicks >= asked[0]!.atTicks - 10_000 && ptsTicks < quickTicks);
    for (const [n, { atTicks, look }] of asked.entries()) {
      const endTicks = asked[n + 1]?.atTicks ?? Infinity;
      const here = slow.filter(({ ptsTicks }) => ptsTicks > atTicks - 10 && ptsTicks < endTicks - 10);
      const first = here.findIndex((one) => one.look === look);
      const words = here.map((one) => one.look).join(' ');
      assert.ok(first >= 0 && first <= 2, `${look} came after ${first} frames: ${words}`);
      assert.ok(
        here.slice(first).every((one) => one.look === look),
        `not steady: ${words}`,
      );
    }
    assert.ok(
      slow.every(({ look }) => !look.includes('?')),
      'a torn frame',
    );
  });

  await t.test('fifty layouts in a second: every frame is whole, and the last one stays', () => {
    const quick = seen.filter(({ ptsTicks }) => ptsTicks >= quickTicks);
    assert.ok(quick.length > 20, `${quick.length} frames`);
    assert.ok(
      quick.every(({ look }) => look === 'LD' || look === 'DL'),
      quick.map(({ look }) => look).join(' '),
    );
    assert.equal(quick.at(-1)!.look, 'LD');
    quick.forEach(({ ptsTicks }, n) => assert.ok(n === 0 || Math.abs(ptsTicks - quick[n - 1]!.ptsTicks - 6000) < 20));
  });

  await t.test('snapshots of the whole and of a channel', () => {
    for (const [n, due] of [
      [200, 48],
      [200, 200],
      [48, 48],
    ].entries()) {
      const values = snapshots[n]!;
      values.forEach((value, side) =>
        assert.ok(Math.abs(value - due[side]!) < 12, `${values.join()}, not ${due.join()}`),
      );
    }
  });
});

test('another input on a channel: the old one until the new one has a picture, never black between', async (t) => {
  const rig = await startRig(t, {
    A: { driver: 'file', path: LIGHT },
    change: (wanted) => ({
      ...wanted,
      inputs: { ...wanted.inputs, 2: { ...wanted.inputs[2], source: { driver: 'file', path: DARK } } },
    }),
  });
  await untilLive(rig, 1);
  const fromTicks = rig.engine.now().ptsTicks;
  rig.update((wanted) => ({ ...wanted, routing: { ...wanted.routing, A: 2 } }));
  await untilLive(rig, 2);
  assert.equal(lastSeen(rig, 1)?.status, 'off');
  await rig.close();
  const seen = (await looks(rig)).filter(({ ptsTicks }) => ptsTicks >= fromTicks).map(({ look }) => look);
  assert.match(seen.join(' '), /^(LL )+(DD ?)+$/);
});
