import type { Interval } from '#lib/media/intervals.ts';

/**
 * Cut lists: what is kept of a recording, as a SMIL document (`smil/cutting`, and that of what is proposed, such as `presenter/silence`;
 * facts/opencast 3.12). Not the SMIL that a streaming server reads.
 */

/** A track that a cut list is about. */
export interface CutTrack {
  /** Id of the element; undefined: not said. */
  id?: string | undefined;
  /** Address, or name of the file. */
  src: string;
  flavor?: string | undefined;
  kind: 'video' | 'audio';
}

/** What is kept of some tracks, all of which are cut alike. */
export interface CutList {
  /** Id of the media package; undefined: not said. */
  mediaPackage?: string | undefined;
  /** Length of the tracks; undefined: not said. */
  durationMs?: number | undefined;
  tracks: readonly CutTrack[];
  /** Stretches that are kept, in the order of the document. */
  segments: readonly Interval[];
}

/** Namespace of SMIL 3.0. */
export const SMIL_NAMESPACE = 'http://www.w3.org/ns/SMIL';
