import assert from 'node:assert/strict';
import test from 'node:test';
import type { Packet } from '#lib/media/packet.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { decodeStream, flashesAndBeeps, soundLateness } from '#test/support/decode.ts';
import { childrenWith, clip, lastSeen, startRig, type EngineRig } from '#test/support/engine-rig.ts';

const SMALL = { widthPx: 64, heightPx: 36 };
const { ffmpeg } = await findFfmpeg();
const pictures = (rig: EngineRig): Packet[] => rig.packets.archive.filter(({ track }) => track === 'video');
const statuses = (rig: EngineRig): string[] =>
  rig.facts
    .flatMap((fact) => (fact.fact === 'input' && fact.number === 1 ? [fact.seen.status] : []))
    .filter((status, n, all) => status !== all[n - 1]);

test('kill -9 of the encoder: told, time stamps go on, two seconds are missing at most, sound stays with the picture', async (t) => {
  const rig = await startRig(t, { A: { driver: 'file', path: await clip('flashes', ffmpeg) } });
  await rig.until('three seconds', () => pictures(rig).length > 45, 12_000);
  const [encoder, ...others] = await childrenWith('libx264');
  assert.equal(others.length, 0);
  process.kill(encoder!, 'SIGKILL');
  await rig.until('the break', () => rig.breaks.length > 0);
  const before = pictures(rig).length;
  const lastTicks = Math.max(...pictures(rig).map(({ ptsTicks }) => ptsTicks));
  await rig.until('four seconds more', () => pictures(rig).length > before + 60, 12_000);
  await rig.close();

  const later = pictures(rig).slice(before);
  assert.equal(later[0]!.key, true);
  const gapMs = (later[0]!.ptsTicks - lastTicks) / 90;
  assert.ok(gapMs > 0 && gapMs <= 2000, `${gapMs} ms are missing`);
  const troubles = rig.facts.flatMap((fact) => (fact.fact === 'encoder' ? [fact.trouble] : []));
  assert.equal(troubles.length, 2);
  assert.match(troubles[0] ?? '', /SIGKILL/);
  assert.equal(troubles[1], undefined);
  const after = Buffer.concat(rig.packets.archive.slice(rig.packets.archive.indexOf(later[0]!)).map(({ ts }) => ts));
  const late = soundLateness(flashesAndBeeps(await decodeStream(rig.ffmpeg, after, SMALL)));
  assert.ok(late.length >= 2, `${late.length} flashes`);
  for (const ms of late) assert.ok(ms > -45 && ms < 60, `sound is ${ms} ms late`);
});

/** Mean luma of the middle of each picture. */
async function lumas(rig: EngineRig): Promise<{ ptsMs: number; luma: number }[]> {
  const decoded = await decodeStream(rig.ffmpeg, rig.stream(), SMALL);
  return decoded.pictures.map(({ ptsMs, luma }) => {
    const corner = luma.subarray(2 * 64 + 2, 2 * 64 + 20);
    return { ptsMs, luma: corner.reduce((sum, value) => sum + value, 0) / corner.length };
  });
}

test('an input that stands still: its last picture, then the slate, then itself again; no frame is missing', async (t) => {
  const path = await clip('light', ffmpeg);
  const rig = await startRig(t, {
    A: { driver: 'file', path },
    change: (wanted) => ({ ...wanted, noSignal: { holdMs: 700 } }),
  });
  await rig.until('a live input', () => statuses(rig).includes('live'));
  await sleep(1500);
  const [input] = await childrenWith(path);
  process.kill(input!, 'SIGSTOP');
  await sleep(2800);
  process.kill(input!, 'SIGCONT');
  await sleep(2200);
  await rig.close();

  assert.deepEqual(statuses(rig).slice(0, 4), ['connecting', 'live', 'lost', 'live']);
  const seen = await lumas(rig);
  const isLight = seen.map(({ luma }) => Math.abs(luma - 190) < 12);
  const first = isLight.indexOf(true);
  const slate = isLight.indexOf(false, first);
  const back = isLight.indexOf(true, slate);
  assert.ok(first >= 0 && slate > first && back > slate, `${first} ${slate} ${back} of ${seen.length}`);
  const slateMs = seen[back]!.ptsMs - seen[slate]!.ptsMs;
  assert.ok(slateMs > 500 && slateMs < 2500, `the slate was seen for ${slateMs} ms`);
  assert.ok(isLight.slice(back).every(Boolean), 'steady once it is back');
  const steps = seen.slice(1).map(({ ptsMs }, n) => Math.round(ptsMs - seen[n]!.ptsMs));
  assert.ok(
    steps.every((step) => step === 67 || step === 66),
    steps.join(),
  );
});

test('kill -9 of an input: it is back within a second or two, and nobody saw a slate', async (t) => {
  const path = await clip('light', ffmpeg);
  const rig = await startRig(t, { A: { driver: 'file', path } });
  await rig.until('a live input', () => statuses(rig).includes('live'));
  await sleep(1000);
  const [input] = await childrenWith(path);
  process.kill(input!, 'SIGKILL');
  await rig.until('lost', () => statuses(rig).at(-1) === 'lost');
  await rig.until('live again', () => statuses(rig).at(-1) === 'live', 3000);
  await sleep(700);
  await rig.close();
  const seen = await lumas(rig);
  const first = seen.findIndex(({ luma }) => luma > 170);
  assert.ok(seen.slice(first).every(({ luma }) => Math.abs(luma - 190) < 12));
  const { reconnects, error } = lastSeen(rig, 1)!;
  assert.deepEqual([reconnects, error], [1, undefined]);
});

test('a source that is not there, and garbage instead of one: told in words, the stream goes on with the slate', async (t) => {
  for (const path of ['/nowhere/film.mp4', '/etc/passwd']) {
    const rig = await startRig(t, { A: { driver: 'file', path } });
    await rig.until('two seconds of slate', () => pictures(rig).length > 20);
    await rig.until('words', () => rig.facts.some((fact) => fact.fact === 'input' && fact.seen.error !== undefined));
    const seen = rig.facts.flatMap((fact) => (fact.fact === 'input' && fact.seen.error ? [fact.seen] : []))[0];
    assert.equal(seen?.status, 'connecting');
    assert.match(seen?.error ?? '', /No such file|Invalid data/);
    assert.deepEqual(rig.breaks, []);
    await rig.close();
  }
});
