import type { Envelope } from '@amphi/lib/analysis/sound/envelope.ts';
import type { Found } from '../../store/probe.ts';
import type { Interval } from '@amphi/lib/media/intervals.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';

/** A film that is to be encoded by all of some profiles, in pieces if that can be. */
export interface EncodeOrder {
  event: string;
  /** Absolute path of the film. */
  source: string;
  profiles: readonly Profile[];
  /** Parts of the film that are kept, in ms, [begin, end); undefined: all of it. */
  kept?: readonly Interval[] | undefined;
  /** Whether results may be lists (`store/lists`). */
  asLists?: boolean | undefined;
  /** Folder for the results. */
  folder: string;
  signal: AbortSignal;
  log: (text: string) => void;
  /** Tells how much is done, 0 to 1. */
  progress: (part: number) => void;
}

/** A file that was made of pieces. */
export interface EncodedFile {
  /** Id of its profile, and the tag of the output, if the profile has several. */
  profile: string;
  tag: string | undefined;
  /** Absolute path, in the folder of the order; its end is the suffix of the output. */
  path: string;
  /** What ffprobe would find in it, where that is known. */
  told?: Found | undefined;
}

/**
 * Loudness in LUFS of a film's sound that was leveled as it came, for profiles whose commands have `#{loudness}`; undefined:
 * there is none.
 */
export type LeveledSound = (of: {
  event: string;
  /** Absolute path of the film. */
  source: string;
  profiles: readonly Profile[];
  signal: AbortSignal;
}) => Promise<number | undefined>;

/**
 * The envelope of the sound of a film: the one that was made while it grew, else it is made now, and kept for whoever asks
 * next. Undefined: the film has no sound that can be found again.
 */
export type EnvelopeOf = (of: {
  event: string;
  /** Absolute path of the film. */
  source: string;
  signal: AbortSignal;
}) => Promise<Envelope | undefined>;

/** Encodes in pieces, some of which may be there already; or says in words why the film or a profile cannot be encoded so. */
export type EncodeByChunks = (order: EncodeOrder) => Promise<{ files: readonly EncodedFile[] } | { why: string }>;
