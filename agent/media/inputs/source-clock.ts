import { JUMP_BACK_MS, openPromptest } from './promptest.ts';

/**
 * Decides which frame of an input is shown. A frame belongs to a moment of the source's own clock and arrives after an
 * unknown time that varies. The promptest arrivals of the last seconds tell the shortest delay of the source. Its time
 * is shown a fixed delay after that, so that later frames have arrived too.
 */
export interface SourceClock {
  /** Tells that a frame of this moment of the source (milliseconds) has come. */
  arrived(index: number, sourceMs: number, nowMs: number): void;
  /** The frame to show at `nowMs`, asked once for each tick; undefined before the first frame. */
  next(nowMs: number): SourceMoment | undefined;
}

/** A frame and the source's time. */
export interface SourceMoment {
  index: number;
  /** The source's time that is shown now, which tells the place of its sound. It runs evenly. */
  sourceMs: number;
  /**
   * Whether a frame is shown again without sound: the first one until the delay is over, others while a source that
   * became later catches up.
   */
  waiting: boolean;
}

/** What the clock of a source needs. */
export interface SourceClockSettings {
  fps: number;
  /** Milliseconds that late frames are waited for. */
  delayMs: number;
}

interface Arrival {
  index: number;
  sourceMs: number;
}

/** Calls for which the time may be off by more than a frame and a half; then it jumps. */
const PATIENCE = 5;
/** Error of the shown time above which it jumps at once. */
const JUMP_MS = 1000;
/** Time without newer frames after which the source counts as later than it was. */
const STARVED_MS = 300;
/**
 * Part of the difference by which, at each tick, the shown time is moved to the moments of the frames, for a source at
 * our rate; so it is shown at its own moments and not between them.
 */
const PULL = 0.05;
/** Arrivals that are remembered; older frames are not shown any more. */
const REMEMBERED = 64;

/** Makes the clock of a source. */
export function openSourceClock(settings: SourceClockSettings): SourceClock {
  return new PromptestSourceClock(settings);
}

class PromptestSourceClock implements SourceClock {
  readonly #frameMs: number;
  readonly #delayMs: number;
  readonly #lags = openPromptest();
  #arrivals: Arrival[] = [];
  #shownMs: number | undefined;
  #off = 0;
  /** Whether a source that became later is being waited for. */
  #holds = false;

  constructor({ fps, delayMs }: SourceClockSettings) {
    this.#frameMs = 1000 / fps;
    this.#delayMs = delayMs;
  }

  arrived(index: number, sourceMs: number, nowMs: number): void {
    // Arrivals before a jump back are later than all others by the new time, and would never be due.
    if (sourceMs < (this.#arrivals.at(-1)?.sourceMs ?? -Infinity) - JUMP_BACK_MS) this.#arrivals = [];
    this.#arrivals.push({ index, sourceMs });
    if (this.#arrivals.length > REMEMBERED) this.#arrivals.shift();
    this.#lags.arrived(sourceMs, nowMs);
  }

  next(nowMs: number): SourceMoment | undefined {
    const first = this.#arrivals[0];
    if (!first) return undefined;
    const targetMs = nowMs - this.#lags.lagMs()! - this.#delayMs;
    if (this.#shownMs === undefined) {
      if (targetMs < first.sourceMs) return { ...first, waiting: true };
      this.#shownMs = this.#nearest(targetMs).sourceMs;
    } else {
      const beforeMs = this.#shownMs;
      this.#shownMs = this.#advance(beforeMs, targetMs);
      if (this.#shownMs === beforeMs) return { ...this.#nearest(beforeMs), waiting: true };
    }
    const { index, sourceMs } = this.#nearest(this.#shownMs);
    const offMs = sourceMs - this.#shownMs;
    if (Math.abs(offMs) <= this.#frameMs / 2) this.#shownMs += offMs * PULL;
    return { index, sourceMs: this.#shownMs, waiting: false };
  }

  /**
   * The next time: one frame on, or, if that was wrong for a while, the right place. A source that became later is
   * waited for, since no picture may go back.
   */
  #advance(beforeMs: number, targetMs: number): number {
    const nextMs = beforeMs + this.#frameMs;
    const offMs = Math.abs(targetMs - nextMs);
    this.#off = offMs > this.#frameMs * 1.5 ? this.#off + 1 : 0;
    const catchesUp = this.#holds && targetMs < nextMs;
    this.#holds = false;
    if (this.#off <= PATIENCE && offMs < JUMP_MS && !catchesUp) return nextMs;
    const newestMs = this.#arrivals.at(-1)!.sourceMs;
    // Measuring starts again with the last frames if no newer ones came.
    if (targetMs - newestMs > STARVED_MS) this.#lags.keepLast();
    const aimMs = Math.min(targetMs, newestMs);
    if (aimMs <= beforeMs && beforeMs - aimMs < JUMP_MS) {
      this.#holds = true;
      return beforeMs;
    }
    this.#off = 0;
    return aimMs;
  }

  /** The newest frame that is not more than half a frame ahead of `sourceMs`. */
  #nearest(sourceMs: number): Arrival {
    const due = this.#arrivals.findLast((arrival) => arrival.sourceMs <= sourceMs + this.#frameMs / 2);
    return due ?? this.#arrivals[0]!;
  }
}
