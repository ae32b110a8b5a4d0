// Runs alone: it measures how long pictures are missing.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Packet } from '#lib/media/packet.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { decodeStream, flashesAndBeeps, soundLateness } from '#test/support/decode.ts';
import { childrenWith, clip, lastSeen, startRig, type EngineRig } from '#test/support/engine-rig.ts';
import { inTime } from '#test/support/pace.ts';

/** The factory's: so long the last picture stays when an input is lost. */
const HOLD_MS = 2000;
const FRAME_MS = 1000 / 15;
const SMALL = { widthPx: 64, heightPx: 36 };
const { ffmpeg } = await findFfmpeg();
const pictures = (rig: EngineRig): Packet[] => rig.packets.archive.filter(({ track }) => track === 'video');
const statuses = (rig: EngineRig): string[] =>
  rig.facts
    .flatMap((fact) => (fact.fact === 'input' && fact.number === 1 ? [fact.seen.status] : []))
    .filter((status, n, all) => status !== all[n - 1]);

test('kill -9 of the encoder: told, time stamps go on, two seconds are missing at most, sound stays with the picture', (t) =>
  inTime(t, async (judge) => {
    const rig = await startRig(t, { A: { driver: 'file', path: await clip('flashes', ffmpeg) } });
    await rig.until('three seconds', () => pictures(rig).length > 45);
    const [encoder, ...others] = await childrenWith('libx264');
    assert.equal(others.length, 0);
    process.kill(encoder!, 'SIGKILL');
    await rig.until('the break', () => rig.breaks.length > 0);
    // A test that is late sees the break when the next encoder has already spoken.
    const ofVideo = (packets: Packet[]): Packet[] => packets.filter(({ track }) => track === 'video');
    const since = (): Packet[] => ofVideo(rig.packets.archive.slice(rig.breaksAt[0]));
    const lastTicks = Math.max(
      ...ofVideo(rig.packets.archive.slice(0, rig.breaksAt[0])).map(({ ptsTicks }) => ptsTicks),
    );
    await rig.until('four seconds more', () => since().length > 60);
    await rig.close();

    const later = since();
    assert.equal(later[0]!.key, true);
    const gapMs = (later[0]!.ptsTicks - lastTicks) / 90;
    assert.ok(gapMs > 0, `${gapMs} ms are there twice`);
    judge('pictures are missing for', gapMs, 2000);
    const troubles = rig.facts.flatMap((fact) => (fact.fact === 'encoder' ? [fact.trouble] : []));
    assert.equal(troubles.length, 2);
    assert.match(troubles[0] ?? '', /SIGKILL/);
    assert.equal(troubles[1], undefined);
    const after = Buffer.concat(rig.packets.archive.slice(rig.packets.archive.indexOf(later[0]!)).map(({ ts }) => ts));
    const late = soundLateness(flashesAndBeeps(await decodeStream(rig.ffmpeg, after, SMALL)));
    assert.ok(late.length >= 2, `${late.length} flashes`);
    for (const ms of late) judge(`sound is off by ${ms} ms of ${late.join()}`, ms > 0 ? ms : -ms + 15, 60);
  }));

/** Mean luma of the middle of each picture. */
async function lumas(rig: EngineRig): Promise<{ ptsMs: number; luma: number }[]> {
  const decoded = await decodeStream(rig.ffmpeg, rig.stream(), SMALL);
  return decoded.pictures.map(({ ptsMs, luma }) => {
    const corner = luma.subarray(2 * 64 + 2, 2 * 64 + 20);
    return { ptsMs, luma: corner.reduce((sum, value) => sum + value, 0) / corner.length };
  });
}

