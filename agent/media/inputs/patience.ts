import type { RtspRelaySeen } from '#lib/rtsp/relay/relay.ts';

/** Times for which a source is waited for: by its own rhythm, and by what is seen of its connection. */

/** Time without a frame after which a source of the usual rate has no signal. */
const LOST_MS = 1000;
/** Time without a frame after which a source has no signal, while its rhythm is not known. */
const LOST_AT_FIRST_MS = 5000;
/** Intervals after which a rhythm is known, and number of the last ones by which it is measured. */
const KNOWN_AFTER = 3;
const MEASURED = 7;
/** Number of its usual intervals after which a source has no signal. */
const INTERVALS = 2.5;
/** Time without frames after which a running source is started again. */
const STALLED_MS = 4000;
/** Time for which a slow source is still waited for after it has no signal; then it is started again. */
const STALLED_LATER_MS = 3000;

/** Time within which a source has to answer a question of RTSP; then it is started again. */
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
  /** Time without a frame after which the source has no signal. */
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

/** A running source at a moment; times are monotonic, in milliseconds. */
export interface Waiting {
  nowMs: number;
  startedMs: number;
  /** Time of the last frame; 0 before the first one. */
  lastFrameMs: number;
  lostAfterMs: number;
  /** The facts that its relay has seen, if there is one. */
  seen: RtspRelaySeen | undefined;
}

/** Decision about a source: whether it has no signal, and, if it has to be started again, the reason. */
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
