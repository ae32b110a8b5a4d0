import type { Metadata } from './state.ts';

/** The state of a recording. */
export type RecordingStatus = 'setup' | 'recording' | 'paused' | 'finalizing' | 'finished' | 'partial' | 'failed';

/**
 * The state of a part. writing: frames come in. written: closed, still fragmented, playable. final: plain MP4 with its
 * index at the front. lost: its folder was removed. failed: nothing of it can be played.
 */
export type PartState = 'writing' | 'written' | 'final' | 'lost' | 'failed';

/** A part of a recording, which is one file. */
export interface RecordingPart {
  /** 2: of channel B alone, in dual mode; else of the archive. */
  stream?: 2;
  /** Number of the part in its stream, from 1. */
  number: number;
  destination: string;
  /** Folder of the recording, with the destination's path. */
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

/** An interruption: between two parts of a stream something may be missing. */
export interface Break {
  atMs: number;
  reason: string;
}

/** What was recorded of channel B alone, in dual mode: files of its own, which begin with the same frame. */
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
  /** Name of its folders, and beginning of its files' names. */
  base: string;
  status: RecordingStatus;
  hall: string;
  owner: string;
  bookingId?: string;
  /** Name of the system that a controller gave it (SMP 351 `SystemName`); the hall without it. */
  systemName?: string;
  /** Language of the chapters that the box names itself; English without it. */
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
  /** There if channel B was recorded beside the archive; without parts, if nothing came of it. */
  second?: SecondStream;
  /** Names of files in its folders that others put in the place of its own. They are not part of it, and stay. */
  foreign?: string[];
  /** When it was handed over; only after that may it be deleted to make room. */
  deliveredAtMs?: number;
  /** Grows with each change of the manifest. */
  revision: number;
}
