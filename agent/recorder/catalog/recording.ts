import type { Metadata } from '#agent/device/state.ts';

/** The state of a recording. */
export type RecordingStatus = 'setup' | 'recording' | 'paused' | 'finalizing' | 'finished' | 'partial' | 'failed';

/**
 * The state of a part. writing: frames come in. written: closed, still fragmented, playable. final: plain MP4 with its
 * index at the front. lost: its folder was removed. failed: nothing of it can be played.
 */
export type PartState = 'writing' | 'written' | 'final' | 'lost' | 'failed';

/** A part of a recording, which is one file. */
export interface PartInfo {
  /** Number of the part, from 1. */
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
export interface ChapterInfo {
  part: number;
  /** Offset from the beginning of the part. */
  offsetMs: number;
  title: string;
  kind: 'mark' | 'resume';
}

/** A thumbnail. */
export interface ThumbnailInfo {
  /** Offset from the beginning of the recording. */
  offsetMs: number;
  folder: string;
  name: string;
  title: string;
}

/** All that the manifest of a recording keeps. */
export interface RecordingInfo {
  id: string;
  /** Number for protocols that need one (SMP 351 `db_id`). */
  dbId: number;
  /** Name of its folders, and beginning of its files' names. */
  base: string;
  status: RecordingStatus;
  hall: string;
  owner: string;
  bookingId?: string;
  metadata: Metadata;
  startedAtMs: number;
  /** Planned end. */
  endsAtMs?: number;
  endedAtMs?: number;
  parts: PartInfo[];
  chapters: ChapterInfo[];
  thumbnails: ThumbnailInfo[];
  /** Interruptions: between two of its parts something may be missing. */
  breaks: { atMs: number; reason: string }[];
  /** When it was handed over; only after that may it be deleted to make room. */
  deliveredAtMs?: number;
  /** Grows with each change of the manifest. */
  revision: number;
}

/** Whether it has not ended. */
export const isOpen = ({ status }: RecordingInfo): boolean => ['setup', 'recording', 'paused'].includes(status);

/** Length of its parts together. */
export const durationMsOf = (info: RecordingInfo): number =>
  info.parts.reduce((sum, part) => sum + (isThere(part) ? part.durationMs : 0), 0);

/** Bytes of its files together. */
export const bytesOfRecording = (info: RecordingInfo): number =>
  info.parts.reduce((sum, part) => sum + (isThere(part) ? part.bytes : 0), 0);

/** Whether a part exists and can be played. */
export const isThere = ({ state }: PartInfo): boolean => state !== 'lost' && state !== 'failed';

/** Where a part begins in the recording: after all earlier ones. */
export function startMsOf(info: RecordingInfo, part: PartInfo): number {
  const earlier = info.parts.filter((other) => isThere(other) && other.number < part.number);
  return earlier.reduce((sum, other) => sum + other.durationMs, 0);
}

/** The final state of a closed recording: partial if something of it is missing for good. */
export function closedStatus(info: RecordingInfo, cutShort = false): RecordingStatus {
  const there = info.parts.filter(isThere);
  if (there.length === 0) return 'failed';
  return cutShort || there.length < info.parts.length ? 'partial' : 'finished';
}

export const EMPTY_METADATA: Metadata = {
  title: '',
  presenter: '',
  series: '',
  course: '',
  contributor: '',
  coverage: '',
  description: '',
  format: '',
  identifier: '',
  language: '',
  publisher: '',
  rights: '',
  source: '',
  subject: '',
  type: '',
};

/** Whether nothing remains to be done for it. */
export const isSettled = (info: RecordingInfo): boolean =>
  !isOpen(info) &&
  info.status !== 'finalizing' &&
  info.parts.every(({ state }) => state !== 'writing' && state !== 'written');

/** Its mean bit rate, undefined until it has some length. */
export function kbpsOf(info: RecordingInfo): number | undefined {
  const durationMs = durationMsOf(info);
  return durationMs > 5000 ? (bytesOfRecording(info) * 8) / durationMs : undefined;
}
