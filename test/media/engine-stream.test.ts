// Runs alone: it measures sound against picture in real time.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Wanted } from '#agent/device/state.ts';
import { ticksOf } from '#agent/media/pictures/frame-clock.ts';
import type { Packet } from '#lib/media/packet.ts';
import { readTimecode } from '#lib/media/timecode.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { decodeStream, flashesAndBeeps, soundLateness, type DecodedPicture } from '#test/support/decode.ts';
import { clip, startRig, type EngineRig } from '#test/support/engine-rig.ts';
import { inTime, type InTime } from '#test/support/pace.ts';

const { ffmpeg } = await findFfmpeg();
const SIZE = { widthPx: 640, heightPx: 360 };
const TOP = { x: 24, y: 8, width: 592, height: 80 };
const BOTTOM = { ...TOP, y: 264 };
const part = ({ x, y, width, height }: typeof TOP) => ({
  x: x / 640,
  y: y / 360,
  width: width / 640,
  height: height / 360,
});
const codes = (wanted: Wanted): Wanted => ({
  ...wanted,
  layout: {
    ...wanted.layout,
    overlays: [
      { kind: 'timecode', name: 'top', rect: part(TOP), z: 1 },
      { kind: 'timecode', name: 'bottom', rect: part(BOTTOM), z: 2 },
    ],
  },
});

const pictures = (rig: EngineRig, name: 'archive' | 'confidence' = 'archive'): Packet[] =>
  rig.packets[name].filter(({ track }) => track === 'video');
const frameOf = ({ ptsTicks }: Packet, fps: number): number =>
  Math.round(((ptsTicks - ticksOf(0, fps)) * fps) / 90_000);

/** Each packet on its grid, in order, once; gives how many frames are missing between the first and the last. */
function assertOnGrid(packets: readonly Packet[], fps: number): number {
  const frames = packets.map((packet) => {
    const frame = frameOf(packet, fps);
    assert.equal(packet.ptsTicks, ticksOf(frame, fps), `frame ${frame} is off its grid`);
    assert.ok(packet.dtsTicks <= packet.ptsTicks);
    return frame;
  });
  packets.forEach(({ dtsTicks }, n) => assert.ok(n === 0 || dtsTicks > packets[n - 1]!.dtsTicks, 'decoding order'));
  // The last ones are not whole: pictures come in the order of decoding.
  const sorted = frames.toSorted((a, b) => a - b).slice(0, -4);
  assert.equal(new Set(frames).size, frames.length, 'a frame is doubled');
  return sorted.at(-1)! - sorted[0]! + 1 - sorted.length;
}

/** What is missing is what the engine says it left out, which is lateness; anything more is lost. */
function judgeMissing(judge: InTime, missing: number, leftOut: number): void {
  assert.ok(missing <= leftOut, `${missing} frames are missing, ${leftOut} were left out`);
  judge('frames were left out, as the engine says', (leftOut * 1000) / 15, 0);
}

/** Both codes of a picture; fails if they differ: a torn frame. */
function codeOf({ luma }: DecodedPicture): number {
  const [top, bottom] = [TOP, BOTTOM].map((rect) => readTimecode(luma, SIZE.widthPx, rect)?.ms);
  assert.ok(top !== undefined, 'no time code');
  assert.equal(top, bottom, 'a torn frame');
  return top;
}

test('every packet on the frame grid, the time code agrees, key pictures where asked, sound without a hole', (t) =>
  inTime(t, async (judge) => {
    const rig = await startRig(t, { A: { driver: 'test', pattern: 'motion' }, change: codes });
    const marks: number[] = [];
    await rig.until('a picture', () => pictures(rig).length > 5);
    for (let n = 0; n < 6; n++) {
      await sleep(170 + n * 37);
      marks.push(rig.engine.markKey());
    }
    const last = marks.at(-1)!;
    await rig.until('the last mark', () => pictures(rig).some(({ ptsTicks }) => ptsTicks >= last + 45_000));
    await rig.close();

    const all = pictures(rig);
    judgeMissing(judge, assertOnGrid(all, 15), rig.leftOut());
    // An encoder that is too slow at its end is not waited for.
    const endMs = ((rig.engine.now().frame - 1 - frameOf(all.at(-1)!, 15)) * 1000) / 15;
    judge('the end that the encoder held is missing:', endMs, 0);
    // Where the frame that a key was due in was left out, the next one has it.
    const firstSince = (due: number): number =>
      Math.min(...all.map((one) => frameOf(one, 15)).filter((one) => one >= due));
    const markedFrames = marks.map((mark) => firstSince(Math.round(((mark - ticksOf(0, 15)) * 15) / 90_000)));
    const keyFrames = all.filter(({ key }) => key).map((key) => frameOf(key, 15));
    for (const frame of markedFrames) assert.ok(keyFrames.includes(frame), `no key at frame ${frame}`);
    for (const frame of keyFrames)
      assert.ok(
        markedFrames.includes(frame) || frame === firstSince(frame - (frame % 30)) || frame === frameOf(all[0]!, 15),
        'a key that nobody asked for',
      );
    const decoded = await decodeStream(rig.ffmpeg, rig.stream(), SIZE);
    assert.deepEqual(decoded.complaints, []);
    const offsets = decoded.pictures.map((picture) => codeOf(picture) - picture.ptsMs);
    offsets.forEach((offset) =>
      assert.ok(Math.abs(offset - offsets[0]!) <= 1.1, `the code is ${offset - offsets[0]!} ms off`),
    );
    const sounds = rig.packets.archive.filter(({ track }) => track === 'audio');
    sounds.forEach(({ ptsTicks }, n) =>
      assert.ok(n === 0 || Math.abs(ptsTicks - sounds[n - 1]!.ptsTicks - 1920) <= 1, `a hole before sound ${n}`),
    );
    assert.deepEqual(rig.breaks, []);
  }));

