import type { SeenSlide } from '#agent/device/recording.ts';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { openLooks, type Looks } from '#agent/media/looks.ts';
import type { ComposedFrame } from '#agent/media/pictures/canvas.ts';
import { ticksOf } from '#agent/media/pictures/frame-clock.ts';
import { bytesOf } from '#agent/media/pictures/i420.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { openSlideFinder } from '#agent/box/media/slides/slide-watch.ts';
import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Size } from '#lib/media/geometry.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { median } from '../measure/statistics.ts';

/** A film of channel A, as a source gives it. */
export interface SourceFilm {
  ffmpeg: string;
  path: string;
  size: Size;
  fps: number;
}

/** What the box found, in milliseconds, and milliseconds that one look took on the thread of the frame clock (the median). */
export interface BoxWay {
  changesMs: number[];
  lookMs: number;
}

/** Slide changes as the box finds them in the frames of a source: the same looks, the same thread, faster than real time. */
export async function boxChanges({ ffmpeg, path, size, fps }: SourceFilm): Promise<BoxWay> {
  const finder = openSlideFinder(silentLog);
  let found: readonly SeenSlide[] = [];
  const lookMs: number[] = [];
  const search = finder.watch.begin(ticksOf(0, fps), (slides) => {
    if (!slides) throw new Error('the search was given up');
    found = slides;
  });
  const { looker } = finder;
  const pending: (() => void)[] = [];
  const lens = openLooks({ ...looker, take: (...look) => void pending.push(() => looker.take(...look)) });
  let frame = 0;
  const draw = drawer(lens, size);
  for await (const bytes of framesOf(ffmpeg, path, size)) {
    const tookMs = draw(bytes, ticksOf(frame++, fps));
    const take = pending.pop();
    if (!take) continue;
    lookMs.push(tookMs);
    take();
    // In a hall a second goes by until the next look.
    await sleep(20);
  }
  await search.end(ticksOf(frame, fps));
  await finder.close();
  const changesMs = found.map(({ fromTicks }) => (fromTicks - ticksOf(0, fps)) / 90);
  return { changesMs, lookMs: median(lookMs) };
}

/**
 * Puts a frame where inputs put theirs, and lets it be looked at, as the engine does with a frame that shows channel A alone; gives the
 * milliseconds of the latter.
 */
function drawer(lens: Looks, size: Size): (bytes: Buffer, ptsTicks: number) => number {
  const memory = openPictureMemory(64 << 20);
  const address = memory.allocate(bytesOf(size));
  const wanted = factoryWanted(factoryLayouts);
  const rect = { x: 0, y: 0, width: size.widthPx, height: size.heightPx };
  const shown = { picture: { address, ...size }, crop: { left: 0, top: 0, right: 0, bottom: 0 }, isLive: true };
  const drawing = { windows: [{ channel: 'A', rect, z: 0, muted: false }] };
  const composed = { shown: { A: shown }, drawing } as unknown as ComposedFrame;
  return (bytes, ptsTicks) => {
    memory.bytes.set(bytes, address);
    const before = performance.now();
    lens.drawn(composed, ptsTicks, memory, wanted);
    return performance.now() - before;
  };
}

async function* framesOf(ffmpeg: string, path: string, size: Size): AsyncGenerator<Buffer> {
  const argv = ['-i', fileUrl(path), '-map', '0:v:0', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'];
  const child = startChild({ command: ffmpeg, argv: [...quietArgv('error'), ...argv], takes: [1] });
  const bytes = bytesOf(size);
  let frame = Buffer.alloc(bytes);
  let filled = 0;
  for await (const chunk of child.take(1) as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length;) {
      const count = chunk.copy(frame, filled, at);
      at += count;
      filled += count;
      if (filled < bytes) continue;
      yield frame;
      frame = Buffer.alloc(bytes);
      filled = 0;
    }
  }
  const death = await child.died;
  if (death.code !== 0) throw new Error(`cannot decode ${path}: ${death.reason}`);
}
