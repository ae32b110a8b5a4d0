import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, truncate } from 'node:fs/promises';
import { ffmetadata, finishedArgv } from '@amphi/lib/ffmpeg/finished-file.ts';
import { copyContent } from '@amphi/lib/runtime/disk/copy-file.ts';
import { syncPath } from '@amphi/lib/runtime/files.ts';
import { runProgram } from '@amphi/lib/runtime/processes/run-program.ts';
import { sizeOf, type Stored } from '../../store/media-store.ts';
import type { MadeOf } from '../../store/growing-table.ts';

/** Size and checksums of a finished file. */
export interface FinishedFile extends Stored {
  sha256: string;
}

/** Time in ms in which FFmpeg must have copied a file; then it is ended, and the agent sends the whole file. */
const COPY_MS = 30 * 60_000;
/** Niceness of the copying: what is shown live comes first. */
const NICENESS = 5;

/**
 * Makes the finished file of an upload: plain MP4 with its index at the front, as the box makes it. `pathOf` gives its
 * path by its checksum. Bytes of the upload beyond those that belong to the file are cut off. Throws an Error with
 * FFmpeg's words.
 */
export async function makeFinished(
  ffmpeg: string,
  from: string,
  pathOf: (sha256: string) => string,
  { bytes, words }: MadeOf,
  signal: AbortSignal,
): Promise<FinishedFile> {
  if ((await sizeOf(from)) > bytes) await truncate(from, bytes);
  // Two servers that share the folder may make the same file.
  const temporary = temporaryOf(from);
  try {
    const { code, reason } = await runProgram(ffmpeg, finishedArgv(from, temporary), {
      niceness: NICENESS,
      input: ffmetadata(words),
      timeoutMs: COPY_MS,
      signal,
    });
    if (code !== 0) throw new Error(reason);
    const made = await digestsOf(temporary);
    await syncPath(temporary);
    await rename(temporary, pathOf(made.sha256));
    return made;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A name beside an upload that is removed with it. */
const temporaryOf = (upload: string): string => `${upload}.${crypto.randomUUID()}.tmp`;

/**
 * Keeps a copy of the fragments themselves, if they have this checksum; undefined: they have another. `pathOf` gives its
 * path by the checksum, `checkRoom` throws if so many bytes do not fit.
 */
export async function keepAsRecorded(
  from: string,
  pathOf: (sha256: string) => string,
  sha256: string,
  checkRoom: (bytes: number) => Promise<void>,
): Promise<FinishedFile | undefined> {
  const recorded = await digestsOf(from);
  if (recorded.sha256 !== sha256) return undefined;
  await checkRoom(recorded.sizeBytes);
  const temporary = temporaryOf(from);
  try {
    // A copy, since an agent may still send bytes to the upload.
    await copyContent(from, temporary, { isNew: true });
    const copied = await digestsOf(temporary);
    if (copied.sha256 !== sha256) return undefined;
    await syncPath(temporary);
    await rename(temporary, pathOf(copied.sha256));
    return copied;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Bytes that are read and hashed at once, in less than a millisecond. */
const CHUNK_BYTES = 256 << 10;

/** Size and checksums of a file. */
async function digestsOf(path: string): Promise<FinishedFile> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    sha256.update(chunk);
    md5.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}
