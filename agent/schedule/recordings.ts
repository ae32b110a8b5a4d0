import type { Metadata } from '#agent/device/state.ts';

/** The recordings of the box for the hand-over; `agent/main.ts` connects the recorder. */
export interface Recordings {
  list(): readonly Recording[];
  find(id: string): Recording | undefined;
  /** Marks a recording as confirmed by the server; from then on it may be deleted to make room. */
  markDelivered(id: string): boolean;
}

/** A recording; the recorder's own type fits. */
export interface Recording {
  id: string;
  base: string;
  status: 'setup' | 'recording' | 'paused' | 'finalizing' | 'finished' | 'partial' | 'failed';
  hall: string;
  bookingId?: string;
  metadata: Metadata;
  startedAtMs: number;
  endedAtMs?: number;
  parts: readonly RecordingPart[];
  deliveredAtMs?: number;
}

/** A part of a recording. */
export interface RecordingPart {
  number: number;
  folder: string;
  name: string;
  state: 'writing' | 'written' | 'final' | 'lost' | 'failed';
  durationMs: number;
  bytes: number;
  sha256?: string;
}

/** Whether a recording is finished. */
export const isSettled = ({ status }: Recording): boolean => ['finished', 'partial', 'failed'].includes(status);

/** The parts that can be handed over. */
export const partsOf = ({ parts }: Recording): RecordingPart[] =>
  parts.filter(({ state, bytes }) => (state === 'final' || state === 'written') && bytes > 0);
