import { SAMPLE_RATE } from '../sound/sound-ring.ts';

/** Finds out whether a source sends more or fewer samples than it says: 16 kHz as 8, 44.1 as 48. */
export interface SoundRate {
  /** A piece came; `moved` if it does not follow the one before. Gives the rate: 1 if it is as it says. */
  piece(firstSample: number, sourceMs: number, moved: boolean, nowMs: number): number;
}

/** Length of a window that is measured. */
const WINDOW_MS = 2000;
/** Time at the beginning that is not measured, since many sources begin with a burst. */
const BURST_MS = 500;
/** Error of the rate above which two windows that agree are enough to tell it. */
const COARSE = 0.15;
/** Error of the rate above which it is told after six windows; below, the rate counts as right. */
const FINE = 0.03;
/** Part by which two windows may differ and still agree. */
const AGREE = 0.2;
/** Windows that must all show the same small error. */
const FINE_WINDOWS = 6;
/**
 * Part of the pieces that are moved above which the samples have another rate than the stamps; below, packets were
 * lost.
 */
const MOVED_PART = 0.3;

interface Window {
  atMs: number;
  sample: number;
  sourceMs: number;
  pieces: number;
  moved: number;
}

interface Measured {
  /** Samples a second, and milliseconds of the stamps a millisecond, both by our clock; 1 is right. */
  rate: number;
  pace: number;
  /** Part of the pieces that were moved. */
  moved: number;
}

/** Makes the measure of a source. */
export function openSoundRate(): SoundRate {
  let window: Window | undefined;
  let beganMs: number | undefined;
  const measured: Measured[] = [];
  let rate = 1;
  return {
    piece(sample, sourceMs, moved, nowMs) {
      beganMs ??= nowMs;
      if (nowMs - beganMs < BURST_MS) return rate;
      window ??= { atMs: nowMs, sample, sourceMs, pieces: 0, moved: 0 };
      window.pieces++;
      if (moved) window.moved++;
      const ms = nowMs - window.atMs;
      if (ms < WINDOW_MS) return rate;
      measured.push({
        rate: ((sample - window.sample) * 1000) / SAMPLE_RATE / ms,
        pace: (sourceMs - window.sourceMs) / ms,
        moved: window.moved / window.pieces,
      });
      if (measured.length > FINE_WINDOWS) measured.shift();
      window = { atMs: nowMs, sample, sourceMs, pieces: 0, moved: 0 };
      return (rate = rateBy(measured, rate));
    },
  };
}

/** The rate, by what was measured in the last windows. */
export function rateBy(measured: readonly Measured[], before: number): number {
  const [last, former] = [measured.at(-1), measured.at(-2)];
  if (!last || !former) return before;
  const mean = (last.rate + former.rate) / 2;
  const agrees = Math.abs(last.rate - former.rate) <= AGREE * mean;
  if (!agrees) return before;
  // A rate that was found stays while it is measured again.
  if (before !== 1 && Math.abs(mean / before - 1) <= COARSE) return before;
  if (Math.abs(mean - 1) > COARSE) return isLoss(last) ? 1 : mean;
  const all = measured.reduce((sum, one) => sum + one.rate, 0) / measured.length;
  const sameSide = measured.every((one) => Math.abs(one.rate - 1) > FINE && one.rate > 1 === all > 1);
  return measured.length === FINE_WINDOWS && sameSide && !isLoss(last) ? all : 1;
}

/** Whether samples are lacking because packets were lost: the stamps go on rightly, with gaps here and there. */
const isLoss = ({ rate, pace, moved }: Measured): boolean =>
  rate < 1 && Math.abs(pace - 1) < Math.abs(pace - rate) && moved < MOVED_PART;
