import type { FileHandle } from 'node:fs/promises';

/** Bytes of an open file from a place on; fewer only at its end. */
export async function readUpTo(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const data = Buffer.allocUnsafe(bytes);
  let given = 0;
  while (given < bytes) {
    const { bytesRead } = await file.read(data, given, bytes - given, at + given);
    if (bytesRead === 0) break;
    given += bytesRead;
  }
  return data.subarray(0, given);
}

/** Bytes of an open file. Rejects if it has fewer. */
export async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const data = await readUpTo(file, at, bytes);
  if (data.length < bytes) throw new Error(`the file has ${at + data.length} of its ${at + bytes} bytes`);
  return data;
}

/** The bytes of an open file, which may grow between two reads: of a place on, fewer only at its end. */
export const bytesOfFile = (
  file: FileHandle,
): { sizeBytes(): Promise<number>; read(at: number, bytes: number): Promise<Buffer> } => ({
  sizeBytes: async () => (await file.stat()).size,
  read: (at, bytes) => readUpTo(file, at, bytes),
});
