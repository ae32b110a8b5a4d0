import { TARGET_LUFS } from './loudness.ts';

/**
 * Filters that bring sound to `TARGET_LUFS` while it comes, when nobody knows yet how loud the whole is: the gain follows
 * what was heard so far (EBU R128, one pass). The result is measured; where it is off by more than `OFF_LU`, the sound is
 * leveled anew in two passes.
 */
export const LEVELED_AS_IT_COMES = `loudnorm=I=${TARGET_LUFS}:TP=-1.5:LRA=11,aresample=48000`;

/** Filter that measures what goes through it; FFmpeg tells the result at the end, at its log level `info`. */
export const MEASURED_AT_END = 'ebur128=framelog=verbose';

/** LU by which the loudness of a sound that was leveled as it came may differ from the one that is wanted. */
const OFF_LU = 1;

/** Whether a sound that was leveled as it came is as loud as is wanted. */
export const isLeveled = (lufs: number): boolean => Math.abs(lufs - TARGET_LUFS) <= OFF_LU;

/** Integrated loudness in what FFmpeg told at the end; undefined: it told none. */
export function loudnessTold(text: string): number | undefined {
  const told = /Integrated loudness:\s*\n\s*I:\s+(-?\d+(?:\.\d+)?) LUFS/.exec(text)?.[1];
  return told === undefined ? undefined : Number(told);
}
