import type { FileWords } from '#lib/media/file-tags.ts';
import type { RecordingPart } from './recording.ts';

/** The end of a part's fragmented file: its length, and the words with which its finished file is made. */
export interface PartEnd {
  bytes: number;
  words: FileWords;
}

/**
 * Is told how the files of recordings grow, so that they can be sent while they are recorded. No function of it blocks or
 * throws.
 */
export interface GrowthWatch {
  /** Called when the first `bytes` of a part's fragmented file would survive a power cut. */
  durable(take: string, part: RecordingPart, bytes: number): void;
  /**
   * Called when a part has ended, before its finished file replaces the fragmented one; again if it has to be finished
   * once more. Resolves when the fragmented file is not needed under its name any more, after a few seconds at most.
   */
  ends(take: string, part: RecordingPart, end: PartEnd): Promise<void>;
}
