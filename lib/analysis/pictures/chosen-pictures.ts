import type { Interval } from '#lib/media/intervals.ts';

/** Seconds by which a picture may come before the beginning of its stretch: containers round times to milliseconds. */
const EARLY_S = 0.001;

/**
 * Filters for FFmpeg that keep the pictures of some stretches, in the order of time. Pictures are chosen by their times, and
 * moved by what was cut away before them.
 */
export function chosenPictures(kept: readonly Interval[]): string {
  const chosen = kept.map(({ fromMs, toMs }) => `gte(t,${early(fromMs)})*lt(t,${early(toMs)})`).join('+');
  const gone = kept.map(({ fromMs }, at) => {
    const cutMs = fromMs - (kept[at - 1]?.toMs ?? 0);
    return at === 0 ? seconds(cutMs) : `gte(T,${early(fromMs)})*${seconds(cutMs)}`;
  });
  return `settb=1/90000,select='${chosen}',setpts='floor(PTS-(${gone.join('+')})/TB+0.5)'`;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(6);
const early = (ms: number): string => (ms / 1000 - EARLY_S).toFixed(6);
