import assert from 'node:assert/strict';
import test from 'node:test';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { openCompositor } from '#agent/media/pictures/compositor.ts';
import { openConfidence } from '#agent/media/pictures/confidence.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { newPicture } from '#test/support/pictures.ts';

test('frames for which no picture was free are counted as left out, each once', () => {
  const memory = openPictureMemory(64 << 20);
  const frames: number[] = [];
  const held: (() => void)[] = [];
  const confidence = openConfidence({
    memory,
    compositor: openCompositor(memory),
    wanted: { ...factoryWanted(factoryLayouts).encoders.confidence, widthPx: 64, heightPx: 36, fps: 5, gopFrames: 10 },
    programFps: 15,
    encoder: {
      feed({ frame, done }) {
        frames.push(frame);
        held.push(done);
      },
      seen: () => ({ family: 'software', restarts: 0, dropped: 7, kbps: 0 }),
      close: async () => undefined,
    },
  });
  const picture = newPicture(memory, 128, 72);
  const play = (from: number, to: number): void => {
    for (let n = from; n < to; n++) confidence.feed(n, picture, Buffer.alloc(0));
  };
  // Nothing is written: after some frames no picture is free.
  play(0, 150);
  for (const done of held.splice(0)) done();
  play(150, 165);
  const last = frames.at(-1)!;
  assert.equal(last, 54);
  assert.ok(frames.length < 50, `${frames.length} frames were fed`);
  assert.equal(confidence.seen().dropped, 7 + last + 1 - frames.length);
});