test('flashes and beeps of a source come out together', (t) =>
  inTime(t, async (judge) => {
    const rig = await startRig(t, { A: { driver: 'file', path: await clip('flashes', ffmpeg) } });
    await rig.until('seven seconds', () => pictures(rig).length > 7 * 15);
    await rig.close();
    const decoded = await decodeStream(rig.ffmpeg, rig.stream(), { widthPx: 64, heightPx: 36 });
    const late = soundLateness(flashesAndBeeps(decoded));
    assert.ok(late.length >= 4, `${late.length} flashes with a beep`);
    for (const ms of late) judge(`sound is off by ${ms} ms of ${late.join()}`, Math.abs(ms), 45);
  }));

test('the confidence stream: its own size and rate, on its own grid, and off again', (t) =>
  inTime(t, async (judge) => {
    const small = { widthPx: 256, heightPx: 144, fps: 5, videoKbps: 100, gopFrames: 10, enabled: true };
    const rig = await startRig(t, {
      A: { driver: 'test', pattern: 'bars' },
      change: (wanted) => ({
        ...wanted,
        encoders: { ...wanted.encoders, confidence: { ...wanted.encoders.confidence, ...small } },
      }),
    });
    let ends = 0;
    rig.engine.rings.confidence.tap({ onPacket: () => undefined, onBreak: () => void (ends += 1) });
    await rig.until('three seconds', () => pictures(rig, 'confidence').length >= 15);
    const ownLeftOut = rig.engine.seen().encoders.confidence?.dropped ?? 0;
    judgeMissing(judge, assertOnGrid(pictures(rig, 'confidence'), 5), rig.leftOut() + ownLeftOut);
    const { video, audio } = rig.engine.rings.confidence.parameters!;
    assert.deepEqual([video?.widthPx, video?.heightPx, audio?.sampleRateHz], [256, 144, 48_000]);
    rig.update((wanted) => ({
      ...wanted,
      encoders: { ...wanted.encoders, confidence: { ...wanted.encoders.confidence, enabled: false } },
    }));
    await rig.until('its encoder has ended', () => ends > 0);
    const before = rig.packets.confidence.length;
    await sleep(700);
    assert.equal(rig.packets.confidence.length, before);
    assert.deepEqual(rig.breaks, [], 'the archive stream does not notice');
    await rig.close();
  }));

test('other encoder settings: the old stream to its end, then the new one on its own grid, without a hole', (t) =>
  inTime(t, async (judge) => {
    const rig = await startRig(t, { A: { driver: 'test', pattern: 'bars' } });
    await rig.until('a second', () => pictures(rig).length > 15);
    const settings = [
      { videoKbps: 300, rateControl: 'cbr', profile: 'baseline' },
      { widthPx: 512, heightPx: 288, fps: 12.5 },
    ] as const;
    let leftOut = 0;
    for (const [n, change] of settings.entries()) {
      const { fps } = rig.wanted().encoders.archive;
      // Another encoder counts from zero.
      leftOut += rig.leftOut();
      rig.update((wanted) => ({
        ...wanted,
        encoders: { ...wanted.encoders, archive: { ...wanted.encoders.archive, ...change } },
      }));
      const since = (from: number, to?: number): Packet[] =>
        rig.packets.archive.slice(from, to).filter(({ track }) => track === 'video');
      await rig.until('the break', () => rig.breaks.length === n + 1);
      const at = rig.breaksAt[n]!;
      await rig.until('a second of the new kind', () => since(at).length > 20);
      const [before, later] = [since(rig.breaksAt[n - 1] ?? 0, at), since(at)];
      assert.equal(later[0]!.key, true);
      const missingMs = (later[0]!.ptsTicks - Math.max(...before.map(({ ptsTicks }) => ptsTicks))) / 90 - 1000 / fps;
      assert.ok(missingMs > -150, `${-missingMs} ms are there twice`);
      judge('pictures are missing for', missingMs, 150);
      const { archive } = rig.wanted().encoders;
      const { video } = rig.engine.rings.archive.parameters!;
      assert.deepEqual([video?.widthPx, video?.heightPx], [archive.widthPx, archive.heightPx]);
      judgeMissing(judge, assertOnGrid(before, fps) + assertOnGrid(later, archive.fps), leftOut + rig.leftOut());
    }
  }));
