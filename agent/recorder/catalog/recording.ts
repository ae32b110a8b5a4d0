import type { Metadata } from '#agent/device/state.ts';

export type RecordingStatus = 'setup' | 'recording' | 'paused' | 'finalizing' | 'finished' | 'partial' | 'failed';

/**
 * writing: frames come in; written: closed, still fragmented, playable; final: plain MP4 with its index in front;
 * lost: its folder was removed; failed: nothing in it can be played.
 */
export type PartState = 'writing' | 'written' | 'final' | 'lost' | 'failed';

export interface PartInfo {
  /** R1, R2… */
  number: number;
  destination: string;
  /** The recording's folder, with the destination's in front. */
  folder: string;
  name: string;
  state: PartState;
  createdAtMs: number;
  durationMs: number;
  pictures: number;
  bytes: number;
  sha256?: string;
}

export interface ChapterInfo {
  part: number;
  /** From the begin of the part. */
  offsetMs: number;
  title: string;
  kind: 'mark' | 'resume';
}

export interface ThumbnailInfo {
  /** From the begin of the recording. */
  offsetMs: number;
  folder: string;
  name: string;
  title: string;
}

/** Everything about one recording (a take), as its manifest keeps it. */
export interface RecordingInfo {
  id: string;
  /** Number for protocols that want one (SMP 351 `db_id`). */
  dbId: number;
  /** Name of its folders, and begin of its files' names. */
  base: string;
  status: RecordingStatus;
  hall: string;
  owner: string;
  bookingId?: string;
  metadata: Metadata;
  startedAtMs: number;
  /** When it is to end by itself. */
  endsAtMs?: number;
  endedAtMs?: number;
  parts: PartInfo[];
  chapters: ChapterInfo[];
  thumbnails: ThumbnailInfo[];
  /** What interrupted it: between two of its parts something may be missing. */
  breaks: { atMs: number; reason: string }[];
  /** Handed over to whoever collects recordings; only then may it be cleaned away. */
  deliveredAtMs?: number;
  /** Goes up with each change of the manifest. */
  revision: number;
}

/** Still being recorded, as far as anybody has said. */
export const isOpen = ({ status }: RecordingInfo): boolean => ['setup', 'recording', 'paused'].includes(status);

export const durationMsOf = (info: RecordingInfo): number =>
  info.parts.reduce((sum, part) => sum + (isThere(part) ? part.durationMs : 0), 0);

export const bytesOfRecording = (info: RecordingInfo): number =>
  info.parts.reduce((sum, part) => sum + (isThere(part) ? part.bytes : 0), 0);

export const isThere = ({ state }: PartInfo): boolean => state !== 'lost' && state !== 'failed';

/** Where a part begins within the recording: after all earlier ones. */
export function startMsOf(info: RecordingInfo, part: PartInfo): number {
  const earlier = info.parts.filter((other) => isThere(other) && other.number < part.number);
  return earlier.reduce((sum, other) => sum + other.durationMs, 0);
}

/** How a closed recording ended: partial where something of it is missing for good. */
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

/** Nothing is left to do for it. */
export const isSettled = (info: RecordingInfo): boolean =>
  !isOpen(info) &&
  info.status !== 'finalizing' &&
  info.parts.every(({ state }) => state !== 'writing' && state !== 'written');

/** The mean of a recording of some length; undefined before. */
export function kbpsOf(info: RecordingInfo): number | undefined {
  const durationMs = durationMsOf(info);
  return durationMs > 5000 ? (bytesOfRecording(info) * 8) / durationMs : undefined;
}
