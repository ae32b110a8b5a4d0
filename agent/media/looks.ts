import { isDual } from '#agent/device/dual-mode.ts';
import type { Wanted } from '#agent/device/state.ts';
import type { Rect, Size } from '#lib/media/geometry.ts';
import { TICKS_PER_SECOND } from '#lib/media/packet.ts';
import type { ComposedFrame } from './pictures/canvas.ts';
import type { Picture } from './pictures/i420.ts';
import type { PictureMemory } from './pictures/picture-memory.ts';
import { openLumaScaler, type Scaler } from './pictures/scaler.ts';
import type { Crop } from './pictures/window-fit.ts';

/** Who looks at channel A, and how often. */
export interface Looker {
  /** Size of the gray pictures, even. */
  size: Size;
  /** Milliseconds between two looks, at least. */
  everyMs: number;
  /** Whether pictures are wanted now; while they are not, a frame costs nothing. */
  isWanted(): boolean;
  /**
   * Takes a gray picture of channel A as it came from the source, row by row; it may be kept. `ptsTicks` is the time stamp of the frame
   * that shows it, `form` a name that changes with the size from which it was made.
   */
  take(gray: Buffer, ptsTicks: number, form: string): void;
}

/** Hands small pictures of channel A to a looker, while the recorded picture shows that channel. */
export interface Looks {
  /** Takes a frame of the programme with this memory. */
  drawn(composed: ComposedFrame, ptsTicks: number, memory: PictureMemory, wanted: Wanted): void;
}

interface Lens {
  memory: PictureMemory;
  target: Picture;
  scale: Scaler;
}

/** Opens the looks. */
export function openLooks(looker: Looker): Looks {
  const { size } = looker;
  const everyTicks = (looker.everyMs * TICKS_PER_SECOND) / 1000;
  let lens: Lens | undefined;
  let lastTicks = -Infinity;
  const lensIn = (memory: PictureMemory): Lens => {
    if (lens?.memory === memory) return lens;
    const address = memory.allocate(size.widthPx * size.heightPx);
    lens = { memory, target: { address, ...size }, scale: openLumaScaler(memory) };
    return lens;
  };
  return {
    drawn({ shown: { A: shown }, drawing }, ptsTicks, memory, wanted) {
      if (ptsTicks - lastTicks < everyTicks && ptsTicks >= lastTicks) return;
      if (!looker.isWanted() || !shown.isLive || !isSeen(drawing, wanted)) return;
      lastTicks = ptsTicks;
      const { target, scale } = lensIn(memory);
      const from = cropped(shown.picture, shown.crop);
      scale(shown.picture, from, target, { x: 0, y: 0, width: size.widthPx, height: size.heightPx });
      const bytes = memory.bytes.subarray(target.address, target.address + size.widthPx * size.heightPx);
      looker.take(Buffer.from(bytes), ptsTicks, `${from.x},${from.y} ${from.width}x${from.height}`);
    },
  };
}

/** Whether the recorded picture shows channel A. */
function isSeen({ windows }: Pick<ComposedFrame['drawing'], 'windows'>, wanted: Wanted): boolean {
  if (wanted.sis.pattern !== 'off') return false;
  if (isDual(wanted)) return !wanted.muted.A;
  return windows.some(({ channel, muted }) => channel === 'A' && !muted);
}

const even = (value: number): number => Math.round(value / 2) * 2;

function cropped({ widthPx, heightPx }: Size, { left, top, right, bottom }: Crop): Rect {
  return {
    x: even(widthPx * left),
    y: even(heightPx * top),
    width: Math.max(2, even(widthPx * (1 - left - right))),
    height: Math.max(2, even(heightPx * (1 - top - bottom))),
  };
}
