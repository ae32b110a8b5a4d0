import type * as device from '#agent/device/recording.ts';

/** The recordings of the box for the hand-over; `agent/main.ts` connects the recorder. */
export interface Recordings {
  list(): readonly Recording[];
  find(id: string): Recording | undefined;
  /** Marks a recording as confirmed by the server; from then on it may be deleted to make room. */
  markDelivered(id: string): boolean;
}

/** What the hand-over reads of a part. */
export type RecordingPart = Pick<
  device.RecordingPart,
  'stream' | 'number' | 'folder' | 'name' | 'state' | 'durationMs' | 'bytes' | 'sha256'
>;

/** What the hand-over reads of a recording. */
export type Recording = Pick<
  device.Recording,
  'id' | 'base' | 'status' | 'hall' | 'bookingId' | 'metadata' | 'startedAtMs' | 'endedAtMs' | 'deliveredAtMs'
> & { parts: readonly RecordingPart[]; second?: { parts: readonly RecordingPart[] } };

/** Whether a recording is finished. */
export const isSettled = ({ status }: Recording): boolean => ['finished', 'partial', 'failed'].includes(status);

/** The parts that can be handed over: those of the first stream, then those of channel B. */
export const partsOf = ({ parts, second }: Recording): RecordingPart[] =>
  [...parts, ...(second?.parts ?? [])].filter(
    ({ state, bytes }) => (state === 'final' || state === 'written') && bytes > 0,
  );
