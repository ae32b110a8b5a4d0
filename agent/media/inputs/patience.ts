import type { RtspRelaySeen } from '#lib/rtsp/relay/relay.ts';

/** How long a source is waited for: by its own rhythm, and by what is seen of its connection. */

/** Time without a frame after which a source of the usual rate has no signal. */
const LOST_MS = 1000;
/** The same before its rhythm is known. */
const LOST_AT_FIRST_MS = 5000;
/** Frames by which a rhythm is known, and by which it is measured. */
const KNOWN_AFTER = 3;
const MEASURED = 7;
/** A source is lost after so many of its own intervals. */
const INTERVALS = 2.5;
/** Time without frames after which a running source is started again; so much after it counts as lost, if it is slow. */
const STALLED_MS = 4000;
const STALLED_LATER_MS = 3000;

/** A source that does not answer a question within this time is asked anew. */
const ANSWER_MS = 30_000;
/** Time for the first packet after all questions were answered, and without packets before the first picture. */
const PACKETS_MS = 10_000;
/** Time for the first picture while packets come: a camera may send its next key picture late. */
const FIRST_PICTURE_MS = 90_000;
/** Time for the first picture of a source whose connection is not seen. */
const UNSEEN_MS = 30_000;

/** The intervals between the frames of a source. */
export interface Rhythm {
  frame(nowMs: number): void;
  /** Time without a frame after which it is lost. */
  lostAfterMs(): number;
}

/** Makes the rhythm of a source. */
export function openRhythm(): Rhythm {
  const intervals: number[] = [];
  let lastMs: number | undefined;
  return {
    frame(nowMs) {
      if (lastMs !== undefined) intervals.push(nowMs - lastMs);
      if (intervals.length > MEASURED) intervals.shift();
      lastMs = nowMs;
    },
    lostAfterMs() {
      if (intervals.length < KNOWN_AFTER) return LOST_AT_FIRST_MS;
      // One long interval may be a fault; two are the source's own.
      const usual = intervals.toSorted((one, other) => other - one)[1]!;
      return Math.max(LOST_MS, usual * INTERVALS);
    },
  };
}

/** What is known of a running source at a moment; times are monotonic, in milliseconds. */
export interface Waiting {
  nowMs: number;
  startedMs: number;
  /** 0 before the first. */
  lastFrameMs: number;
  lostAfterMs: number;
  /** What its relay has seen, if there is one. */
  seen: RtspRelaySeen | undefined;
}

/** What to do: go on, tell that there is no signal, or begin anew, for a reason. */
export type Verdict = { lost: boolean; giveUp?: string };

/** Judges a source that may be slow, silent or dead. */
export function judge(waiting: Waiting): Verdict {
  const { nowMs, lastFrameMs, lostAfterMs } = waiting;
  if (lastFrameMs === 0) {
    const reason = neverBegan(waiting);
    return { lost: false, ...(reason ? { giveUp: reason } : {}) };
  }
  const quietMs = nowMs - lastFrameMs;
  const stalledMs = Math.max(STALLED_MS, lostAfterMs === LOST_MS ? 0 : lostAfterMs + STALLED_LATER_MS);
  return { lost: quietMs > lostAfterMs, ...(quietMs > stalledMs ? { giveUp: 'no frames arrive' } : {}) };
}

function neverBegan({ nowMs, startedMs, seen }: Waiting): string | undefined {
  if (!seen) return nowMs - startedMs > UNSEEN_MS ? 'no picture comes' : undefined;
  if (seen.askedMs > 0) return nowMs - seen.askedMs > ANSWER_MS ? 'the source does not answer' : undefined;
  const sinceMs = Math.max(startedMs, seen.answeredMs, seen.pictureMs);
  if (nowMs - sinceMs > PACKETS_MS) return 'no packets of a picture arrive';
  return nowMs - startedMs > FIRST_PICTURE_MS ? 'packets arrive, but no picture can be made of them' : undefined;
}
