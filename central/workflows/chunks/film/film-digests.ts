import { isImpossible, type Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import { stat } from 'node:fs/promises';
import { isOfNothing } from '../../../store/connect.ts';
import { belowMedia, type ChunkNeeds } from '../chunk-needs.ts';
import type { Film } from './film.ts';

const DIGEST_BYTES = 32;

/**
 * Digests of all groups of a film, in order. Those that were read before are remembered: a film in the media folder is
 * never changed, at most it grows. In words what is wrong with a group.
 */
export async function filmDigests(
  needs: ChunkNeeds,
  event: string,
  film: Film,
  signal?: AbortSignal,
): Promise<Buffer[] | Impossible> {
  const path = belowMedia(needs, film.path);
  const { size } = await stat(film.path);
  const digests = path === undefined ? [] : await knownDigests(needs, event, path, size, film.groups.length);
  const known = digests.length;
  for (const group of film.groups.slice(known)) {
    signal?.throwIfAborted();
    const units = await film.unitsOfGroup(group);
    if (isImpossible(units)) return units;
    digests.push(units.digest);
  }
  if (path !== undefined && digests.length > known) await remember(needs, event, path, size, digests);
  return digests;
}

async function knownDigests(
  { database }: ChunkNeeds,
  event: string,
  path: string,
  size: number,
  groups: number,
): Promise<Buffer[]> {
  const row = await database
    .selectFrom('films')
    .select(['digests', 'size_bytes'])
    .where('event', '=', event)
    .where('path', '=', path)
    .executeTakeFirst();
  // A film that has become shorter is another one.
  if (!row || row.size_bytes > size) return [];
  const count = Math.min(groups, Math.floor(row.digests.length / DIGEST_BYTES));
  return Array.from({ length: count }, (_, n) => row.digests.subarray(n * DIGEST_BYTES, (n + 1) * DIGEST_BYTES));
}

async function remember(
  { database }: ChunkNeeds,
  event: string,
  path: string,
  size: number,
  digests: readonly Buffer[],
): Promise<void> {
  const row = { size_bytes: size, digests: Buffer.concat(digests) };
  try {
    await database
      .insertInto('films')
      .values({ event, path, ...row })
      .onConflict((at) => at.columns(['event', 'path']).doUpdateSet(row))
      .execute();
  } catch (error) {
    // The event was deleted meanwhile: there is nothing to remember.
    if (!isOfNothing(error)) throw error;
  }
}
