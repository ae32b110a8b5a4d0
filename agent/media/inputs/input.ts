import { backoff } from '#lib/runtime/backoff.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { InputSeen, InputSource } from '#agent/device/state.ts';
import type { Size } from '#lib/media/geometry.ts';
import { openFrameRing, type FrameRing } from '../pictures/frame-ring.ts';
import type { Picture } from '../pictures/i420.ts';
import { delayMsOf, mayHaveSound } from './input-argv.ts';
import type { InputFact } from './input-facts.ts';
import { startInputInstance, type InputInstance } from './input-instance.ts';
import type { PictureMemory } from '../pictures/picture-memory.ts';
import { openSoundRing, SAMPLE_RATE, type SoundRing } from '../sound/sound-ring.ts';
import { openSourceClock, type SourceClock } from './source-clock.ts';

/** What an input shows at one tick of the frame clock. */
export interface InputFrame {
  picture: Picture;
  /** Size of the source's own picture, which gives the shape. */
  native: Size;
  /** First sample of the sound that belongs to this frame, and the ring it is in. */
  sample: number;
  sound: SoundRing;
  /** Whether the source has just begun and its first frame waits; there is no sound yet. */
  waiting: boolean;
}

/** An input that is kept running: its ffmpeg is started again whenever it dies or hangs. */
export interface Input {
  /** The frame to show now; undefined while there is no signal. */
  next(nowMs: number): InputFrame | undefined;
  seen(): InputSeen;
  close(): Promise<void>;
}

/** What an input needs. */
export interface InputSettings {
  ffmpeg: string;
  source: Exclude<InputSource, { driver: 'off' }>;
  size: Size;
  fps: number;
  memory: PictureMemory;
  clock: Clock;
  log: Log;
  onSeen(seen: InputSeen): void;
}

/** Time without a frame after which there is no signal. */
const LOST_MS = 1000;
/** Time after which a running source that sends nothing is started again; one that never began gets longer. */
const STALLED_MS = 4000;
const SILENT_START_MS = 10_000;
/**
 * Frames after which a silent source counts as back: when its connection times out, ffmpeg gives a last one that it
 * held.
 */
const RETURN_FRAMES = 3;
/** Time for which the frames of an ended source stay readable, since the last one is still shown. */
const AFTERLIFE_MS = 500;
/** Time for which frames are kept after they were due: a source that was held up sends many at once. */
const BURST_MS = 400;

/**
 * Pixels above which FFmpeg chooses the number of decoding threads; below, one thread is enough and needs less memory.
 */
const FULL_HD = 1920 * 1088;

/** Number of frames that an input keeps. */
export const ringSlots = (fps: number, delayMs: number): number => Math.ceil(((delayMs + BURST_MS) * fps) / 1000) + 2;

/**
 * Frames for which the picture memory has places: those that wait for their time, one that is early, the one that comes and the one that is
 * shown. Further ones, of a burst, are kept elsewhere.
 */
const ringPlaces = (fps: number, delayMs: number): number => Math.ceil((delayMs * fps) / 1000) + 3;

interface Run {
  instance: InputInstance;
  frames: FrameRing;
  sound: SoundRing;
  clock: SourceClock;
  startedMs: number;
  lastFrameMs: number;
  /** Moments of frames that are still in the pipe. */
  moments: Map<number, number>;
  /** Whether `lost` was told. */
  lost: boolean;
  /** Frames since `lost` was told. */
  sinceLost: number;
}

/** Starts an input and keeps it running. */
export function startInput(settings: InputSettings): Input {
  return new SupervisedInput(settings);
}

class SupervisedInput implements Input {
  readonly #settings: InputSettings;
  readonly #waits = backoff([300, 500, 1000, 1000, 2000]);
  #seen: InputSeen;
  #withSound: boolean;
  #large = false;
  /** Width of a pixel by its height; it is part of a picture's shape (PAL video). */
  #pixelShape = 1;
  #run: Run | undefined;
  #closed = false;
  #cancelRestart = (): void => undefined;
  #cancelWatch = (): void => undefined;

  constructor(settings: InputSettings) {
    this.#settings = settings;
    this.#seen = { status: 'connecting', sinceMs: settings.clock.nowMs(), reconnects: 0 };
    this.#withSound = mayHaveSound(settings.source);
    this.#start();
    this.#watch();
  }

