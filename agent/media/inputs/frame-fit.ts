/** Keeps the frames of a running ffmpeg at the width that is wanted, by commands on its standard input. */
export interface FrameFit {
  want(widthPx: number): void;
  /** Tells the width of each frame. Commands before the first one are lost, since there are no filters yet. */
  came(widthPx: number, nowMs: number): void;
}

/** Name of the filter that is told. */
export const FIT = 'fit';
/** Time between commands: ffmpeg reads ten a second, and a lost one is repeated. */
const ASK_EVERY_MS = 250;

/** Makes it. */
export function openFrameFit(firstWidthPx: number, tell: (line: string) => void): FrameFit {
  let wantedPx = firstWidthPx;
  let askedMs = -Infinity;
  return {
    want: (widthPx) => void (wantedPx = widthPx),
    came(widthPx, nowMs) {
      if (widthPx === wantedPx || nowMs - askedMs < ASK_EVERY_MS) return;
      askedMs = nowMs;
      // `c` is the key for a command, -1 is now. The height follows from the width (see `inputArgv`).
      tell(`cscale@${FIT} -1 width ${wantedPx}\n`);
    },
  };
}
