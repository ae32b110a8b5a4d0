import type * as device from '#agent/device/recording.ts';

/** The recordings of the box, as the hand-over needs them; `agent/box/schedule/schedule.ts` passes the recorder. */
export interface Recordings {
  list(): readonly Recording[];
  find(id: string): Recording | undefined;
  /** Marks a recording as confirmed by the server; from then on it may be deleted to make room. */
  markDelivered(id: string): boolean;
  /** What a recording has besides its films. */
  tracksOf?(id: string): readonly RecordingTrack[];
  /** What is known so far of a part that is written, by the name of its file; undefined: nothing that could be told. */
  growingTracksOf?(id: string, part: string): GrowingTracks | undefined;
}

/** Texts (JSON) of a part that is written, with times of its file: where the channels are, and the slides so far. */
export interface GrowingTracks {
  layout: string;
  slides: string;
}

/** A track of a recording that is a text (JSON). */
export interface RecordingTrack {
  /** Where the channels are in the picture; or slides that were found. */
  kind: 'layout' | 'slides';
  /** The stream that it belongs to; 2 is channel B. */
  stream?: 2;
  text: string;
}

/** Fields of a part that the hand-over reads. */
export type RecordingPart = Pick<
  device.RecordingPart,
  'stream' | 'number' | 'folder' | 'name' | 'state' | 'durationMs' | 'bytes' | 'sha256'
>;

/** Fields of a recording that the hand-over reads. */
export type Recording = Pick<
  device.Recording,
  | 'id'
  | 'base'
  | 'status'
  | 'hasItsFilms'
  | 'hall'
  | 'bookingId'
  | 'metadata'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'deliveredAtMs'
> & { parts: readonly RecordingPart[]; second?: { parts: readonly RecordingPart[] } };

/** Whether nothing is done to the films of a recording any more. */
export const isSettled = ({ status, hasItsFilms = false }: Recording): boolean =>
  hasItsFilms || ['finished', 'partial', 'failed'].includes(status);

/** The parts that can be handed over: those of the first stream, then those of channel B. */
export const partsOf = ({ parts, second }: Recording): RecordingPart[] =>
  [...parts, ...(second?.parts ?? [])].filter(
    ({ state, bytes }) => (state === 'final' || state === 'written') && bytes > 0,
  );
