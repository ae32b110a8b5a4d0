import { SAMPLE_RATE } from '../sound/sound-ring.ts';
import { openPromptest } from './promptest.ts';
import { openSoundPlaces } from './sound-places.ts';
import { openSoundRate } from './sound-rate.ts';

/**
 * Tells where the sound of a moment of the picture is. A source stamps both by one clock, and then its word counts to the
 * millisecond. Where the stamps of one jump, or run at another pace than its samples, they say nothing about the other any more:
 * then sound and picture belong together that came together.
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
 * How far sound may come before or after the picture that belongs to it, by the way it is sent; what is further apart has wrong
 * stamps.
 */
const MOST_SKEW_MS = 1500;
/** How much that distance changes in a source whose clock is right; by more, a clock has jumped. */
const MOST_CHANGE_MS = 700;
/** What is as near as this is together, whatever was before. */
const NEAR_MS = 300;
/** Time for which a distance has to last until it counts. */
const LASTING_MS = 500;
/** Part by which the usual distance follows the present one at each tick. */
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
    // Once they were apart, only what is near is believed again.
    if (!this.#isTogether) return false;
    return Math.abs(skewMs) <= MOST_SKEW_MS && Math.abs(skewMs - (this.#usualMs ?? skewMs)) <= MOST_CHANGE_MS;
  }
}
