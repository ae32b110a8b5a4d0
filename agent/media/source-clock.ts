/**
 * Which frame of an input to show now. An input's frame i stands for the moment i / fps of its own clock; it arrives late
 * by an unknown and unsteady time. The promptest arrivals of the last seconds tell how late the source is at best; frames are
 * shown a fixed delay after that, so that later ones have arrived too.
 */
export interface SourceClock {
  arrived(index: number, nowMs: number): void;
  /** Index of the frame to show at `nowMs`; stays 0 until the delay is over, then advances by one a call but for corrections. -1 before the first. */
  next(nowMs: number): number;
}

export interface SourceClockSettings {
  fps: number;
  /** Waiting for late frames, milliseconds. */
  delayMs: number;
}

const WINDOW_MS = 3000;
/** Off by more than one frame for so many calls: jump. */
const PATIENCE = 5;

export function openSourceClock({ fps, delayMs }: SourceClockSettings): SourceClock {
  const frameMs = 1000 / fps;
  let lags: { atMs: number; lagMs: number }[] = [];
  let newest = -1;
  let shown = -1;
  let off = 0;

  const bestLag = (): number => lags.reduce((best, { lagMs }) => Math.min(best, lagMs), Infinity);

  const advance = (nowMs: number): number => {
    const target = Math.floor((nowMs - bestLag() - delayMs) / frameMs);
    if (target <= 0 || newest <= 0) return 0;
    if (shown <= 0) return Math.min(target, newest);
    const next = shown + 1;
    off = Math.abs(target - next) > 1 ? off + 1 : 0;
    if (off > PATIENCE || target - next > fps) {
      off = 0;
      // Starved: the source is later than it was; begin to measure anew.
      if (target > newest) lags = lags.slice(-1);
      return Math.max(0, Math.min(target, newest));
    }
    return next > newest ? shown : next;
  };

  return {
    arrived(index, nowMs) {
      newest = index;
      const lagMs = nowMs - index * frameMs;
      lags = lags.filter(({ atMs, lagMs: other }) => nowMs - atMs < WINDOW_MS && other < lagMs);
      lags.push({ atMs: nowMs, lagMs });
    },
    next(nowMs) {
      if (newest < 0) return -1;
      shown = advance(nowMs);
      return shown;
    },
  };
}
