import type { Size } from '#lib/media/geometry.ts';

/** Keeps the frames of a running ffmpeg at the width that is wanted, by commands on its standard input. */
export interface FrameFit {
  want(widthPx: number): void;
  /** Tells the width of each frame. Commands before the first one are lost, since there are no filters yet. */
  came(widthPx: number, nowMs: number): void;
}

/** Time between requests, of two commands each: ffmpeg reads ten a second, and a lost one is repeated. */
const ASK_EVERY_MS = 400;
/**
 * Reduction from which on a pixel is the mean of those that it covers, as in the compositor's `scale-table.ts`: that is
 * cheaper and free of moiré.
 */
const COARSE = 2;

/**
 * The filters that stretch frames to the shape of a canvas and to a width; heights follow from widths as in
 * `fittedSize`. The first `scale` reduces strongly or does nothing, the second does the rest. The filter `between` must
 * separate them: `scale` notices a frame of a new size only because it differs from the size of its input link, and a
 * command to the first `scale` changes the link behind it at once.
 */
export function fitFilters(canvas: Size, widthPx: number, between: string): string {
  const height = `2*round(ow*${canvas.heightPx}/${canvas.widthPx}/2)`;
  const coarse = `scale@coarse=w='${coarseWidth(widthPx)}':h='if(eq(ow,iw),ih,${height})':flags=area:eval=frame`;
  return `${coarse},${between},scale@fine=w=${widthPx}:h='${height}':flags=bicubic:eval=frame`;
}

const coarseWidth = (widthPx: number): string => `if(lte(${COARSE}*${widthPx},iw),${widthPx},iw)`;

/** Opens the fit of one ffmpeg; `tell` writes a line to its standard input. */
export function openFrameFit(firstWidthPx: number, tell: (line: string) => void): FrameFit {
  let wantedPx = firstWidthPx;
  let askedMs = -Infinity;
  return {
    want: (widthPx) => void (wantedPx = widthPx),
    came(widthPx, nowMs) {
      if (widthPx === wantedPx || nowMs - askedMs < ASK_EVERY_MS) return;
      askedMs = nowMs;
      // `c` is the key for a command, -1 is now. A frame between the two is of the right size as well.
      tell(`cscale@coarse -1 width ${coarseWidth(wantedPx)}\ncscale@fine -1 width ${wantedPx}\n`);
    },
  };
}
