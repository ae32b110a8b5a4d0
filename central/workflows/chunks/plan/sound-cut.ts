import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';
import { TICKS_PER_SECOND } from '@amphi/lib/media/packet.ts';
import { openTurns } from '@amphi/lib/runtime/turns.ts';
import type { SoundSpan } from './timeline.ts';

/** Frames of sound of a result. */
export interface SoundFrames {
  /** Their numbers in the table of the track, and their times in the result, in the track's time scale. */
  numbers: readonly number[];
  times: readonly number[];
  /** How long each lasts. */
  durations: readonly number[];
  /** What is decoded at the beginning, but not heard. */
  skipped: number;
  /** Silence before the first. */
  delay: number;
}

/** Frames after which it is asked whether a turn is over: two hours have 337 500. */
const IN_A_TURN = 512;

/**
 * Chooses the frames of sound for spans of a film. No frame is divided or encoded anew: the beginning is exact to the
 * sample, since what comes before it in its frame is not played, and after each joint the sound is at most half a
 * frame beside its picture. The frame before the first is taken too, which a decoder needs to begin.
 */
export async function soundFrames(track: IndexedTrack, spans: readonly SoundSpan[]): Promise<SoundFrames> {
  const { samples, timescale, shift } = track;
  const unitsOf = (ticks: number): number => (ticks * timescale) / TICKS_PER_SECOND;
  const numbers: number[] = [];
  const times: number[] = [];
  let next: number | undefined;
  let at = 0;
  const turns = openTurns();
  const take = (number: number, time: number): void => {
    numbers.push(number);
    times.push(time);
    next = time + samples.durations[number]!;
  };
  for (const span of spans) {
    const isWhole = span.fromTicks === -Infinity;
    const [from, to] = [unitsOf(span.fromTicks), unitsOf(span.toTicks)];
    const moved = isWhole ? 0 : Math.round(unitsOf(span.atTicks) - from);
    const half = (samples.durations[at] ?? 0) / 2;
    const shownAt = (number: number): number => samples.times[number]! + shift;
    while (at < samples.count && shownAt(at) + samples.durations[at]! <= (next === undefined ? from : from - half)) {
      at++;
      if (at % IN_A_TURN === 0) await turns.over();
    }
    for (; at < samples.count && shownAt(at) < to - (isWhole ? 0 : half); at++) {
      const wanted = shownAt(at) + moved;
      if (next === undefined) {
        if (!isWhole && at > 0) take(at - 1, wanted - samples.durations[at - 1]!);
        take(at, wanted);
      } else if (wanted - next > half + 1) take(at, wanted);
      else if (next - wanted <= half + 1) take(at, next);
      if (at % IN_A_TURN === 0) await turns.over();
    }
  }
  const [first = 0] = times;
  const durations = times.map((time, n) => (times[n + 1] ?? next ?? time) - time);
  return { numbers, times, durations, skipped: Math.max(0, -first), delay: Math.max(0, first) };
}
