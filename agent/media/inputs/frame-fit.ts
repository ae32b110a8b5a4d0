import type { Size } from '#lib/media/geometry.ts';

/** Keeps the frames of a running ffmpeg at the width that is wanted, by commands on its standard input. */
export interface FrameFit {
  want(widthPx: number): void;
  /** Tells the width of each frame. Commands before the first one are lost, since there are no filters yet. */
  came(widthPx: number, nowMs: number): void;
}

/** Time between requests, of two commands each: ffmpeg reads ten a second, and a lost one is repeated. */
const ASK_EVERY_MS = 400;
/** From this reduction on, a pixel is the mean of those that it covers, as in the compositor's `scale-table.ts`: cheaper, and no moiré. */
const COARSE = 2;

/**
 * The filters that stretch frames to the shape of a canvas, so wide; heights follow from widths as in `fittedSize`. Of two, the
 * first reduces strongly or does nothing, the second does the rest. The one between them has a reason: a frame of another size
 * than its link's is noticed by the second, and the link of the first changes with a command.
 */
export function fitFilters(canvas: Size, widthPx: number, between: string): string {
  const height = `2*round(ow*${canvas.heightPx}/${canvas.widthPx}/2)`;
  const coarse = `scale@coarse=w='${coarseWidth(widthPx)}':h='if(eq(ow,iw),ih,${height})':flags=area:eval=frame`;
  return `${coarse},${between},scale@fine=w=${widthPx}:h='${height}':flags=bicubic:eval=frame`;
}

const coarseWidth = (widthPx: number): string => `if(lte(${COARSE}*${widthPx},iw),${widthPx},iw)`;

/** Makes it. */
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