  next(nowMs: number): InputFrame | undefined {
    const run = this.#run;
    if (!run || this.#seen.status !== 'live' || run.lost) return undefined;
    const { size } = this.#settings;
    const moment = run.clock.next(nowMs);
    // A burst may have overwritten the frame that is due; then the oldest that is left is shown.
    const picture = moment && run.frames.frame(Math.max(moment.index, run.frames.oldest));
    if (!picture) return undefined;
    const { widthPx = size.widthPx, heightPx = size.heightPx } = this.#seen;
    const sample = Math.round((moment.sourceMs * SAMPLE_RATE) / 1000);
    return {
      picture,
      native: { widthPx: widthPx * this.#pixelShape, heightPx },
      sample,
      sound: run.sound,
      waiting: moment.waiting,
    };
  }

  seen(): InputSeen {
    return this.#seen;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRestart();
    this.#cancelWatch();
    await this.#run?.instance.stop();
  }

  #start(): void {
    const { ffmpeg, source, memory, size, fps, clock } = this.#settings;
    const delayMs = delayMsOf(source);
    const slots = ringSlots(fps, delayMs);
    const places = Math.min(slots, ringPlaces(fps, delayMs));
    const frames = openFrameRing({ memory, size, slots, places, onFrame: (index) => this.#onFrame(own, index) });
    const sound = openSoundRing();
    const own: Run = {
      frames,
      sound,
      clock: openSourceClock({ fps, delayMs }),
      startedMs: clock.monotonicMs(),
      lastFrameMs: 0,
      moments: new Map(),
      lost: false,
      sinceLost: 0,
      instance: startInputInstance(
        ffmpeg,
        source,
        { size, fps, withSound: this.#withSound, large: this.#large },
        {
          frames,
          sound,
          onFact: (fact) => this.#onFact(own, fact),
          onMoment: (index, sourceMs) => this.#onMoment(own, index, sourceMs),
          onNoSound: () => this.#onNoSound(),
        },
      ),
    };
    this.#run = own;
    void own.instance.died.then(({ reason }) => this.#onDeath(own, reason));
  }

  #onFrame(own: Run, index: number): void {
    this.#match(own, index);
    if (own.lost && ++own.sinceLost < RETURN_FRAMES) return;
    own.lastFrameMs = this.#settings.clock.monotonicMs();
    if (index > 0 && !own.lost) return;
    own.lost = false;
    this.#waits.reset();
    this.#settings.log.info(signalOf(this.#seen), 'signal');
    const { error: _, ...rest } = this.#seen;
    this.#tell(rest, { status: 'live' });
  }

  #onFact(own: Run, fact: InputFact): void {
    if (fact.fact === 'audio') return this.#onSound(fact);
    // The filters, and their count of frames, begin anew, so that sound would no longer match; the instance is started
    // again.
    if (fact.fact === 'picture' && own.frames.newest > 0) return void own.instance.stop();
    if (fact.fact === 'picture') this.#pixelShape = fact.pixelShape;
    const { codec, widthPx, heightPx, fps } = { ...this.#seen, ...fact };
    // The instance is started again with more threads.
    if (!this.#large && fact.widthPx * fact.heightPx > FULL_HD) void own.instance.stop();
    this.#large ||= fact.widthPx * fact.heightPx > FULL_HD;
    this.#tell(this.#seen, { widthPx, heightPx, ...(codec ? { codec } : {}), ...(fps ? { fps } : {}) });
  }

  /** Takes the moment of a frame. Frames and moments come through two pipes, in any order. */
  #onMoment(own: Run, index: number, sourceMs: number): void {
    own.moments.set(index, sourceMs);
    if (index <= own.frames.newest) this.#match(own, index);
  }

  #match(own: Run, index: number): void {
    const sourceMs = own.moments.get(index);
    if (sourceMs === undefined) return;
    own.moments.delete(index);
    own.clock.arrived(index, sourceMs, this.#settings.clock.monotonicMs());
  }

  #onSound({ codec, sampleRateHz, channels }: Extract<InputFact, { fact: 'audio' }>): void {
    if (!mayHaveSound(this.#settings.source)) return;
    this.#tell(this.#seen, { audio: { codec, sampleRateHz, channels } });
    if (this.#withSound) return;
    // It has sound after all: the instance is started again with sound.
    this.#withSound = true;
    void this.#run?.instance.stop();
  }

  #onNoSound(): void {
    this.#withSound = false;
    const { audio: _, ...rest } = this.#seen;
    this.#tell(rest, {});
  }

  #onDeath(own: Run, reason: string): void {
    const { clock, log } = this.#settings;
    clock.at(clock.monotonicMs() + AFTERLIFE_MS, () => own.frames.close());
    if (this.#run !== own) return;
    this.#run = undefined;
    if (this.#closed) return;
    log.warn({ reason }, 'source ended');
    const status = this.#seen.status === 'connecting' ? 'connecting' : 'lost';
    this.#tell(this.#seen, { status, error: reason, reconnects: this.#seen.reconnects + 1 });
    this.#cancelRestart = clock.at(clock.monotonicMs() + this.#waits.next(), () => this.#start());
  }

  #watch(): void {
    const { clock } = this.#settings;
    const nowMs = clock.monotonicMs();
    if (this.#run) this.#judge(this.#run, nowMs);
    if (!this.#closed) this.#cancelWatch = clock.at(nowMs + 250, () => this.#watch());
  }

  #judge(own: Run, nowMs: number): void {
    const began = own.lastFrameMs > 0;
    const quietMs = nowMs - (began ? own.lastFrameMs : own.startedMs);
    if (began && quietMs > LOST_MS && this.#seen.status === 'live') {
      own.lost = true;
      own.sinceLost = 0;
      this.#settings.log.warn({ quietMs }, 'no frames');
      this.#tell(this.#seen, { status: 'lost', error: 'no frames arrive' });
    }
    if (quietMs > (began ? STALLED_MS : SILENT_START_MS)) void own.instance.stop();
  }

  #tell(before: InputSeen, change: Partial<InputSeen>): void {
    const status = change.status ?? before.status;
    const sinceMs = status === this.#seen.status ? before.sinceMs : this.#settings.clock.nowMs();
    this.#seen = { ...before, ...change, sinceMs };
    this.#settings.onSeen(this.#seen);
  }
}

const signalOf = ({ codec, widthPx, heightPx, fps, audio, reconnects }: InputSeen): object => ({
  codec,
  widthPx,
  heightPx,
  fps,
  audio: audio?.codec,
  reconnects,
});
