/**
 * Which frame of an input to show now. A frame stands for a moment of the source's own clock and arrives late by an unknown
 * and unsteady time. The promptest arrivals of the last seconds tell how late the source is at best; its time is shown a
 * fixed delay after that, so that later frames have arrived too.
 */
export interface SourceClock {
  /** A frame of this moment of the source (milliseconds) has come. */
  arrived(index: number, sourceMs: number, nowMs: number): void;
  /** What to show at `nowMs`, called once a tick; undefined before the first frame. */
  next(nowMs: number): SourceMoment | undefined;
}

export interface SourceMoment {
  index: number;
  /** The source's time that is shown now: where its sound is. Runs evenly. */
  sourceMs: number;
  /** The frame is shown again, without sound: the first one until the delay is over, others while a source that became later catches up. */
  waiting: boolean;
}

export interface SourceClockSettings {
  fps: number;
  /** Waiting for late frames, milliseconds. */
  delayMs: number;
}

interface Arrival {
  index: number;
  sourceMs: number;
}

const WINDOW_MS = 3000;
/** Off by more than a frame and a half for so many calls: jump. */
const PATIENCE = 5;
const JUMP_MS = 1000;
/** Nothing newer for so long: the source is later than it was. */
const STARVED_MS = 300;
/** A source that runs at our rate is shown at its own moments, not between them: the time shown is drawn to its frames so much a tick. */
const PULL = 0.05;
const REMEMBERED = 64;

export function openSourceClock(settings: SourceClockSettings): SourceClock {
  return new PromptestClock(settings);
}

class PromptestClock implements SourceClock {
  readonly #frameMs: number;
  readonly #delayMs: number;
  #lags: { atMs: number; lagMs: number }[] = [];
  #arrivals: Arrival[] = [];
  #shownMs: number | undefined;
  #off = 0;
  /** Waiting for a source that became later. */
  #holds = false;

  constructor({ fps, delayMs }: SourceClockSettings) {
    this.#frameMs = 1000 / fps;
    this.#delayMs = delayMs;
  }

  arrived(index: number, sourceMs: number, nowMs: number): void {
    this.#arrivals.push({ index, sourceMs });
    if (this.#arrivals.length > REMEMBERED) this.#arrivals.shift();
    const lagMs = nowMs - sourceMs;
    // What is no better than this one will never be the best again.
    this.#lags = this.#lags.filter(({ atMs, lagMs: other }) => nowMs - atMs < WINDOW_MS && other < lagMs);
    this.#lags.push({ atMs: nowMs, lagMs });
  }

  next(nowMs: number): SourceMoment | undefined {
    const first = this.#arrivals[0];
    if (!first) return undefined;
    const targetMs = nowMs - this.#lags[0]!.lagMs - this.#delayMs;
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

  /** A frame on; or, when that has been wrong for a while, where it should be. A source that became later is waited for: no picture goes back. */
  #advance(beforeMs: number, targetMs: number): number {
    const nextMs = beforeMs + this.#frameMs;
    const offMs = Math.abs(targetMs - nextMs);
    this.#off = offMs > this.#frameMs * 1.5 ? this.#off + 1 : 0;
    const catchesUp = this.#holds && targetMs < nextMs;
    this.#holds = false;
    if (this.#off <= PATIENCE && offMs < JUMP_MS && !catchesUp) return nextMs;
    const newestMs = this.#arrivals.at(-1)!.sourceMs;
    // Starved: begin to measure anew with what came last.
    if (targetMs - newestMs > STARVED_MS) this.#lags = this.#lags.slice(-1);
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
