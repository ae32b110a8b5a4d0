import type { Fault } from './fault.ts';

/** From when on a picture is faulty. */
export interface PictureLimits {
  /** Milliseconds of black that are a fault. */
  blackMs: number;
  /** Milliseconds for which a camera may stand still; undefined: it may for ever, as slides do. */
  frozenMs: number | undefined;
}

/** Limits without other wishes. */
export const PICTURE_LIMITS: PictureLimits = { blackMs: 10_000, frozenMs: undefined };

/** Level, of 255, up to which a pixel is black; the black of video is 16. */
const BLACK_TO = 36;
/** Part of the pixels that may be brighter in a black picture, for a pointer or an edge. */
const BRIGHTER = 0.002;
/** Difference that pixels of a picture that stands still have, on average and at most: that much comes from encoding. */
const STILL_MEAN = 0.2;
const STILL_MOST = 6;

/** Finds faults in small gray pictures. */
export interface PictureWatch {
  /** Takes the next picture. */
  push(gray: Uint8Array, timeMs: number): void;
  /** The faults, in order. */
  end(durationMs: number): Fault[];
}

/** Opens a watch over the pictures of one file. */
export function openPictureWatch(limits: PictureLimits = PICTURE_LIMITS): PictureWatch {
  const faults: Fault[] = [];
  let last: Uint8Array | undefined;
  const black = openStretch('black', limits.blackMs, faults);
  const frozen = openStretch('frozen', limits.frozenMs ?? Infinity, faults);
  return {
    push(gray, timeMs) {
      const isDark = isBlack(gray);
      black(isDark, timeMs);
      frozen(!isDark && last !== undefined && isStill(last, gray), timeMs);
      last = Uint8Array.from(gray);
    },
    end(durationMs) {
      black(false, durationMs);
      frozen(false, durationMs);
      return faults.toSorted((a, b) => a.fromMs - b.fromMs);
    },
  };
}

/** Notes a stretch once it has ended, if it was long enough. A stretch begins with its first picture. */
function openStretch(what: Fault['what'], leastMs: number, into: Fault[]): (is: boolean, timeMs: number) => void {
  let [fromMs, beforeMs] = [Number.NaN, 0];
  return (is, timeMs) => {
    if (is && Number.isNaN(fromMs)) fromMs = what === 'frozen' ? beforeMs : timeMs;
    if (!is && !Number.isNaN(fromMs)) {
      if (timeMs - fromMs >= leastMs) into.push({ what, fromMs: Math.round(fromMs), toMs: Math.round(timeMs) });
      fromMs = Number.NaN;
    }
    beforeMs = timeMs;
  };
}

function isBlack(gray: Uint8Array): boolean {
  let brighter = 0;
  for (const level of gray) if (level > BLACK_TO) brighter += 1;
  return brighter <= gray.length * BRIGHTER;
}

function isStill(before: Uint8Array, after: Uint8Array): boolean {
  let sum = 0;
  for (const [at, level] of after.entries()) {
    const off = Math.abs(level - before[at]!);
    if (off > STILL_MOST) return false;
    sum += off;
  }
  return sum / after.length <= STILL_MEAN;
}
