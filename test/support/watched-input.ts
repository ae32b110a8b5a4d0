import type { TestContext } from 'node:test';
import type { InputSeen, InputSource } from '#agent/device/state.ts';
import { startInput, type Input, type InputFrame } from '#agent/media/inputs/input.ts';
import { openPictureMemory, type PictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { readTimecode, timecodeRectIn } from '#lib/media/timecode.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from './until.ts';

const SIZE = { widthPx: 640, heightPx: 360 };
const FPS = 15;
const RATE = 48_000;
/** Number of samples in 5 ms, the pieces in which beeps of a simulated camera are looked for. */
const STEP = RATE / 200;
const BEEP_HZ = 1500;
const SLOT_MS = 3000;

/** A beep that was heard: its time, and how much later than its picture it was, in milliseconds. */
export interface Heard {
  atMs: number;
  lateMs: number;
}

/** An input that is read on each tick, as by the compositor. */
export interface WatchedInput {
  input: Input;
  /** Each status with the time since the start. */
  statuses: { atMs: number; seen: InputSeen }[];
  /** The clock of the simulated camera in the picture of the last tick; undefined without a picture. */
  shownMs(): number | undefined;
  heard: Heard[];
  sinceMs(): number;
  until(what: string, isSo: () => boolean): Promise<void>;
}

/** Runs an input until its test ends. */
export function watchInput(
  t: Pick<TestContext, 'after'>,
  ffmpeg: string,
  source: Exclude<InputSource, { driver: 'off' }>,
): WatchedInput {
  const startedMs = performance.now();
  const statuses: WatchedInput['statuses'] = [];
  const memory = openPictureMemory(64 << 20);
  const sinceMs = (): number => performance.now() - startedMs;
  const settings = { ffmpeg, source, size: SIZE, fps: FPS, memory, clock: realClock, log: silentLog };
  const input = startInput({ ...settings, onSeen: (seen) => void statuses.push({ atMs: sinceMs(), seen }) });
  const heard: Heard[] = [];
  let shown: number | undefined;
  const listen = listener();
  let tick = -1;
  const timer = setInterval(() => {
    const due = Math.floor((sinceMs() * FPS) / 1000);
    if (due === tick) return;
    // Ticks that a late machine missed are not made up for.
    tick = due;
    const frame = input.next(startedMs + (tick * 1000) / FPS);
    shown = frame && codeOf(memory, frame);
    const lateMs = listen(frame, shown);
    if (lateMs !== undefined) heard.push({ atMs: sinceMs(), lateMs });
  }, 10);
  t.after(async () => {
    clearInterval(timer);
    await input.close();
  });
  const told = (): string => JSON.stringify({ statuses: statuses.slice(-4), heard: heard.slice(-3) });
  return {
    input,
    statuses,
    shownMs: () => shown,
    heard,
    sinceMs,
    until: (what, isSo) => until(what, isSo, { everyMs: 10, seen: told }),
  };
}

function codeOf(memory: PictureMemory, { picture }: InputFrame): number | undefined {
  const luma = memory.bytes.subarray(picture.address, picture.address + SIZE.widthPx * SIZE.heightPx);
  return readTimecode(luma, SIZE.widthPx, timecodeRectIn(SIZE))?.ms;
}

/**
 * Opens a listener that finds the beginning of a beep; it gives how late the beep is to the slot of the picture's
 * clock.
 */
function listener(): (frame: InputFrame | undefined, clockMs: number | undefined) => number | undefined {
  let quiet = 0;
  return (frame, clockMs) => {
    if (!frame || frame.waiting || clockMs === undefined) return undefined;
    const sound = new Float32Array((RATE / FPS) * 2);
    frame.sound.read(frame.sample, frame.rate, sound);
    for (let at = 0; at + STEP * 2 <= sound.length; at += STEP * 2) {
      const beeps = isBeep(sound.subarray(at, at + STEP * 2));
      quiet = beeps ? quiet : quiet + 1;
      if (!beeps || quiet < 20) continue;
      quiet = 0;
      const phase = (clockMs + (at / 2 / RATE) * 1000) % SLOT_MS;
      return phase > SLOT_MS / 2 ? phase - SLOT_MS : phase;
    }
    return undefined;
  };
}

/** Whether most of a piece is the beep's tone. */
function isBeep(stereo: Float32Array): boolean {
  let [sine, cosine, power] = [0, 0, 0];
  const count = stereo.length / 2;
  for (let n = 0; n < count; n++) {
    const value = stereo[n * 2]!;
    sine += value * Math.sin((2 * Math.PI * BEEP_HZ * n) / RATE);
    cosine += value * Math.cos((2 * Math.PI * BEEP_HZ * n) / RATE);
    power += value * value;
  }
  const tone = (2 * Math.hypot(sine, cosine)) / count;
  return tone > 0.15 && (tone * tone) / 2 > 0.6 * (power / count);
}
