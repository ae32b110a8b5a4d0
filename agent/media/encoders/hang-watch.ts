import type { Clock } from '#lib/runtime/clock.ts';
import type { Doing } from '#lib/runtime/processes/vital-signs.ts';

/**
 * Tells an encoder that hangs from one that is slow. A slow encoder, which computes or waits for a processor, must not
 * be ended: its frames would be lost, and a new one would be as slow. Meanwhile frames are left out and counted.
 */
export interface HangWatch {
  /** Asked with each frame. */
  isHung(progress: EncoderProgress): boolean;
}

/** Progress of an encoder so far. */
export interface EncoderProgress {
  /** Packets that came out of the encoder, and frames that it took in. */
  heard: number;
  taken: number;
  /** Frames that wait for the encoder. */
  queued: number;
}

/**
 * Time without any progress, though frames wait, after which an encoder that does nothing counts as hung; longer at its
 * start.
 */
const MUTE_MS = 2500;
const MUTE_AT_START_MS = 6000;
/**
 * Time without any progress after which an encoder counts as hung though it was stopped (SIGSTOP), or computes and
 * gives nothing.
 */
const STOPPED_MS = 20_000;
const VAIN_MS = 20_000;
/** Frames that may wait for an encoder that keeps up; with more it is slow. */
const FEW_QUEUED = 2;
/** Time between looks at the process; the first one comes when there was no progress for this time. */
const LOOK_EVERY_MS = 500;
/** Number of the last looks that are compared; with fewer an encoder does not count as hung. */
const LOOKS = 4;

/** Watches one encoder. */
export function openHangWatch(process: { look(): Promise<Doing> }, clock: Clock): HangWatch {
  let sinceMs = clock.monotonicMs();
  let known = { heard: 0, taken: 0 };
  let heardMs = sinceMs;
  let lookedMs = 0;
  let looks: Doing[] = [];
  let wasHeard = false;

  const look = (nowMs: number): void => {
    if (nowMs - sinceMs < LOOK_EVERY_MS || nowMs - lookedMs < LOOK_EVERY_MS) return;
    lookedMs = nowMs;
    const own = looks;
    void process.look().then((doing) => own.push(doing));
  };

  return {
    isHung(progress) {
      const nowMs = clock.monotonicMs();
      const limitMs = wasHeard ? MUTE_MS : MUTE_AT_START_MS;
      if (progress.heard !== known.heard) heardMs = nowMs;
      // An encoder that takes its frames but gives no packets hangs.
      if (progress.queued <= FEW_QUEUED && nowMs - heardMs > limitMs) return true;
      if (progress.heard !== known.heard || progress.taken !== known.taken) {
        wasHeard ||= progress.heard > 0;
        known = progress;
        sinceMs = nowMs;
        looks = [];
        return false;
      }
      look(nowMs);
      const muteMs = nowMs - sinceMs;
      if (muteMs <= limitMs) return false;
      return looks.length >= LOOKS && muteMs > patienceFor(looks.slice(-LOOKS));
    },
  };
}

function patienceFor(looks: readonly Doing[]): number {
  if (looks.includes('works')) return VAIN_MS;
  return looks.includes('stopped') ? STOPPED_MS : 0;
}
