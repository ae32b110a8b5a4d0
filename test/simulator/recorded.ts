import { PATIENCE_MS } from '#test/support/until.ts';
import type { Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { matroskaBlockHead, matroskaHead, PICTURES, SOUND } from '#simulator/matroska.ts';
import { fillGrey, frameBytes } from '#simulator/pictures/i420.ts';
import { stamp } from '#simulator/pictures/stamp.ts';
import { BEEP_HZ, FLASH_MS, SAMPLE_RATE_HZ, slotOf } from '#simulator/signal.ts';
import { soundOf, voice, type Beep } from '#simulator/sound.ts';

export interface RecordingSpec {
  source: number;
  seconds: number;
  size: Size;
  frameRate?: number;
  /** The clock of the first picture. */
  startMs: number;
  /** Sound later than the picture. */
  soundLateMs?: number;
  /** Pictures that are not there (their sound is). */
  without?: (frame: number) => boolean;
  /** How FFmpeg writes the file; by default so that nothing changes but the coding. */
  argv?: readonly string[];
}

const BACKGROUND = voice();
export const CODING = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-c:a', 'aac'];

/** Makes a recording of a source of which everything is known. */
export async function record(file: string, spec: RecordingSpec): Promise<void> {
  const { source, size, seconds, frameRate = 15, startMs, soundLateMs = 0 } = spec;
  const argv = ['-v', 'error', '-y', '-i', 'pipe:0', ...(spec.argv ?? CODING), '-fps_mode', 'passthrough', file];
  const child = startChild({ command: 'ffmpeg', argv, feeds: [0] });
  const pipe = child.feed(0);
  const send = async (track: number, atMs: number, bytes: Uint8Array): Promise<void> => {
    pipe.write(matroskaBlockHead(track, atMs, bytes.length));
    if (!pipe.write(bytes)) await new Promise((resolve) => pipe.once('drain', resolve));
  };
  pipe.write(matroskaHead(size, frameRate, SAMPLE_RATE_HZ));
  const sampleOf = (frame: number): number => Math.round((frame * SAMPLE_RATE_HZ) / frameRate);
  let slot = slotOf(startMs);
  let beep: Beep | undefined;
  for (let frame = 0; frame < seconds * frameRate; frame++) {
    const atMs = (frame * 1000) / frameRate;
    const ms = startMs + Math.round(atMs);
    const first = sampleOf(frame);
    if (slotOf(ms) !== slot) beep = { startSample: first, slot: (slot = slotOf(ms)) };
    const picture = { size, data: new Uint8Array(frameBytes(size)) };
    fillGrey(picture, { x: 0, y: 0, width: size.widthPx, height: size.heightPx }, 60 + (frame % 30));
    stamp(picture, source, ms, beep !== undefined && first - beep.startSample < FLASH_MS * 48 - 1);
    if (!spec.without?.(frame)) await send(PICTURES, atMs, picture.data);
    const clockAt = (sample: number): number => ms + (sample - first) / 48;
    const sound = soundOf(BACKGROUND, BEEP_HZ.get(source) ?? 1000, beep, first, sampleOf(frame + 1), clockAt);
    await send(SOUND, atMs + soundLateMs, sound);
  }
  pipe.end();
  const death = await child.died;
  if (death.code !== 0) throw new Error(child.stderrTail());
}

/** Runs a program to its end; what it wrote, and whether it went well. */
export async function run(command: string, argv: readonly string[], withinMs = PATIENCE_MS) {
  const child = startChild({ command, argv, takes: [1] });
  const chunks: Buffer[] = [];
  child.take(1).on('data', (chunk: Buffer) => chunks.push(chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
  const death = await child.died;
  clearTimeout(timer);
  return { ok: death.code === 0, out: Buffer.concat(chunks), words: child.stderrTail() };
}
