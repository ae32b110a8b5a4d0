import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { InputSeen, InputSource } from '#agent/device/state.ts';
import type { Size } from '#lib/media/geometry.ts';
import { openFrameRing, type FrameRing } from '../pictures/frame-ring.ts';
import type { Picture } from '../pictures/i420.ts';
import { delayMsOf, mayHaveSound } from './input-argv.ts';
import type { InputFact } from './input-facts.ts';
import { startInputInstance, type InputDeath, type InputInstance } from './input-instance.ts';
import { openInputWaits } from './input-waits.ts';
import { openRest, type Rest } from './rest.ts';
import { judge, openRhythm, type Rhythm } from './patience.ts';
import type { PictureMemory } from '../pictures/picture-memory.ts';
import { openSoundRing, type SoundRing } from '../sound/sound-ring.ts';
import { openSoundClock, type SoundClock } from './sound-clock.ts';
import { openSoundTrust, type SoundTrust } from './sound-trust.ts';
import { openSourceClock, type SourceClock } from './source-clock.ts';

/** The picture and sound of an input at one tick of the frame clock. */
export interface InputFrame {
  picture: Picture;
  /** Size of the source's own picture, which gives the shape. */
  native: Size;
  /**
   * First sample of the sound that belongs to this frame, the ring it is in, and the source's samples in the time of
   * one of ours (1, unless the source sends at another rate than it says).
   */
  sample: number;
  sound: SoundRing;
  rate: number;
  /** Whether the source has just begun and its first frame waits; there is no sound yet. */
  waiting: boolean;
}

/** An input that is kept running: its ffmpeg is started again whenever it dies or hangs. */
export interface Input {
  /** The frame to show now; undefined while there is no signal. */
  next(nowMs: number): InputFrame | undefined;
  seen(): InputSeen;
  /** Asks for frames of this width, even and at most the canvas's; they come some frames later. */
  fit(widthPx: number): void;
  close(): Promise<void>;
}

/** What an input needs. */
export interface InputSettings {
  ffmpeg: string;
  source: Exclude<InputSource, { driver: 'off' }>;
  /** Size of the canvas, and the width of the first frames if it is another. */
  size: Size;
  widthPx?: number;
  fps: number;
  memory: PictureMemory;
  clock: Clock;
  log: Log;
  onSeen(seen: InputSeen): void;
}

/**
 * Frames after which a silent source counts as back: when its connection times out, ffmpeg gives a last one that it
 * held.
 */
const RETURN_FRAMES = 3;
/**
 * Age in milliseconds up to which the last packet of a picture is fresh: a silent source is then back with its first
 * frame.
 */
