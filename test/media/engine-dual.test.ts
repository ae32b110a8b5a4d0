// Runs alone: it measures that no frame of the archive is missing.
import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import test from 'node:test';
import type { StreamName, Wanted } from '#agent/device/state.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import type { Layout } from '#lib/media/layout.ts';
import type { Packet } from '#lib/media/packet.ts';
import { decodeStream } from '#test/support/decode.ts';
import { childrenWith, clip, startRig, type EngineRig } from '#test/support/engine-rig.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

const { ffmpeg } = await findFfmpeg();
const SMALL = { widthPx: 64, heightPx: 36 };
/** What tells the encoder of channel B from the archive's. */
const B_KBPS = 421;

const dual = (wanted: Wanted): Wanted => ({
  ...wanted,
  encoderMode: 'dual',
  encoders: { ...wanted.encoders, 'archive-b': { ...wanted.encoders['archive-b'], videoKbps: B_KBPS } },
});

const pictures = (rig: EngineRig, name: StreamName): Packet[] =>
  rig.packets[name].filter(({ track }) => track === 'video');

/** Mean luma of each picture of a stream from its first key picture on. */
async function lumas(rig: EngineRig, name: StreamName): Promise<number[]> {
  const packets = rig.packets[name];
  const stream = Buffer.concat(packets.slice(packets.findIndex(({ key }) => key)).map(({ ts }) => ts));
  const decoded = await decodeStream(rig.ffmpeg, stream, SMALL);
  assert.deepEqual(decoded.complaints, []);
  return decoded.pictures.map(({ luma }) => luma.reduce((sum, value) => sum + value, 0) / luma.length);
}

async function startBoth(t: Parameters<typeof startRig>[0], change: (wanted: Wanted) => Wanted): Promise<EngineRig> {
  const [light, dark] = [await clip('light', ffmpeg), await clip('dark', ffmpeg)];
  // A source that gets no core for a while is no subject here: its last picture stays.
  const held = (wanted: Wanted): Wanted => change({ ...wanted, noSignal: { holdMs: PATIENCE_MS } });
  const rig = await startRig(t, {
    A: { driver: 'file', path: light },
    B: { driver: 'file', path: dark },
    change: held,
  });
  const isLive = (number: number): boolean =>
    rig.facts.some((fact) => fact.fact === 'input' && fact.number === number && fact.seen.status === 'live');
  await rig.until('both sources', () => isLive(1) && isLive(3));
  return rig;
}

const LIGHT = (luma: number): boolean => luma > 170;
const DARK = (luma: number): boolean => luma > 40 && luma < 90;

test('the archive is channel A, the second stream channel B, the same frames; both are marked at one', async (t) => {
  // The layout shows both, and is in neither of the two.
  const half = (wanted: Wanted): Wanted => ({
    ...dual(wanted),
    layout: { ...wanted.layout, windows: [{ channel: 'B', rect: { x: 0, y: 0, width: 0.5, height: 1 }, z: 0 }] },
  });
  const rig = await startBoth(t, half);
  const sofar = pictures(rig, 'archive-b').length;
  await rig.until('two seconds of both', () => pictures(rig, 'archive-b').length > sofar + 30);
  const [a, b] = [rig.engine.markKey('archive'), rig.engine.markKey('archive-b')];
  assert.equal(a, b, 'another frame of the clock');
  await rig.until('the mark in both', () =>
    (['archive', 'archive-b'] as const).every((name) => pictures(rig, name).some(({ ptsTicks }) => ptsTicks > a)),
  );
  await rig.close();
  for (const name of ['archive', 'archive-b'] as const)
    assert.equal(pictures(rig, name).find(({ ptsTicks }) => ptsTicks === a)?.key, true, `no key in ${name}`);
  assert.deepEqual(rig.breaks, []);
  const [ofA, ofB] = [await lumas(rig, 'archive'), await lumas(rig, 'archive-b')];
  assert.ok(ofA.slice(-12).every(LIGHT), `channel A is not alone: ${ofA.join()}`);
  assert.ok(ofB.slice(-12).every(DARK), `channel B is not alone: ${ofB.join()}`);
});

/** A white band over the upper half. */
const BAND: Layout = {
  name: 'Band',
  background: { colour: '#000000' },
  windows: [],
  overlays: [
    {
      kind: 'text',
      name: 'band',
      template: ' ',
      z: 1,
      rect: { x: 0, y: 0, width: 1, height: 0.5 },
      style: { colour: '#000000', background: '#ffffff', align: 'left', valign: 'top', bold: false, size: 0.05 },
    },
  ],
};

/** Mean luma of the upper and of the lower half of the last picture of a stream. */
async function halvesOf(rig: EngineRig, name: StreamName): Promise<[upper: number, lower: number]> {
  const packets = rig.packets[name];
  const stream = Buffer.concat(packets.slice(packets.findLastIndex(({ key }) => key)).map(({ ts }) => ts));
  const { pictures: shown } = await decodeStream(rig.ffmpeg, stream, SMALL);
  const luma = shown.at(-1)!.luma;
  const mean = (from: number, to: number): number =>
    luma.subarray(from, to).reduce((sum, one) => sum + one, 0) / (to - from);
  const half = luma.length / 2;
  return [mean(0, half - SMALL.widthPx), mean(half + SMALL.widthPx, luma.length)];
}

