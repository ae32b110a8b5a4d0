import type { Metadata } from '#agent/device/state.ts';

/** The recordings of the box, as far as they are handed over; `agent/main.ts` plugs in the recorder. */
export interface Recordings {
  list(): readonly Recording[];
  find(id: string): Recording | undefined;
  /** The server has confirmed that it has it: the disk rule may delete it from now on. */
  markDelivered(id: string): boolean;
}

/** The recorder's own type fits. */
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

export interface RecordingPart {
  number: number;
  folder: string;
  name: string;
  state: 'writing' | 'written' | 'final' | 'lost' | 'failed';
  durationMs: number;
  bytes: number;
  sha256?: string;
}

export const isSettled = ({ status }: Recording): boolean => ['finished', 'partial', 'failed'].includes(status);

/** The files that can be handed over. */
export const partsOf = ({ parts }: Recording): RecordingPart[] =>
  parts.filter(({ state, bytes }) => (state === 'final' || state === 'written') && bytes > 0);
