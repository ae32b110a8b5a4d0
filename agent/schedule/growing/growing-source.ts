import { constants } from 'node:fs';
import { open, statfs, type FileHandle } from 'node:fs/promises';
import { readAt } from '#lib/runtime/disk/read-at.ts';
import type { WireBody } from '../server/wire.ts';

/** The fragmented file of a part, which is read while it is written and after its name leads to the finished file. */
export interface GrowingSource {
  /** Gives a piece for a request, which reads the open file. Rejects if the bytes cannot be had any more. */
  piece(from: number, bytes: number): Promise<Pick<WireBody, 'bytes' | 'chunks' | 'piece'>>;
  /**
   * Prepares for the file to be replaced by the finished one; bytes before `from` are not needed any more. `memory`:
   * what is missing was read, so that the file may be released. `file`: it stays open. `nothing`: the rest of the bytes
   * cannot be had, since the file is on a share, where an open file cannot be replaced.
   */
  hold(from: number, end: number): Promise<'memory' | 'file' | 'nothing'>;
  /** Closes the file, and keeps what was read of it. No request may be reading it. It is not opened again. */
  release(): Promise<void>;
  /** Closes the file, and forgets what was read of it. No request may be reading it. */
  close(): Promise<void>;
}

/** Bytes that are read into memory when a part ends; with more, its file stays open. */
const MOST_HELD_BYTES = 4 << 20;

/** File systems (`statfs(2)`) on which a file that is open cannot be replaced or removed: SMB, CIFS, SMB2, FUSE. */
const SHARES = [0x51_7b, 0xff_53_4d_42, 0xfe_53_4d_42, 0x65_73_55_46];

/** Opens the source of a path; the file is opened when a piece of it is needed. */
export function openGrowingSource(path: string): GrowingSource {
  let opening: Promise<FileHandle> | undefined;
  let isReleased = false;
  let held: { from: number; bytes: Buffer } | undefined;
  const handle = async (): Promise<FileHandle> => {
    // The name may lead to the finished file by now.
    if (isReleased) throw new Error('its fragments are gone');
    // O_NOFOLLOW: a link would lead to another person's file.
    opening ??= open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    return opening;
  };
  const release = async (): Promise<void> => {
    isReleased = true;
    const file = await opening?.catch(() => undefined);
    opening = undefined;
    await file?.close();
  };
  return {
    release,
    async piece(from, bytes) {
      if (held && from >= held.from) return bodyOf(held.bytes.subarray(from - held.from, from - held.from + bytes));
      const { fd } = await handle();
      return { bytes, piece: { fd, from }, chunks: noChunks };
    },
    async hold(from, end) {
      const file = await handle();
      if (end - from > MOST_HELD_BYTES) return SHARES.includes((await statfs(path)).type >>> 0) ? 'nothing' : 'file';
      held = { from, bytes: await readAt(file, from, Math.max(0, end - from)) };
      return 'memory';
    },
    close() {
      held = undefined;
      return release();
    },
  };
}

const bodyOf = (bytes: Uint8Array): Pick<WireBody, 'bytes' | 'chunks'> => ({
  bytes: bytes.byteLength,
  async *chunks() {
    yield bytes;
  },
});

/** The body of a piece is read from its file. */
async function* noChunks(): AsyncGenerator<Uint8Array> {
  // Nothing is given.
}
