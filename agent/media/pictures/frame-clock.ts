import type { Clock } from '#lib/runtime/clock.ts';
import { TICKS_PER_SECOND } from '#lib/media/packet.ts';
import { SAMPLE_RATE } from '../sound/sound-ring.ts';

/** Frame n of the box is due at `epochMs + n / fps` on the monotonic clock; nothing makes the clock wait. */
export interface FrameClock {
  close(): void;
}

export interface FrameTick {
  frame: number;
  dueMs: number;
  /** Frames that were left out before this one because the box stood still for too long. */
  skipped: number;
}

/** Standing still for longer than this leaves frames out; less is caught up frame by frame. */
const CATCH_UP_MS = 1000;
/** The stream's time stamps begin here, so that decoding times before the first picture stay positive. */
const FIRST_TICKS = 10 * TICKS_PER_SECOND;

/** 90 kHz time stamp of a frame: even, because an odd one asks the encoder for a key picture. */
export const ticksOf = (frame: number, fps: number): number =>
  FIRST_TICKS + 2 * Math.round((frame * TICKS_PER_SECOND) / fps / 2);

/** First sound sample of a frame; frames whose rate does not divide 48 kHz take turns in length. */
export const sampleOf = (frame: number, fps: number): number => Math.floor((frame * SAMPLE_RATE) / fps);

/**
 * Calls `onTick` for each frame from `firstFrame` at its time. A late tick is followed at once by the next: the clock
 * catches up, never stretches.
 */
export function startFrameClock(
  clock: Clock,
  fps: number,
  epochMs: number,
  firstFrame: number,
  onTick: (tick: FrameTick) => void,
): FrameClock {
  const dueMs = (frame: number): number => epochMs + (frame * 1000) / fps;
  let frame = firstFrame;
  let cancel = (): void => undefined;
  let closed = false;

  const run = (): void => {
    const lateMs = clock.monotonicMs() - dueMs(frame);
    const skipped = lateMs > CATCH_UP_MS ? Math.floor((lateMs * fps) / 1000) : 0;
    frame += skipped;
    onTick({ frame, dueMs: dueMs(frame), skipped });
    frame++;
    if (!closed) cancel = clock.at(dueMs(frame), run);
  };
  cancel = clock.at(dueMs(frame), run);
  return {
    close() {
      closed = true;
      cancel();
    },
  };
}
