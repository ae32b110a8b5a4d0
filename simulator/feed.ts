import type { Writable } from 'node:stream';
import type { SourceFormat } from './encode.ts';
import { PICTURES, SOUND, matroskaBlockHead, matroskaHead } from './matroska.ts';
import { frameBytes, type I420 } from './pictures/i420.ts';
import { stamp, type Painter } from './pictures/stamp.ts';
import { BEEP_HZ, FLASH_MS, SAMPLE_RATE_HZ, phaseOf, slotOf } from './signal.ts';
import { loudnessAt, soundOf, type Background, type Beep } from './sound.ts';
import type { SourceClock } from './source-clock.ts';

/** Settings that can be changed while the source runs, without a new encoder. */
export interface Knobs {
  /** Milliseconds that are added to the clock for codes, flashes and beeps. */
  offsetMs: number;
  /** Whether the sound has zeros alone, also for beeps. */
  silent: boolean;
  /** Each n-th picture is sent, the others are not. */
  everyNth: number;
}

/** Settings of a feed. */
export interface FeedSpec {
  /** Id of the source in the time code. */
  source: number;
  format: SourceFormat;
  painter: Painter;
  background: Background;
  clock: SourceClock;
  /** Settings that are read for each picture. */
  knobs: Readonly<Knobs>;
}

/** The live signal of a source. */
export interface Feed {
  /**
   * Writes the input of one encoder from the next picture on, beginning with the head; the returned function ends that.
   */
  into(pipe: Writable): () => void;
  /**
   * Number of painted pictures, and of those that were left out because the encoder was blocked or the process late.
   */
  counts(): { painted: number; dropped: number };
  close(): void;
}

interface Sink {
  pipe: Writable;
  /** Clock time at zero of the stream. */
  sinceMs: number;
  /** Pictures in memory that the encoder has not taken. */
  waiting: number;
}

/**
 * Limits, in milliseconds and bytes, of pictures that wait for an encoder, which needs a while to start. Beyond them
 * pictures are left out.
 */
const MAX_WAITING_MS = 1500;
const MAX_WAITING_BYTES = 64 << 20;
const MAX_LATE_FRAMES = 10;

/**
 * Starts the live signal of a source: pictures at whole multiples of the frame time of its clock, each with its own
 * samples. With a picture its sound is left out too, and time stamps continue, so that both stay together.
 */
export function startFeed(spec: FeedSpec): Feed {
  const { frameRate, size } = spec.format;
  const { clock } = spec;
  const msOf = (frame: number): number => (frame * 1000) / frameRate;
  const pool = openPool(size);
  const paint = painterOf(spec, pool, msOf);
  const maxWaiting = Math.ceil(Math.min((MAX_WAITING_MS * frameRate) / 1000, MAX_WAITING_BYTES / frameBytes(size)));
  const counts = { painted: 0, dropped: 0 };
  let frame = Math.ceil((clock.nowMs() * frameRate) / 1000);
  // The feed does not begin in a flash, since the beginning of the beep would be missing.
  while (isInFlash(msOf(frame) + spec.knobs.offsetMs, 1000 / frameRate)) frame++;
  let sink: Sink | undefined;
  let timer: NodeJS.Timeout;

  const produce = (): void => {
    const target = sink && sink.waiting < maxWaiting ? sink : undefined;
    const { picture, samples } = paint(frame, target !== undefined);
    if (!target) counts.dropped += sink ? 1 : 0;
    if (target && picture) counts.painted++;
    if (target && picture) write(target, PICTURES, msOf(frame), picture.data, () => pool.give(picture));
    if (target && samples) write(target, SOUND, msOf(frame), samples);
  };
  const tick = (): void => {
    const due = Math.floor((clock.nowMs() * frameRate) / 1000);
    if (due - frame > MAX_LATE_FRAMES) {
      counts.dropped += due - frame;
      frame = due;
    }
    for (; frame <= due; frame++) produce();
    timer = setTimeout(tick, Math.max(0, msOf(frame) - clock.nowMs()));
  };
  tick();

  return {
    into(pipe) {
      const mine: Sink = { pipe, sinceMs: msOf(frame), waiting: 0 };
      pipe.write(matroskaHead(size, frameRate, SAMPLE_RATE_HZ));
      sink = mine;
      return () => void (sink === mine && (sink = undefined));
    },
    counts: () => counts,
    close() {
      clearTimeout(timer);
      sink = undefined;
    },
  };
}

/** Whether the clock is in a flash, but not at its first picture. */
const isInFlash = (clockMs: number, stepMs: number): boolean =>
  phaseOf(clockMs) >= stepMs && phaseOf(clockMs) < FLASH_MS + stepMs;

/**
 * Gives picture and sound of a frame by its number; called for each frame in order, so that flashes and beeps continue.
 */
function painterOf(
  { source, format, painter, background, knobs }: FeedSpec,
  pool: Pool,
  msOf: (frame: number) => number,
) {
  const sampleOf = (frame: number): number => Math.round((frame * SAMPLE_RATE_HZ) / format.frameRate);
  const beepHz = BEEP_HZ.get(source) ?? 1000 + 100 * source;
  const stepMs = 1000 / format.frameRate;
  let slot: number | undefined;
  let beep: Beep | undefined;

  return (frame: number, wanted: boolean): { picture?: I420; samples?: Buffer } => {
    const clockMs = Math.round(msOf(frame) + knobs.offsetMs);
    const first = sampleOf(frame);
    const next = sampleOf(frame + 1);
    // A clock that was set forward into a slot has passed the slot's beginning.
    if (slotOf(clockMs) !== slot && phaseOf(clockMs) < stepMs) beep = { startSample: first, slot: slotOf(clockMs) };
    slot = slotOf(clockMs);
    if (!wanted) return {};
    const samples = knobs.silent
      ? Buffer.alloc((next - first) * 4)
      : soundOf(background, beepHz, beep, first, next, (at) => clockMs + ((at - first) * 1000) / SAMPLE_RATE_HZ);
    if (frame % knobs.everyNth !== 0) return { samples };
    const picture = pool.take();
    painter.paint(picture, clockMs, knobs.silent ? 0 : loudnessAt(background, first));
    stamp(picture, source, clockMs, phaseOf(clockMs) < FLASH_MS - 1);
    return { picture, samples };
  };
}

interface Pool {
  take(): I420;
  give(picture: I420): void;
}

/** Makes pictures to draw on; each is used again when the encoder has taken it. */
function openPool(size: FeedSpec['format']['size']): Pool {
  const free: I420[] = [];
  return {
    take: () => free.pop() ?? { size, data: new Uint8Array(frameBytes(size)) },
    give: (picture) => void free.push(picture),
  };
}

function write(sink: Sink, track: number, clockMs: number, bytes: Uint8Array, done?: () => void): void {
  const { pipe } = sink;
  if (pipe.destroyed || !pipe.writable) return;
  const picture = track === PICTURES ? 1 : 0;
  sink.waiting += picture;
  pipe.write(matroskaBlockHead(track, clockMs - sink.sinceMs, bytes.length));
  pipe.write(bytes, () => {
    sink.waiting -= picture;
    done?.();
  });
}
