import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import { fileUrl, FOREIGN_FILE_ARGV, quietArgv } from '@amphi/lib/ffmpeg/argv.ts';
import { startChild } from '@amphi/lib/runtime/processes/child.ts';
import { syncFolder, syncPath } from '@amphi/lib/runtime/files.ts';
import { OperationFailed } from '../../run/operation.ts';
import { belowMedia, folderOf, type ChunkNeeds } from '../chunk-needs.ts';
import type { Film } from './film.ts';

/** Niceness of the encoder: live sound comes first. */
const NICENESS = '10';
/** Sound stays in step when the film's has a hole: the hole is filled with silence. */
const FILLED = ['-filter:a', 'aresample=async=1'];

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
  const { size } = await stat(film.path);
  const of = {
    event,
    film: belowMedia(needs, film.path) ?? film.path,
    film_bytes: size,
    output: createHash('sha256').update(JSON.stringify(argv)).digest('hex'),
  };
  const known = await findSound(needs, of);
  if (known !== undefined) return known;
  const path = `${folderOf(event)}/${randomUUID()}.m4a`;
  const final = needs.store.at(path);
  await needs.store.checkRoom();
  await mkdir(dirname(final), { recursive: true, mode: 0o750 });
  const temporary = `${final}.tmp`;
  try {
    await encodeSound(needs.ffmpeg, film.path, argv, temporary, signal);
    await syncPath(temporary);
    await rename(temporary, final);
    await syncFolder(dirname(final));
    return (await keepSound(needs, of, path)) ? final : await otherSound(needs, of, final);
  } catch (error) {
    await rm(temporary, { force: true });
    await rm(final, { force: true });
    throw error;
  }
}

interface SoundKey {
  event: string;
  film: string;
  film_bytes: number;
  output: string;
}

const soundArgv = (options: readonly string[]): string[] => {
  const hasFilter = options.some((option) => option === '-filter:a' || option === '-af');
  return [...(hasFilter ? [] : FILLED), ...options];
};

async function findSound({ database, store }: ChunkNeeds, of: SoundKey): Promise<string | undefined> {
  const row = await database
    .updateTable('film_sounds')
    .set({ touched_at: sql<Date>`now()` })
    .where('event', '=', of.event)
    .where('film', '=', of.film)
    .where('film_bytes', '=', of.film_bytes)
    .where('output', '=', of.output)
    .returning('path')
    .executeTakeFirst();
  if (!row) return undefined;
  const path = store.at(row.path);
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/** Whether this file is the one that is kept: another worker may have been quicker. */
async function keepSound({ database }: ChunkNeeds, of: SoundKey, path: string): Promise<boolean> {
  const row = await database
    .insertInto('film_sounds')
    .values({ ...of, path })
    .onConflict((at) => at.columns(['event', 'film', 'film_bytes', 'output']).doNothing())
    .returning('path')
    .executeTakeFirst();
  return row !== undefined;
}

/** The file of the worker that was quicker; ours takes its place in the table if that one is not on the disk any more. */
async function otherSound(needs: ChunkNeeds, of: SoundKey, ours: string): Promise<string> {
  const theirs = await findSound(needs, of);
  if (theirs !== undefined) {
    await rm(ours, { force: true });
    return theirs;
  }
  const path = belowMedia(needs, ours)!;
  await needs.database
    .updateTable('film_sounds')
    .set({ path })
    .where('event', '=', of.event)
    .where('film', '=', of.film)
    .where('film_bytes', '=', of.film_bytes)
    .where('output', '=', of.output)
    .execute();
  return ours;
}

async function encodeSound(
  ffmpeg: string,
  film: string,
  options: readonly string[],
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const input = ['-copyts', ...FOREIGN_FILE_ARGV, '-i', fileUrl(film), '-map', '0:a:0', '-vn'];
  const target = ['-movie_timescale', '90000', '-f', 'mp4', '-y', fileUrl(to)];
  const argv = [...quietArgv('error'), ...input, ...options, ...target];
  const child = startChild({ command: 'nice', argv: ['-n', NICENESS, ffmpeg, ...argv] });
  const stop = (): void => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  const { code, reason } = await child.died;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (code !== 0) throw new OperationFailed(`FFmpeg could not encode the sound: ${reason}`);
}
