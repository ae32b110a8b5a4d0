import type { ColumnType, Generated } from 'kysely';

type Time = ColumnType<Date, Date | undefined, Date>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** Tables of what films are encoded to, piece by piece. */
export interface ChunkTables {
  films: FilmsTable;
  renditions: RenditionsTable;
  fragment_files: FragmentFilesTable;
  fragments: FragmentsTable;
  film_sounds: FilmSoundsTable;
  loudness: LoudnessTable;
  sound_tasks: SoundTasksTable;
  chunk_tasks: ChunkTasksTable;
}

/** Digests of the groups of films that were read. */
interface FilmsTable {
  event: string;
  /** Path of the film below the media folder. */
  path: string;
  /** Size of the file when it was read; a film that grows is read on from there. */
  size_bytes: number;
  /** Digests of its groups, 32 bytes each, in order. */
  digests: Buffer;
}

/** Pieces of an event's films, encoded in one way: all have the same parameter sets. */
interface RenditionsTable {
  id: Generated<number>;
  event: string;
  /** SHA-256 of all that the encoder is told, in hex. */
  output: string;
  /** Parameter sets of H.264. */
  sps: Buffer;
  pps: Buffer;
  /** When it was wanted last. */
  touched_at: Time;
}

/** Files of fragments, each written once. */
interface FragmentFilesTable {
  id: Generated<number>;
  rendition: number;
  /** Path below the media folder. */
  path: string;
}

/** A fragment: one piece as `moof` and `mdat`, whose times begin at 0. */
interface FragmentsTable {
  rendition: number;
  /** Digest of the group that it was made from, or of a part of one. */
  digest: Buffer;
  file: number;
  offset_bytes: number;
  size_bytes: number;
  pictures: number;
  /** How long it lasts, in 1/90000 s. */
  ticks: number;
}

/** Sound of films, encoded as a whole. */
interface FilmSoundsTable {
  event: string;
  /** SHA-256 of the sizes and times of its frames, in hex. */
  name: string;
  /** SHA-256 of all that the encoder is told, in hex. */
  output: string;
  /** Path of the file below the media folder. */
  path: string;
  /** Loudness of what was leveled as it came, in LUFS; null: it was not measured. */
  lufs: Maybe<number>;
  touched_at: Time;
}

/** Loudness of recordings (EBU R128). A file of another size is measured anew. */
interface LoudnessTable {
  event: string;
  /** Path of the recording below the media folder. */
  path: string;
  size_bytes: number;
  integrated_lufs: number;
  range_lu: number;
  /** -Infinity for silence. */
  true_peak_db: number;
}

/** Films that grow, whose sound is encoded as it comes. */
interface SoundTasksTable {
  id: Generated<number>;
  event: string;
  /** Path of the film below the media folder. */
  film: string;
  /** Options for FFmpeg of each sound, or what stands for the envelope, as JSON. */
  sounds: ColumnType<string[][], string, string>;
  /** Whether nothing will be added to the film. */
  is_whole: Generated<boolean>;
  state: Generated<'open' | 'done' | 'failed'>;
  /** How often a worker began with it, and did not end before. */
  attempts: Generated<number>;
  /** Reason in words why it failed. */
  problem: Maybe<string>;
  /** Last sign of life of whoever does it. */
  touched_at: Time;
}

/** Runs of groups that are to be encoded, each by one job. */
interface ChunkTasksTable {
  id: Generated<number>;
  event: string;
  /** Path of the film below the media folder. */
  film: string;
  /** Whether nothing will be added to the film. */
  is_whole: boolean;
  /** Its outputs as JSON. */
  outputs: ColumnType<unknown, string, string>;
  /** What each encoder is told, as `output` of a rendition. */
  output_keys: string[];
  first_group: number;
  groups: number;
  /** A part of the one group for each output; null: whole groups. */
  parts: ColumnType<{ from: number; to: number }[] | null, string | null, string | null>;
  /** Digests that name the pieces which it makes. */
  names: Buffer[];
  state: Generated<'open' | 'done' | 'failed'>;
  /** How often a worker began with it. */
  attempts: Generated<number>;
  /** Reason in words why it failed. */
  problem: Maybe<string>;
  created_at: Time;
}
