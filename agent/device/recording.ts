import type { FileWords } from '#lib/media/file-tags.ts';
import type { ShownLayout } from '#lib/media/layout-notes.ts';
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

/** A moment of a stream of a recording. */
export interface Moment {
  /** Number of the part. */
  part: number;
  /** Offset from the beginning of the part. */
  offsetMs: number;
}

/** A layout, from the frame on at which it came. Each part begins with one. */
export type LayoutChange = Moment & ShownLayout;

/** A slide of channel A, from the moment on at which it came. */
export interface FoundSlide extends Moment {
  /** A moment at which all of the slide is seen. */
  picture: Moment;
  /** Moments at which something was added. */
  additions: Moment[];
  /** Number, from 0, of the earlier slide that is shown again. */
  sameAs?: number;
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
  layouts?: LayoutChange[];
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
  /** Where the channels are in the picture. */
  layouts?: LayoutChange[];
  /** Slides that were found while it was recorded; undefined: they were not looked for, or that failed. */
  slides?: FoundSlide[];
  thumbnails: Thumbnail[];
  /** Whether its films are done, although it is still being finished: its thumbnails are made. */
  hasItsFilms?: boolean;
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

/** A recording without its layouts and slides, which grow with the lecture: what is told of it again and again. */
export type RecordingTold = Omit<Recording, 'layouts' | 'slides' | 'second'> & {
  second?: Omit<SecondStream, 'layouts'>;
};

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

/** A slide as it was seen, with time stamps of frames (90 kHz); it lasts until the next one. */
export interface SeenSlide {
  fromTicks: number;
  pictureTicks: number;
  additionsTicks: readonly number[];
  sameAs?: number;
}

/** Looks for slides while a recording runs. No function of it blocks or throws. */
export interface SlideWatch {
  /**
   * Begins to look, from the frame with this time stamp on. `onSlides` gets all slides so far whenever there is another one;
   * undefined: no more are looked for, and what was found is of no use.
   */
  begin(fromTicks: number, onSlides: (slides: readonly SeenSlide[] | undefined) => void): SlideSearch;
}

/** A search for slides. */
export interface SlideSearch {
  /** Ends the search before the frame with this time stamp; resolves after `onSlides` got the last of it, in a second or two. */
  end(toTicks: number): Promise<void>;
  /** Gives the search up; `onSlides` is not called any more. */
  close(): void;
}