test('an input that stands still: its last picture, then the slate, then itself again; no frame is missing', (t) =>
  inTime(t, async (judge) => {
    const path = await clip('light', ffmpeg);
    const rig = await startRig(t, {
      A: { driver: 'file', path },
      change: (wanted) => ({ ...wanted, noSignal: { holdMs: 700 } }),
    });
    const more = (frames: number): Promise<void> => {
      const wanted = pictures(rig).length + frames;
      return rig.until(`${frames} frames`, () => pictures(rig).length >= wanted);
    };
    await rig.until('a live input', () => statuses(rig).includes('live'));
    await more(20);
    const [input] = await childrenWith(path);
    const stoodMs = await standing(input!, () => more(42));
    await rig.until('live again', () => statuses(rig).at(-1) === 'live');
    await more(30);
    const leftOut = rig.leftOut();
    await rig.close();

    assert.deepEqual(statuses(rig).slice(0, 4), ['connecting', 'live', 'lost', 'live']);
    const seen = await lumas(rig);
    const isLight = seen.map(({ luma }) => Math.abs(luma - 190) < 12);
    const first = isLight.indexOf(true);
    const slate = isLight.indexOf(false, first);
    const back = isLight.indexOf(true, slate);
    assert.ok(first >= 0 && slate > first && back > slate, `${first} ${slate} ${back} of ${seen.length}`);
    const slateMs = seen[back]!.ptsMs - seen[slate]!.ptsMs;
    assert.ok(slateMs > 500, `the slate was seen for ${slateMs} ms`);
    judge('the slate was seen for', slateMs, stoodMs - 700 + 400);
    const again = isLight.slice(back).filter((light) => !light).length;
    // Only an input that was lost once more, since nothing of it came in time, may show the slate once more.
    assert.ok(again === 0 || statuses(rig).length > 4, 'steady once it is back');
    judge('the slate was seen once more for', again * FRAME_MS, 0);
    const steps = seen.slice(1).map(({ ptsMs }, n) => ptsMs - seen[n]!.ptsMs);
    for (const step of steps)
      assert.ok(Math.abs(step - Math.round(step / FRAME_MS) * FRAME_MS) < 1, `off the grid: ${step}`);
    const missing = steps.reduce((sum, step) => sum + Math.round(step / FRAME_MS) - 1, 0);
    assert.ok(missing <= leftOut, `${missing} frames are missing, ${leftOut} were left out`);
    judge('frames were left out, as the engine says', leftOut * FRAME_MS, 0);
  }));

/** Stops a process while something happens; gives for how long, ms. */
async function standing(pid: number, meanwhile: () => Promise<void>): Promise<number> {
  const fromMs = performance.now();
  process.kill(pid, 'SIGSTOP');
  await meanwhile();
  process.kill(pid, 'SIGCONT');
  return performance.now() - fromMs;
}

test('kill -9 of an input: it is back before the slate would come, and nobody saw one', (t) =>
  inTime(t, async (judge) => {
    const path = await clip('light', ffmpeg);
    const rig = await startRig(t, { A: { driver: 'file', path } });
    await rig.until('a live input', () => statuses(rig).includes('live'));
    await rig.until('a picture of it', () => pictures(rig).length > 15);
    const [input] = await childrenWith(path);
    process.kill(input!, 'SIGKILL');
    await rig.until('lost', () => statuses(rig).at(-1) === 'lost');
    const lostMs = performance.now();
    await rig.until('live again', () => statuses(rig).at(-1) === 'live');
    const awayMs = performance.now() - lostMs;
    judge('it was away for', awayMs, HOLD_MS);
    const before = pictures(rig).length;
    await rig.until('more of it', () => pictures(rig).length > before + 10);
    await rig.close();
    const seen = await lumas(rig);
    const first = seen.findIndex(({ luma }) => luma > 170);
    const slate = seen.slice(first).filter(({ luma }) => Math.abs(luma - 190) >= 12).length;
    assert.ok(slate === 0 || awayMs > HOLD_MS / 2, `${slate} frames of the slate`);
    judge('the slate was seen for', slate * FRAME_MS, 0);
    const { reconnects, error } = lastSeen(rig, 1)!;
    assert.deepEqual([reconnects, error], [1, undefined]);
  }));

test('a source that is not there, and garbage instead of one: told in words, the stream goes on with the slate', async (t) => {
  const told = async (path: string): Promise<void> => {
    const rig = await startRig(t, { A: { driver: 'file', path } });
    await rig.until('two seconds of slate', () => pictures(rig).length > 20);
    await rig.until('words', () => rig.facts.some((fact) => fact.fact === 'input' && fact.seen.error !== undefined));
    const seen = rig.facts.flatMap((fact) => (fact.fact === 'input' && fact.seen.error ? [fact.seen] : []))[0];
    assert.equal(seen?.status, 'connecting');
    assert.match(seen?.error ?? '', /No such file|Invalid data/);
    assert.deepEqual(rig.breaks, []);
    await rig.close();
  };
  await Promise.all(['/nowhere/film.mp4', '/etc/passwd'].map(told));
});
