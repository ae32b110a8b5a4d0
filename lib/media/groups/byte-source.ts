/** Bytes that are read at any place: a file, or a part of one. It may grow between two reads. */
export interface ByteSource {
  /** Number of bytes that are there now. */
  sizeBytes(): Promise<number>;
  /** The bytes from `at`; fewer than asked for only at the end. */
  read(at: number, bytes: number): Promise<Buffer>;
}

/** The reason, in words, why a film cannot be taken group by group. */
export interface Impossible {
  why: string;
}

export const isImpossible = (value: unknown): value is Impossible =>
  typeof value === 'object' && value !== null && 'why' in value;

/** A source of bytes in memory. */
export const bytesOf = (data: Buffer): ByteSource => ({
  sizeBytes: async () => data.length,
  read: async (at, bytes) => data.subarray(at, at + bytes),
});
