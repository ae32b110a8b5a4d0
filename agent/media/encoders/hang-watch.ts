import type { Clock } from '#lib/runtime/clock.ts';
import type { Doing } from '#lib/runtime/processes/vital-signs.ts';

/**
 * Tells an encoder that hangs from one that is slow. One that computes, or would if it had a core, is not ended: that would cost what
 * it holds, and give nobody processor time. Frames are left out meanwhile, and counted.
 */
export interface HangWatch {
  /** Asked with each frame. */
  isHung(progress: EncoderProgress): boolean;
}

/** What an encoder has done so far. */
export interface EncoderProgress {
  /** Packets that came out of it, and frames that it took in. */
  heard: number;
  taken: number;
  /** Frames that wait for it. */
  queued: number;
}

/** Time without any progress, though it is fed, after which an encoder that does nothing counts as hung; longer at its start. */
const MUTE_MS = 2500;
const MUTE_AT_START_MS = 6000;
/** The same for one that somebody stopped, and for one that computes and brings nothing about. */
const STOPPED_MS = 20_000;
const VAIN_MS = 20_000;
/** An encoder for which no more frames wait than these has all that it needs: it is not slow. */
const FEW_QUEUED = 2;
/** Time between looks, which begin when it has been mute for so long. */
const LOOK_EVERY_MS = 500;
/** Looks that are compared. */
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
      // It keeps up with what it is given, and says nothing.
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
