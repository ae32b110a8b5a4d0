import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import test from 'node:test';
import { FACTORY_FORMAT } from '#simulator/encode.ts';
import { startFeed } from '#simulator/feed.ts';
import { fillGrey, frameBytes } from '#simulator/pictures/i420.ts';
import type { Painter } from '#simulator/pictures/stamp.ts';
import { FLASH_EVERY_MS, SLIDES } from '#simulator/signal.ts';
import { startSourceClock } from '#simulator/source-clock.ts';
import { voice } from '#simulator/sound.ts';
import { readFrame, type FrameCode } from '#simulator/verdict/frames.ts';

const SIZE = { widthPx: 640, heightPx: 360 };
const background = voice();
const grey: Painter = {
  size: SIZE,
  paint: (into) => fillGrey(into, { x: 0, y: 0, width: SIZE.widthPx, height: SIZE.heightPx }, 90),
};

/** The first pictures of a source that was started `phaseMs` after a flash was due, and whether a beep came with each. */
async function firstPictures(phaseMs: number, count: number): Promise<(FrameCode & { beeps: boolean })[]> {
  const real = startSourceClock();
  const begin = real.nowMs();
  const slot = Math.floor(begin / FLASH_EVERY_MS) * FLASH_EVERY_MS;
  const clock = { ...real, nowMs: () => slot + phaseMs + real.nowMs() - begin };
  const knobs = { offsetMs: 0, silent: false, everyNth: 1 };
  const format = { ...FACTORY_FORMAT, size: SIZE };
  const feed = startFeed({ source: SLIDES, format, painter: grey, background, clock, knobs });
  const chunks: Buffer[] = [];
  const seen = Promise.withResolvers<void>();
  const pipe = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      if (picturesIn(chunks).length > count) seen.resolve();
      done();
    },
  });
  const stop = feed.into(pipe);
  await seen.promise;
  stop();
  feed.close();
  return picturesIn(chunks)
    .slice(0, count)
    .map((at) => ({ ...codeOf(chunks[at] as Buffer), beeps: loudest(chunks[at + 2] as Buffer) > 0.3 }));
}

const picturesIn = (chunks: readonly Buffer[]): number[] =>
  chunks.flatMap(({ length }, at) => (length === frameBytes(SIZE) ? [at] : []));

function codeOf(picture: Buffer): FrameCode {
  const code = readFrame(picture, SIZE).codes.find(({ mark }) => mark === 0);
  assert.ok(code);
  return code;
}

const loudest = (sound: Buffer): number =>
  Array.from({ length: sound.length / 2 }, (_, n) => Math.abs(sound.readInt16LE(n * 2)) / 32768).reduce((a, b) =>
    Math.max(a, b),
  );

for (const phaseMs of [2900, 2999, 0, 30, 66, 70, 99, 120, 1500]) {
  test(`a source that starts ${phaseMs} ms into a slot flashes and beeps together, or not at all`, async () => {
    const pictures = await firstPictures(phaseMs, 4);
    for (const { ms, flash, beeps } of pictures) {
      const phase = ms % FLASH_EVERY_MS;
      assert.equal(flash, phase < 99 ? 'lit' : 'dark', `${phase} ms`);
      if (phase < 67) assert.ok(beeps, `${phase} ms: no beep`);
      if (phase > 500) assert.ok(!beeps, `${phase} ms: a beep`);
    }
  });
}
