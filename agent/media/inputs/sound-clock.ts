import { SAMPLE_RATE } from '../sound/sound-ring.ts';
import { openPromptest } from './promptest.ts';
import { openSoundPlaces } from './sound-places.ts';
import { openSoundRate } from './sound-rate.ts';

/**
 * Finds the sound for a moment of the picture. As long as a source stamps both by one clock, the stamps decide, to the
 * millisecond. Where the stamps of one of them jump, or run faster or slower than its samples, they are not used: then
 * sound and picture belong together that arrived together.
 */
export interface SoundClock {
  /** A piece of sound has come: its first sample, and its moment by the source (milliseconds). */
  piece(firstSample: number, sourceMs: number, nowMs: number): void;
  /** A picture has come. */
  picture(sourceMs: number, nowMs: number): void;
  /** The sound for the picture's moment `sourceMs`, which is shown at `nowMs`. */
  at(sourceMs: number, nowMs: number): SoundPlace;
}

/** A place in the sound. */
export interface SoundPlace {
  /** The sample, with its fraction; a place without sound if there is none. */
  sample: number;
  /** Samples of the source in the time of one of ours: 2 if it sends 96000 a second and says 48000. */
  rate: number;
  /** Whether the source's stamps of sound and picture belong together. */
  together: boolean;
}

/**
 * Distance between sound and the picture that belongs to it, which depends on the way they are sent; with a larger one
 * the stamps count as wrong.
 */
const MOST_SKEW_MS = 1500;
/**
 * Change of the distance between sound and picture while the clock of a source is right; a larger one is a jump of a
 * clock.
 */
const MOST_CHANGE_MS = 700;
/** Distance up to which sound and picture belong together, whatever was before. */
const NEAR_MS = 300;
/** Time for which a new distance has to last until it counts. */
const LASTING_MS = 500;
/** Part of the difference by which the usual distance follows the present one at each tick. */
const FOLLOWS = 0.01;

/** Makes the clock of a source's sound; `delayMs` is that of its pictures (see `source-clock.ts`). */
export function openSoundClock(delayMs: number): SoundClock {
  return new BoundSoundClock(delayMs);
}

class BoundSoundClock implements SoundClock {
  readonly #delayMs: number;
  readonly #pictures = openPromptest();
  readonly #sounds = openPromptest();
  readonly #samples = openPromptest();
  readonly #places = openSoundPlaces();
  readonly #rates = openSoundRate();
  #rate = 1;
  #usualMs: number | undefined;
  #isTogether = true;
  #soSinceMs = 0;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  piece(firstSample: number, sourceMs: number, nowMs: number): void {
    const moved = this.#places.piece(firstSample, sourceMs);
    const rate = this.#rates.piece(firstSample, sourceMs, moved, nowMs);
    if (rate !== this.#rate) this.#samples.forget();
    this.#rate = rate;
    this.#sounds.arrived(sourceMs, nowMs);
    this.#samples.arrived(this.#msOf(firstSample), nowMs);
  }

  picture(sourceMs: number, nowMs: number): void {
    this.#pictures.arrived(sourceMs, nowMs);
  }

  at(sourceMs: number, nowMs: number): SoundPlace {
    this.#judge(nowMs);
    if (this.#isTogether) return { sample: this.#places.sampleAt(sourceMs), rate: 1, together: true };
    const soundMs = nowMs - (this.#samples.lagMs() ?? 0) - this.#delayMs;
    return { sample: (soundMs * SAMPLE_RATE * this.#rate) / 1000, rate: this.#rate, together: false };
  }

  #msOf(sample: number): number {
    return (sample * 1000) / (SAMPLE_RATE * this.#rate);
  }

  #judge(nowMs: number): void {
    const [pictureMs, soundMs] = [this.#pictures.lagMs(), this.#sounds.lagMs()];
    if (pictureMs === undefined || soundMs === undefined) return;
    const skewMs = pictureMs - soundMs;
    const belongs = this.#rate === 1 && this.#isRight(skewMs);
    if (belongs && this.#isTogether) this.#usualMs = (this.#usualMs ?? skewMs) * (1 - FOLLOWS) + skewMs * FOLLOWS;
    if (belongs === this.#isTogether) this.#soSinceMs = nowMs;
    if (nowMs - this.#soSinceMs < LASTING_MS) return;
    this.#isTogether = belongs;
    this.#usualMs = belongs ? skewMs : undefined;
  }

  #isRight(skewMs: number): boolean {
    if (Math.abs(skewMs) <= NEAR_MS) return true;
    // After sound and picture were apart, only a small distance counts as right again.
    if (!this.#isTogether) return false;
    return Math.abs(skewMs) <= MOST_SKEW_MS && Math.abs(skewMs - (this.#usualMs ?? skewMs)) <= MOST_CHANGE_MS;
  }
}
