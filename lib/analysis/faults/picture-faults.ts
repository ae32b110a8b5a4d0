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

/** What is seen of a picture. */
export interface Seen {
  isBlack: boolean;
  /** Whether it shows what the one before it shows; a black one does not stand still. Undefined: nobody has seen that one. */
  isStill: boolean | undefined;
}

/** Looks at small gray pictures one after the other. */
export function openPictureLook(): (gray: Uint8Array) => Seen {
  let last: Uint8Array | undefined;
  return (gray) => {
    const isDark = isBlack(gray);
    const still = isDark ? false : last && isStill(last, gray);
    last = gray.slice();
    return { isBlack: isDark, isStill: still };
  };
}

/** Finds faults in what is seen of pictures. */
export interface PictureStretches {
  /** Takes the next picture. */
  push(seen: Seen, timeMs: number): void;
  /** The faults, in order. */
  end(durationMs: number): Fault[];
}

/** Opens the stretches of one file. */
export function openPictureStretches(limits: PictureLimits): PictureStretches {
  const faults: Fault[] = [];
  const black = openStretch('black', limits.blackMs, faults);
  const frozen = openStretch('frozen', limits.frozenMs ?? Infinity, faults);
  return {
    push(seen, timeMs) {
      black(seen.isBlack, timeMs);
      frozen(seen.isStill === true, timeMs);
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
  for (let at = 0; at < after.length; at++) {
    const off = Math.abs(after[at]! - before[at]!);
    if (off > STILL_MOST) return false;
    sum += off;
  }
  return sum / after.length <= STILL_MEAN;
}
