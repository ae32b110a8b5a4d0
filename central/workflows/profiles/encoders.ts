import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import type { ElementRow } from '../../store/tables.ts';

/** A file that a profile made. */
export interface ProfileFile {
  /** Name in the folder of the operation. */
  file: string;
  /** Name that people see. */
  fileName: string;
  /** End of its name, such as `-hd.mp4`. */
  suffix: string;
  /** Tag of the output, if the profile has several. */
  tag: string | undefined;
  /** Length in ms that FFmpeg told. */
  durationMs: number | undefined;
}

/** A source that is to be encoded by all of some profiles, in pieces if that can be. */
export interface ChunksAsked {
  /** Id of the event that the source belongs to. */
  event: string;
  source: ElementRow;
  /** Absolute path of its file. */
  path: string;
  profiles: readonly Profile[];
  /** Makes the folder of the operation: the files go there. */
  folder(): Promise<string>;
  signal: AbortSignal;
  log(text: string, level?: 'info' | 'warning' | 'error'): void;
  /** Tells how much is done, 0 to 1. */
  progress(part: number): void;
}

/** Files of each profile, by its id; or why the source or a profile cannot be encoded in pieces, in words. */
export type ChunksAnswer = { files: ReadonlyMap<string, readonly ProfileFile[]> } | { whyNot: string };

/** Encodes a source in pieces, which may be there already. */
export type EncodeByChunks = (asked: ChunksAsked) => Promise<ChunksAnswer>;
