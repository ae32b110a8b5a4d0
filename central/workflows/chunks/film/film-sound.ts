import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { sql } from 'kysely';
import { fileUrl, FOREIGN_FILE_ARGV, quietArgv } from '@amphi/lib/ffmpeg/argv.ts';
import { FfmpegFailed, runFfmpeg } from '@amphi/lib/ffmpeg/run-ffmpeg.ts';
import { OperationFailed } from '../../run/operation.ts';
import type { ChunkNeeds } from '../chunk-needs.ts';
import { keepNewFile } from '../keep-new-file.ts';
import type { Film } from './film.ts';
import { soundTrackOf } from './sound-file.ts';
import { soundName } from './sound-name.ts';

/** Niceness of the encoder: live sound comes first. */
const NICENESS = 10;
/** Sound stays in step when the film's has a hole: the hole is filled with silence. */
const FILLED = 'aresample=async=1';

/**
 * Path of a film's sound, encoded as a whole: pieces of AAC do not join, since each encoder begins with some ms that
 * belong to nothing. It is made once for each way of encoding. Rejects with `OperationFailed` if FFmpeg cannot do it.
 */
export async function filmSound(
  needs: ChunkNeeds,
  event: string,
  film: Film,
  options: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const argv = soundArgv(options);
  const of = { event, name: soundName(film.sound!), output: soundKey(options) };
  const making = makingOf(needs.database);
  const key = JSON.stringify(of);
  for (;;) {
    const known = await findSound(needs, of);
    if (known !== undefined) return known;
    const others = making.get(key);
    if (!others) break;
    // What fails for others, or is aborted there, is tried here.
    await endOf(others, signal);
  }
  const made = keepNewSound(needs, event, async (to) => {
    await encodeSound(needs.ffmpeg, film.path, argv, to, signal);
    return of;
  });
  making.set(key, made);
  try {
    return await made;
  } finally {
    making.delete(key);
  }
}

/** Sounds that this process encodes now, by database and key: who wants the same one waits for it. */
const makingBy = new WeakMap<ChunkNeeds['database'], Map<string, Promise<unknown>>>();

function makingOf(database: ChunkNeeds['database']): Map<string, Promise<unknown>> {
  const making = makingBy.get(database) ?? new Map<string, Promise<unknown>>();
  makingBy.set(database, making);
  return making;
}

/** Waits for the end of somebody else's work, however it ends. Rejects when it is aborted here. */
async function endOf(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const aborted = Promise.withResolvers<void>();
  const stop = (): void => aborted.resolve();
  signal?.addEventListener('abort', stop);
  try {
    await Promise.race([work.catch(() => undefined), aborted.promise]);
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** What a sound is found by. */
export interface SoundKey {
  event: string;
  name: string;
  /** What the encoder is told, as a digest. */
  output: string;
}

/** A sound that was made; `lufs`: how loud it is, if that was measured. */
export interface MadeSound extends SoundKey {
  lufs?: number | undefined;
}

/** All options for FFmpeg of a sound. */
export function soundArgv(options: readonly string[]): string[] {
  const at = options.findIndex((option) => option === '-filter:a' || option === '-af');
  if (at < 0) return ['-filter:a', FILLED, ...options];
  return options.toSpliced(at + 1, 1, `${options[at + 1] ?? 'anull'},${FILLED}`);
}

/** What the encoder of a sound is told, as a digest. */
export const soundKey = (options: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify(soundArgv(options)))
    .digest('hex');

/** Path of a sound that is there; it counts as wanted now. Rejects if nobody knows whether it is there. */
export async function findSound(needs: ChunkNeeds, of: SoundKey): Promise<string | undefined> {
  const path = await namedSound(needs, of);
  return path !== undefined && (await isThere(needs.store.at(path))) ? needs.store.at(path) : undefined;
}

/** Path below the media folder that the database has of a sound. */
async function namedSound({ database }: ChunkNeeds, of: SoundKey): Promise<string | undefined> {
  const row = await database
    .updateTable('film_sounds')
    .set({ touched_at: sql<Date>`now()` })
    .where('event', '=', of.event)
    .where('name', '=', of.name)
    .where('output', '=', of.output)
    .returning('path')
    .executeTakeFirst();
  return row?.path;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      // A share that is away for a moment has the file still.
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** How the name of a sound's file ends, and what rejects if the file is not complete. */
interface SoundFile {
  ending: string;
  check: (path: string) => Promise<unknown>;
}

const ENCODED: SoundFile = { ending: '.m4a', check: soundTrackOf };

/**
 * Keeps a sound that `make` writes under a temporary name, as `keepNewFile` does. `make` gives what it is found by. Gives
 * its path, or that of a worker that was quicker.
 */
export async function keepNewSound(
  needs: ChunkNeeds,
  event: string,
  make: (to: string) => Promise<MadeSound>,
  { ending, check }: SoundFile = ENCODED,
): Promise<string> {
  let of: MadeSound;
  let kept = '';
  await keepNewFile(needs, event, {
    ending,
    async write(temporary) {
      of = await make(temporary);
      // FFmpeg may end well on a full disk, although the end of the file is missing.
      await check(temporary).catch(async (error: unknown) => {
        await needs.store.checkRoom();
        throw error;
      });
    },
    async name(path) {
      const known = await namedSound(needs, of);
      const isOurs =
        (known === undefined || !(await isThere(needs.store.at(known)))) && (await nameSound(needs, of, path, known));
      const named = isOurs ? path : ((await namedSound(needs, of)) ?? path);
      kept = needs.store.at(named);
      return named === path;
    },
  });
  return kept;
}

/**
 * Names a file in the database; it takes the place of one that is `gone` from the disk, and of no other: lists name what
 * another worker has made meanwhile. Gives whether it did.
 */
async function nameSound(
  { database }: ChunkNeeds,
  { event, name, output, lufs: told }: MadeSound,
  path: string,
  gone: string | undefined,
): Promise<boolean> {
  const lufs = told ?? null;
  const row = await database
    .insertInto('film_sounds')
    .values({ event, name, output, path, lufs })
    .onConflict((at) =>
      at
        .columns(['event', 'name', 'output'])
        .doUpdateSet({ path, lufs })
        .where('film_sounds.path', '=', gone ?? ''),
    )
    .returning('path')
    .executeTakeFirst();
  return row !== undefined;
}

async function encodeSound(
  ffmpeg: string,
  film: string,
  options: readonly string[],
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const input = ['-copyts', ...FOREIGN_FILE_ARGV, '-i', fileUrl(film), '-map', '0:a:0', '-vn'];
  const target = ['-movie_timescale', '90000', '-f', 'mp4', '-y', fileUrl(to)];
  const argv = [...quietArgv('error'), ...input, ...options, ...target];
  await runFfmpeg(ffmpeg, argv, { signal, niceness: NICENESS }).catch(throwSoundFailure);
}

/** Throws what an encoder of a sound failed with, FFmpeg's failures in words for people. */
export function throwSoundFailure(error: unknown): never {
  if (!(error instanceof FfmpegFailed)) throw error;
  throw new OperationFailed(
    error.isDiskFull ? 'the disk of the server is full' : `FFmpeg could not encode the sound: ${error.message}`,
  );
}
