import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { encoderArgv } from '#simulator/encode.ts';
import { matroskaBlockHead, matroskaHead, PICTURES, SOUND } from '#simulator/matroska.ts';
import { openCamera } from '#simulator/pictures/camera.ts';
import { frameBytes } from '#simulator/pictures/i420.ts';
import { openSlides } from '#simulator/pictures/slides.ts';
import { stamp } from '#simulator/pictures/stamp.ts';
import { BEEP_HZ, CAMERA, FLASH_EVERY_MS, FLASH_MS, SAMPLE_RATE_HZ, SLIDES, slotOf } from '#simulator/signal.ts';
import { loudnessAt, music, soundOf, voice } from '#simulator/sound.ts';

/** A file with pictures and sound of a simulated source. */
export interface SourceFile {
  name: 'slides' | 'camera';
  size: Size;
  frameRate: number;
  seconds: number;
  /**
   * `live`: as a camera or a capture device would send it (encoded by the simulator), with time codes. `lossless`: each
   * pixel as painted, without time codes, which no lecture has.
   */
  coding: 'live' | 'lossless';
}

const CACHE = join(tmpdir(), 'amphi-bench');
/** Milliseconds for which a slide is shown: shorter than in a lecture, so that a short run has several. */
const SLIDE_MS = 6000;

/**
 * Path of a file with the pictures and sound of a simulated source; it is made once and kept. It can be played in a
 * loop without a jump in its slides.
 */
export async function sourceFile(spec: SourceFile): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify({ ...spec, SLIDE_MS, version: 1 }))
    .digest('hex')
    .slice(0, 12);
  const path = join(CACHE, `${spec.name}-${spec.size.heightPx}p${spec.frameRate}-${spec.coding}-${key}.mkv`);
  if (await isThere(path)) return path;
  await mkdir(CACHE, { recursive: true });
  console.log(`making ${path} …`);
  // The file is written under another name first, so that it is never incomplete, also if two benches make it at once.
  const unfinished = `${path}.${process.pid}`;
  await encode(spec, unfinished);
  await rename(unfinished, path);
  return path;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function encode(spec: SourceFile, path: string): Promise<void> {
  const child = startChild({ command: 'ffmpeg', argv: argvFor(spec, path), feeds: [0] });
  const pipe = child.feed(0);
  pipe.write(matroskaHead(spec.size, spec.frameRate, SAMPLE_RATE_HZ));
  for await (const block of blocksOf(spec)) {
    if (!pipe.writable) break;
    if (!pipe.write(block)) await Promise.race([once(pipe, 'drain'), child.died]);
  }
  pipe.end();
  const { code, reason } = await child.died;
  if (code !== 0) throw new Error(`cannot make ${path}: ${reason}`);
}

function argvFor({ size, frameRate, coding }: SourceFile, path: string): string[] {
  const live = encoderArgv({ size, frameRate, codec: 'h264', bitrateKbps: 6000, audio: true }, path);
  const codec = live.slice(live.indexOf('-c:v'), live.indexOf('rtsp') - 1);
  const lossless = ['-c:v', 'ffv1', '-level', '3', '-g', '1', '-slices', '4', '-c:a', 'pcm_s16le'];
  return [
    ...live.slice(0, live.indexOf('-c:v')),
    ...(coding === 'live' ? codec : lossless),
    '-f',
    'matroska',
    '-y',
    path,
  ];
}

/** Pictures and sound of a source whose clock begins at zero. */
async function* blocksOf({ name, size, frameRate, seconds, coding }: SourceFile): AsyncGenerator<Buffer> {
  const source = name === 'slides' ? SLIDES : CAMERA;
  const painter = await (name === 'slides' ? openSlides(size, { everyMs: SLIDE_MS }) : openCamera(size));
  const background = name === 'slides' ? music() : voice();
  const sampleOf = (frame: number): number => Math.round((frame * SAMPLE_RATE_HZ) / frameRate);
  for (let frame = 0; frame < seconds * frameRate; frame++) {
    const timeMs = (frame * 1000) / frameRate;
    const clockMs = Math.round(timeMs);
    const [first, next] = [sampleOf(frame), sampleOf(frame + 1)];
    const beep = {
      startSample: sampleOf((slotOf(clockMs) * FLASH_EVERY_MS * frameRate) / 1000),
      slot: slotOf(clockMs),
    };
    const clockAt = (sample: number): number => (sample * 1000) / SAMPLE_RATE_HZ;
    const sound = soundOf(background, BEEP_HZ.get(source) ?? 1000, beep, first, next, clockAt);
    const picture = { size, data: new Uint8Array(frameBytes(size)) };
    painter.paint(picture, clockMs, loudnessAt(background, first));
    if (coding === 'live') stamp(picture, source, clockMs, clockMs % FLASH_EVERY_MS < FLASH_MS);
    yield Buffer.concat([matroskaBlockHead(PICTURES, timeMs, picture.data.length), picture.data]);
    yield Buffer.concat([matroskaBlockHead(SOUND, timeMs, sound.length), sound]);
  }
}