test('overlays of a layout preset over channel B alone: they come, go, and start no encoder anew', async (t) => {
  const withBand = (wanted: Wanted, overlaysOf: number): Wanted => ({
    ...wanted,
    layouts: { ...wanted.layouts, 20: BAND },
    encoders: { ...wanted.encoders, 'archive-b': { ...wanted.encoders['archive-b'], overlaysOf } },
  });
  const rig = await startBoth(t, dual);
  const more = async (what: string): Promise<void> => {
    const sofar = pictures(rig, 'archive-b').length;
    await rig.until(what, () => pictures(rig, 'archive-b').length > sofar + 35);
  };
  await more('channel B');
  const pids = await childrenWith(`${B_KBPS}k`);
  assert.ok((await halvesOf(rig, 'archive-b')).every(DARK), 'it is covered without a wish');
  rig.update((wanted) => withBand(wanted, 20));
  await more('the band');
  const [upper, lower] = await halvesOf(rig, 'archive-b');
  assert.ok(upper > 225 && DARK(lower), `the band is not over the upper half alone: ${upper}, ${lower}`);
  assert.ok((await halvesOf(rig, 'archive')).every(LIGHT), 'channel A has it too');
  rig.update((wanted) => withBand(wanted, 0));
  await more('no band');
  assert.ok((await halvesOf(rig, 'archive-b')).every(DARK), 'it stays');
  assert.deepEqual(await childrenWith(`${B_KBPS}k`), pids, 'the encoder was started anew');
  await rig.close();
  assert.deepEqual(rig.breaks, []);
  assert.ok(!rig.facts.some(({ fact }) => fact === 'trouble' || fact === 'encoder'));
});

test('off: no encoder and no packet; on and off again: the archive goes on without a break', async (t) => {
  const rig = await startBoth(t, (wanted) => ({ ...dual(wanted), encoderMode: 'composite' }));
  await rig.until('a second', () => pictures(rig, 'archive').length > 15);
  assert.deepEqual(await childrenWith(`${B_KBPS}k`), []);
  assert.equal(rig.packets['archive-b'].length, 0);
  rig.update(dual);
  await rig.until('channel B', () => pictures(rig, 'archive-b').length > 15);
  const [pid] = await childrenWith(`${B_KBPS}k`);
  assert.ok(getPriority(pid) > 0, 'it gives way to the encoder of what was always recorded');
  rig.update((wanted) => ({ ...wanted, encoderMode: 'composite' }));
  await rig.until('no encoder', () => rig.engine.seen().encoders['archive-b'] === undefined);
  const sofar = pictures(rig, 'archive').length;
  await rig.until('a second more', () => pictures(rig, 'archive').length > sofar + 15);
  await until('the encoder of channel B has ended', async () => (await childrenWith(`${B_KBPS}k`)).length === 0);
  await rig.close();
  assert.deepEqual(rig.breaks, []);
  assertWhole(rig);
});

test('kill -9 of the encoder of channel B: told, it goes on by itself, and the archive does not notice', async (t) => {
  const rig = await startBoth(t, dual);
  await rig.until('a second', () => pictures(rig, 'archive-b').length > 15);
  const [pid, ...others] = await childrenWith(`${B_KBPS}k`);
  assert.equal(others.length, 0);
  process.kill(pid!, 'SIGKILL');
  const told = (): (string | undefined)[] =>
    rig.facts.flatMap((fact) => (fact.fact === 'encoder' && fact.stream === 'archive-b' ? [fact.trouble] : []));
  await rig.until('the trouble and its end', () => told().length === 2);
  assert.match(told()[0] ?? '', /SIGKILL/);
  assert.equal(told()[1], undefined);
  const sofar = pictures(rig, 'archive-b').length;
  await rig.until('a second more', () => pictures(rig, 'archive-b').length > sofar + 15);
  await rig.close();
  assert.deepEqual(rig.breaks, [], 'the archive stream was broken');
  assert.ok(!rig.facts.some((fact) => fact.fact === 'encoder' && fact.stream === 'archive'));
  assertWhole(rig);
});

test('channel B may be smaller and slower: its own grid, all of its sound', async (t) => {
  const rig = await startBoth(t, (wanted) => {
    const both = dual(wanted);
    const small = { ...both.encoders['archive-b'], widthPx: 512, heightPx: 288, fps: 7.5 };
    return { ...both, encoders: { ...both.encoders, 'archive-b': small } };
  });
  await rig.until('three seconds', () => pictures(rig, 'archive-b').length > 22);
  const { video } = rig.engine.rings['archive-b'].parameters!;
  assert.deepEqual([video?.widthPx, video?.heightPx], [512, 288]);
  await rig.close();
  const sounds = rig.packets['archive-b'].filter(({ track }) => track === 'audio');
  assert.ok(sounds.length > 100);
  sounds.forEach(({ ptsTicks }, n) =>
    assert.ok(n === 0 || Math.abs(ptsTicks - sounds[n - 1]!.ptsTicks - 1920) <= 1, `a hole before sound ${n}`),
  );
});

/** No picture of the archive is missing but those that the engine says it left out. */
function assertWhole(rig: EngineRig): void {
  const ticks = pictures(rig, 'archive').map(({ ptsTicks }) => ptsTicks);
  const missing = (ticks.at(-1)! - ticks[0]!) / 6000 + 1 - ticks.length;
  assert.ok(missing <= rig.leftOut(), `${missing} frames are missing, ${rig.leftOut()} were left out`);
}