const FRESH_MS = 1000;
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
  soundClock: SoundClock;
  rhythm: Rhythm;
  rest: Rest;
  startedMs: number;
  firstFrameMs: number;
  lastFrameMs: number;
  /** Moment of the frame that is coming. */
  momentMs: number;
  /** Codec and form of the sound. */
  coded: InputSeen['audio'];
  /** Whether it was told what is in the source. */
  described: boolean;
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
  readonly #waits = openInputWaits();
  readonly #trust: SoundTrust;
  #seen: InputSeen;
  #large = false;
  /** Width of a pixel by its height; it is part of a picture's shape (PAL video). */
  #pixelShape = 1;
  #run: Run | undefined;
  #widthPx: number;
  #closed = false;
  #cancelRestart = (): void => undefined;
  #cancelWatch = (): void => undefined;

  constructor(settings: InputSettings) {
    this.#settings = settings;
    this.#widthPx = settings.widthPx ?? settings.size.widthPx;
    this.#seen = { status: 'connecting', sinceMs: settings.clock.nowMs(), reconnects: 0 };
    this.#trust = openSoundTrust(mayHaveSound(settings.source));
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
    const { sample, rate, together } = run.soundClock.at(moment.sourceMs, nowMs);
    return {
      picture,
      native: { widthPx: widthPx * this.#pixelShape, heightPx },
      sample: Math.round(sample),
      rate,
      sound: run.sound,
      // Sound that is placed by a clock of its own does not wait for the picture's.
      waiting: moment.waiting && (together || moment.index === 0),
    };
  }

  seen(): InputSeen {
    return this.#seen;
  }

  fit(widthPx: number): void {
    if (widthPx === this.#widthPx) return;
    this.#widthPx = widthPx;
    this.#run?.instance.fit(widthPx);
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
    const instance = startInputInstance(
      ffmpeg,
      source,
      { size, widthPx: this.#widthPx, fps, withSound: this.#trust.asked, large: this.#large },
      {
        frames,
        sound,
        onFact: (fact) => this.#onFact(own, fact),
        onMoment: (sourceMs) => void (own.momentMs = sourceMs),
        onPiece: (sourceMs) => this.#onPiece(own, sourceMs),
        onNoSound: () => this.#onNoSound(),
      },
    );
    const own: Run = {
      instance,
      frames,
      sound,
      clock: openSourceClock({ fps, delayMs }),
      soundClock: openSoundClock(delayMs),
      rhythm: openRhythm(),
      rest: openRest(instance, clock),
      startedMs: clock.monotonicMs(),
      firstFrameMs: 0,
      lastFrameMs: 0,
      momentMs: 0,
      coded: undefined,
      described: false,
      lost: false,
      sinceLost: 0,
    };
    this.#run = own;
    void instance.died.then((death) => this.#onDeath(own, death));
  }

  #onFrame(own: Run, index: number): void {
    const nowMs = this.#settings.clock.monotonicMs();
    own.clock.arrived(index, own.momentMs, nowMs);
    own.soundClock.picture(own.momentMs, nowMs);
    if (own.lost && ++own.sinceLost < RETURN_FRAMES && !this.#isFresh(own, nowMs)) return;
    own.lastFrameMs = nowMs;
    own.firstFrameMs ||= nowMs;
    own.rhythm.frame(nowMs);
    if (index > 0 && !own.lost) return;
    own.lost = false;
    this.#waits.reset();
    this.#settings.log.info(signalOf(this.#seen), 'signal');
    const { error: _, ...rest } = this.#seen;
    this.#tell(rest, { status: 'live' });
  }

  #isFresh(own: Run, nowMs: number): boolean {
    return nowMs - (own.instance.seen()?.pictureMs ?? -Infinity) < FRESH_MS;
  }

  #onFact(own: Run, fact: InputFact): void {
    own.described = true;
    if (fact.fact === 'audio') return this.#onSound(own, fact);
    // The filters, and their count of frames, start again, so that sound would no longer match; the instance is started
    // again.
    if (fact.fact === 'picture' && own.frames.newest > 0) return void own.instance.stop();
    if (fact.fact === 'picture') this.#pixelShape = fact.pixelShape;
    const { codec, widthPx, heightPx, fps } = { ...this.#seen, ...fact };
    // The instance is started again with more threads.
    if (!this.#large && fact.widthPx * fact.heightPx > FULL_HD) void own.instance.stop();
    this.#large ||= fact.widthPx * fact.heightPx > FULL_HD;
    this.#tell(this.#seen, { widthPx, heightPx, ...(codec ? { codec } : {}), ...(fps ? { fps } : {}) });
  }

  /** Takes the moment of a piece of sound. With the first one it is sure that the sound can be decoded. */
  #onPiece(own: Run, sourceMs: number): void {
    const { samples } = own.sound;
    own.soundClock.piece(samples, sourceMs, this.#settings.clock.monotonicMs());
    if (samples === 0 && own.coded && this.#run === own) this.#tell(this.#seen, { audio: own.coded });
  }

  #onSound(own: Run, { codec, sampleRateHz, channels }: Extract<InputFact, { fact: 'audio' }>): void {
    own.coded = { codec, sampleRateHz, channels };
    // A source that has sound after all is started again with sound.
    if (this.#trust.present()) void own.instance.stop();
  }

  #onNoSound(): void {
    this.#trust.absent();
    this.#tell(this.#withoutSound(), {});
  }

  #withoutSound(): InputSeen {
    const { audio: _, ...rest } = this.#seen;
    return rest;
  }

  #onDeath(own: Run, { reason, trouble }: InputDeath): void {
    const { clock, log } = this.#settings;
    const nowMs = clock.monotonicMs();
    clock.at(nowMs + AFTERLIFE_MS, () => own.frames.close());
    if (this.#run !== own) return;
    this.#run = undefined;
    if (this.#closed) return;
    log.warn({ reason }, 'source ended');
    if (own.firstFrameMs > 0) this.#trust.ended(nowMs - own.firstFrameMs);
    else if (own.described) this.#trust.diedEarly();
    const status = this.#seen.status === 'connecting' ? 'connecting' : 'lost';
    const before = this.#trust.asked ? this.#seen : this.#withoutSound();
    this.#tell(before, { status, error: reason, reconnects: this.#seen.reconnects + 1 });
    this.#cancelRestart = clock.at(nowMs + this.#waits.next(trouble), () => this.#start());
  }

  #watch(): void {
    const { clock } = this.#settings;
    const nowMs = clock.monotonicMs();
    if (this.#run) this.#judge(this.#run, nowMs);
    if (!this.#closed) this.#cancelWatch = clock.at(nowMs + 250, () => this.#watch());
  }

  #judge(own: Run, nowMs: number): void {
    const { startedMs, lastFrameMs, rhythm, instance } = own;
    const seen = instance.seen();
    const { lost, giveUp } = judge({ nowMs, startedMs, lastFrameMs, lostAfterMs: rhythm.lostAfterMs(), seen });
    if (lost && this.#seen.status === 'live') {
      own.lost = true;
      own.sinceLost = 0;
      this.#settings.log.warn({ quietMs: nowMs - lastFrameMs }, 'no frames');
      this.#tell(this.#seen, { status: 'lost', error: 'no frames arrive' });
    }
    if (giveUp === undefined) own.rest.awake();
    else if (own.rest.isDead()) void instance.stop(giveUp);
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
