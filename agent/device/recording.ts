import type { FileWords } from '#lib/media/file-tags.ts';
import type { Metadata } from './state.ts';

/** The state of a recording. */
export type RecordingStatus = 'setup' | 'recording' | 'paused' | 'finalizing' | 'finished' | 'partial' | 'failed';

/**
 * State of a part. writing: it gets frames. written: closed, still fragmented, playable. final: plain MP4 with its
 * index at the front. lost: its folder was removed. failed: nothing of it can be played.
 */
export type PartState = 'writing' | 'written' | 'final' | 'lost' | 'failed';

/** A part of a recording, which is one file. */
export interface RecordingPart {
  /** Stream that the part is of. 2: channel B alone, in dual mode; undefined: the first stream. */
  stream?: 2;
  /** Number of the part in its stream, from 1. */
  number: number;
  destination: string;
  /** Path of the recording's folder on this destination. */
  folder: string;
  name: string;
  state: PartState;
  createdAtMs: number;
  durationMs: number;
  pictures: number;
  bytes: number;
  sha256?: string;
}

/** A chapter mark. */
export interface Chapter {
  part: number;
  /** Offset from the beginning of the part. */
  offsetMs: number;
  title: string;
  kind: 'mark' | 'resume';
}

/** A thumbnail. */
export interface Thumbnail {
  /** Offset from the beginning of the recording. */
  offsetMs: number;
  folder: string;
  name: string;
  title: string;
}

/** An interruption: some time between two parts of a stream may be missing. */
export interface Break {
  atMs: number;
  reason: string;
}

/** Files of channel B alone, in dual mode; they begin with the same frame as those of the archive. */
export interface SecondStream {
  parts: RecordingPart[];
  chapters: Chapter[];
  breaks: Break[];
}

/**
 * All that the manifest of a recording keeps. Parts, chapters and breaks are those of the first stream, which is the archive, or
 * channel B where that alone was recorded.
 */
export interface Recording {
  id: string;
  /** Number for protocols that need one (SMP 351 `db_id`). */
  dbId: number;
  /** Name of the recording's folders, and beginning of its files' names. */
  base: string;
  status: RecordingStatus;
  hall: string;
  owner: string;
  bookingId?: string;
  /** System name that a controller gave the recording (SMP 351 `SystemName`); undefined: the hall's name is used. */
  systemName?: string;
  /** Language of the chapters that the box names itself; undefined: English. */
  locale?: 'fr' | 'en';
  metadata: Metadata;
  startedAtMs: number;
  /** Planned end. */
  endsAtMs?: number;
  endedAtMs?: number;
  parts: RecordingPart[];
  chapters: Chapter[];
  thumbnails: Thumbnail[];
  breaks: Break[];
  /** Files of channel B, if it was recorded beside the archive; without parts if that failed. */
  second?: SecondStream;
  /**
   * Names of files in the recording's folders that were put there by others, in the place of its own. They are no part
   * of the recording, and are never removed.
   */
  foreign?: string[];
  /** Time of the hand-over; only after it may the recording be deleted to make room. */
  deliveredAtMs?: number;
  /** Number that grows with each change of the manifest. */
  revision: number;
}

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
