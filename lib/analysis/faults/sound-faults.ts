import { merged, type Interval } from '#lib/media/intervals.ts';
import type { Level } from '../sound/levels.ts';
import type { Fault } from './fault.ts';

/** From when on the sound is faulty. Levels are in dB of the greatest possible. */
export interface SoundLimits {
  /** Mean level below which there is no sound, and how long that must last. */
  noSoundDb: number;
  noSoundMs: number;
  /** Level of the louder seconds of a stretch, below which speech is too quiet, and the length of the stretch. */
  quietDb: number;
  quietMs: number;
  /** Highest level from which on sound may be clipped, if it exceeds the mean level by so much at most. */
  clippedDb: number;
  clippedCrestDb: number;
  clippedMs: number;
}

/** Limits without other wishes: quiet halls have noise of -55 dB, good speech -20 to -30. */
export const SOUND_LIMITS: SoundLimits = {
  noSoundDb: -60,
  noSoundMs: 10_000,
  quietDb: -42,
  quietMs: 60_000,
  clippedDb: -0.5,
  clippedCrestDb: 11,
  clippedMs: 3000,
};

/** Milliseconds between two stretches with the same fault, up to which they are told as one. */
const TOGETHER_MS = 5000;
/** Part of the seconds of a stretch that count as its louder ones. */
const LOUDER = 0.1;

/** Faults in the levels of a sound, from the first one on. */
export function soundFaults(levels: readonly Level[], durationMs: number, limits: SoundLimits = SOUND_LIMITS): Fault[] {
  const where = (isSo: (level: Level) => boolean): Interval[] =>
    levels.flatMap((level, at) =>
      isSo(level) ? [{ fromMs: level.fromMs, toMs: levels[at + 1]?.fromMs ?? Math.max(durationMs, level.fromMs) }] : [],
    );
  const silent = longOnes(
    where(({ rmsDb }) => rmsDb < limits.noSoundDb),
    limits.noSoundMs,
    1000,
  );
  const isSilent = (level: Level): boolean =>
    silent.some(({ fromMs, toMs }) => level.fromMs >= fromMs && level.fromMs < toMs);
  const heard = levels.filter((level) => !isSilent(level));
  const isClipped = ({ peakDb, rmsDb }: Level): boolean =>
    peakDb >= limits.clippedDb && peakDb - rmsDb <= limits.clippedCrestDb;
  const clipped = longOnes(where(isClipped), limits.clippedMs, TOGETHER_MS);
  const told = (what: Fault['what'], intervals: readonly Interval[]): Fault[] =>
    intervals.map((one) => ({ what, ...one }));
  return [
    ...told('no sound', silent),
    ...told('too quiet', quietStretches(heard, durationMs, limits)),
    ...told('clipped', clipped),
  ].toSorted((a, b) => a.fromMs - b.fromMs);
}

function longOnes(intervals: readonly Interval[], leastMs: number, togetherMs: number): Interval[] {
  const near: Interval[] = [];
  for (const { fromMs, toMs } of merged(intervals)) {
    const before = near.at(-1);
    if (before && fromMs - before.toMs <= togetherMs) before.toMs = toMs;
    else near.push({ fromMs, toMs });
  }
  return near.filter(({ fromMs, toMs }) => toMs - fromMs >= leastMs);
}

/** Stretches in which even the louder seconds are quiet; a rest that is shorter than a stretch belongs to the last one. */
function quietStretches(heard: readonly Level[], durationMs: number, { quietMs, quietDb }: SoundLimits): Interval[] {
  const perStretch = Math.max(1, Math.round(quietMs / 1000));
  const count = Math.max(1, Math.floor(heard.length / perStretch));
  const quiet: Interval[] = [];
  for (let at = 0; at < count; at++) {
    const stretch = heard.slice(at * perStretch, at === count - 1 ? heard.length : (at + 1) * perStretch);
    const [first] = stretch;
    const loud = stretch.map(({ rmsDb }) => rmsDb).toSorted((a, b) => b - a)[Math.floor(stretch.length * LOUDER)];
    if (!first || loud === undefined || loud >= quietDb) continue;
    quiet.push({ fromMs: first.fromMs, toMs: Math.min(durationMs, (stretch.at(-1)?.fromMs ?? 0) + 1000) });
  }
  return longOnes(quiet, 0, TOGETHER_MS);
}
