import type { Interval } from '@amphi/lib/media/intervals.ts';

/** A recording that is cut. */
export interface CutSource {
  /** Absolute path. */
  path: string;
  /** Whether it has a picture, and sound. */
  picture: boolean;
  sound: boolean;
  framesPerSecond: number | undefined;
}

/** What is to be cut. */
export interface Cut {
  source: CutSource;
  /** Stretches that are kept: in order, with whole pictures. */
  kept: readonly Interval[];
  /** Absolute path of the result, an MP4. */
  to: string;
}

/** How cutting is followed, as `OperationContext` has it. */
export interface CutFollows {
  signal: AbortSignal;
  log: (text: string, level?: 'info' | 'warning' | 'error') => void;
  progress: (part: number) => void;
}

/**
 * Cuts a recording by encoding the groups of pictures at the borders alone: the others are taken as bytes. `whyNot` says in words
 * why this recording cannot be cut so; then nothing was written.
 */
export type CutByChunks = (cut: Cut, follows: CutFollows) => Promise<{ whyNot: string } | undefined>;

/** Length in ms of a recording that would be cut by its groups of pictures; `whyNot` says why it cannot be. Writes nothing. */
export type CutLength = (cut: Omit<Cut, 'to'>) => Promise<{ durationMs: number } | { whyNot: string }>;

/** Cuts a recording, in whatever way it can be cut. */
export type CutMedia = (cut: Cut, follows: CutFollows) => Promise<void>;
