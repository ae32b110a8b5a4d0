import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { syncFile } from '#lib/runtime/files.ts';
import { VIDEO_TRACK } from '#lib/media/fmp4.ts';
import { readUpTo } from '#lib/runtime/disk/read-at.ts';
import { boxHeaderAt, fragmentRuns, isSound, type FragmentRun } from '#lib/media/mp4-scan.ts';
import { leadsToNoFile } from '../take/whereabouts.ts';

/** The result of examining a file. */
export type Repair =
  /** Plain MP4: it was finished, or is of another program. */
  | { kind: 'plain' }
  /** Plain MP4 that was finished, but ends too soon. It is not changed, and can be played up to its end. */
  | { kind: 'cut'; bytes: number; missingBytes: number }
  /** Fragmented MP4; a torn end was cut off. */
  | { kind: 'fragmented'; bytes: number; cutBytes: number; pictures: number; durationMs: number }
  /** No part of it can be played. It is not changed. `isOfDisk`: the disk gave an error that another attempt may not give. */
  | { kind: 'hopeless'; reason: string; isOfDisk?: boolean };

/** Number of fragments at the end whose content is checked; earlier ones were on the disk long before a power cut. */
const SUSPECT_FRAGMENTS = 64;
/** Bytes of a `moof` above which it counts as damaged: a fragment of this recorder holds less than a second. */
const MAX_MOOF_BYTES = 4 << 20;
const MAX_MDAT_BYTES = 256 << 20;
const VIDEO_TIMESCALE = 90_000;

interface Fragment {
  offset: number;
  size: number;
  runs: FragmentRun[];
}

/**
 * Examines a file. If it is fragmented, everything after its last undamaged fragment is cut off. Never throws; a file
 * of which nothing can be saved is not changed.
 */
export async function repairFile(path: string): Promise<Repair> {
  let file: FileHandle | undefined;
  try {
    // O_NOFOLLOW: a link would lead to another person's file.
    file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
    return await repair(file, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { kind: 'hopeless', reason: message, isOfDisk: code !== undefined && !leadsToNoFile(error) };
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/**
 * Cuts a fragmented file at `bytes`, where one of its fragments must begin; any other file is not changed. Gives whether
 * it was cut. Rejects if the disk fails.
 */
export async function cutFragments(path: string, bytes: number): Promise<boolean> {
  const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    if (size <= bytes || (await readHead(file, size)).kind !== 'fragmented') return false;
    if ((await headerAt(file, bytes))?.type !== 'moof') return false;
    await file.truncate(bytes);
    await syncFile(file, path);
    return true;
  } finally {
    await file.close().catch(() => undefined);
  }
}

async function repair(file: FileHandle, path: string): Promise<Repair> {
  const { size } = await file.stat();
  const head = await readHead(file, size);
  if (head.kind === 'plain') return plainOrCut(file, size);
  if (head.kind !== 'fragmented') return head;
  const fragments = await readFragments(file, head.bytes, size);
  const whole = await soundOnes(file, fragments);
  if (whole.length === 0) return { kind: 'hopeless', reason: 'not one whole fragment is in it' };
  const last = whole.at(-1) as Fragment;
  const bytes = last.offset + last.size;
  if (bytes < size) {
    // Nothing is cut off if one of these boxes follows: then the fragments were written by another program.
    if (FOREIGN_BOXES.includes((await headerAt(file, bytes))?.type ?? '')) return { kind: 'plain' };
    await file.truncate(bytes);
    await syncFile(file, path);
  }
  const video = whole.flatMap(({ runs }) => runs.filter(({ trackId }) => trackId === VIDEO_TRACK));
  const end = video.reduce((latest, run) => Math.max(latest, run.startsAt + run.duration), 0);
  const pictures = video.reduce((sum, { sizes }) => sum + sizes.length, 0);
  const ticks = end - (video[0]?.startsAt ?? 0);
  return {
    kind: 'fragmented',
    bytes,
    cutBytes: size - bytes,
    pictures,
    durationMs: Math.round((ticks * 1000) / VIDEO_TIMESCALE),
  };
}

/** Boxes that may follow a fragment in files of other programs (ISO/IEC 14496-12). */
const FOREIGN_BOXES = ['styp', 'sidx', 'ssix', 'prft', 'emsg', 'mfra', 'free', 'skip', 'uuid', 'moov', 'meta'];
/** Number of boxes of a file that are read; then it counts as plain. A plain MP4 has only a few. */
const MOST_BOXES = 10_000;

/** Examines whether the boxes of a plain MP4 are complete. */
async function plainOrCut(file: FileHandle, size: number): Promise<Repair> {
  let at = 0;
  for (let count = 0; at < size && count < MOST_BOXES; count++) {
    const header = await headerAt(file, at);
    // Bytes after the last box that are no box are allowed: some programs leave them.
    if (!header) return { kind: 'plain' };
    at += header.size;
  }
  return at > size ? { kind: 'cut', bytes: size, missingBytes: at - size } : { kind: 'plain' };
}

/** Reads `ftyp` and `moov` at the beginning of a file; `bytes` is their size, where fragments begin. */
async function readHead(
  file: FileHandle,
  size: number,
): Promise<{ kind: 'fragmented'; bytes: number } | { kind: 'plain' } | { kind: 'hopeless'; reason: string }> {
  const type = await headerAt(file, 0);
  if (type?.type !== 'ftyp') return { kind: 'hopeless', reason: 'it does not begin as MP4' };
  const movie = await headerAt(file, type.size);
  if (movie?.type !== 'moov' || movie.size > MAX_MDAT_BYTES || type.size + movie.size > size)
    return { kind: 'hopeless', reason: 'its header is not whole' };
  const bytes = type.size + movie.size;
  const content = await readUpTo(file, type.size, movie.size);
  return content.includes('mvex') ? { kind: 'fragmented', bytes } : { kind: 'plain' };
}

/** The fragments whose boxes are complete by their lengths, up to the first other box. */
async function readFragments(file: FileHandle, from: number, size: number): Promise<Fragment[]> {
  const fragments: Fragment[] = [];
  for (let offset = from; ;) {
    const moof = await headerAt(file, offset);
    if (moof?.type !== 'moof' || moof.size > MAX_MOOF_BYTES || offset + moof.size > size) break;
    const mdat = await headerAt(file, offset + moof.size);
    if (mdat?.type !== 'mdat' || mdat.size > MAX_MDAT_BYTES) break;
    const whole = moof.size + mdat.size;
    if (offset + whole > size) break;
    const runs = fragmentRuns((await readUpTo(file, offset, moof.size)).subarray(moof.headerBytes));
    if (!runs) break;
    fragments.push({ offset, size: whole, runs });
    offset += whole;
  }
  return fragments;
}

async function soundOnes(file: FileHandle, fragments: Fragment[]): Promise<Fragment[]> {
  const first = Math.max(0, fragments.length - SUSPECT_FRAGMENTS);
  for (let index = first; index < fragments.length; index++) {
    const { offset, size, runs } = fragments[index] as Fragment;
    if (!isSound(await readUpTo(file, offset, size), runs)) return fragments.slice(0, index);
  }
  return fragments;
}

async function headerAt(file: FileHandle, offset: number): Promise<ReturnType<typeof boxHeaderAt>> {
  return boxHeaderAt(await readUpTo(file, offset, 16));
}
