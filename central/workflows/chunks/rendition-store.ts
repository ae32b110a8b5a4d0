import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { sql } from 'kysely';
import type { VideoParameters } from '@amphi/lib/media/packet.ts';
import type { Database } from '../../store/connect.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import { keepNewFile } from './keep-new-file.ts';
import type { ChunkOutput } from './plan/chunk-output.ts';
import type { Encoded, Piece } from './encode-run.ts';
import type { Film } from './film/film.ts';
import { usualRate } from './plan/output-pictures.ts';
import { encoderArgv } from './run-argv.ts';

/** Name of what an encoder is told about a film: pieces of films with the same parameters share it. */
export function outputKey(film: Pick<Film, 'config' | 'groups'>, output: ChunkOutput): string {
  const { filters = null, rate = null } = output;
  const sets = [...film.config.sps, ...film.config.pps].map((unit) => unit.toString('hex'));
  const told = [encoderArgv({ output, filmRate: usualRate(film.groups) }), filters, rate, sets];
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}

/** A fragment in its file. */
export interface Fragment {
  /** Path below the media folder. */
  path: string;
  offset: number;
  size: number;
  pictures: number;
  ticks: number;
}

/** A rendition with those fragments of it that were asked for, by the hex of their digests. */
export interface FoundRendition {
  id: number;
  parameters: { sps: Buffer; pps: Buffer };
  fragments: ReadonlyMap<string, Fragment>;
}

/**
 * The rendition of an output that has most of the pieces; of several with as many the newest. Undefined: there is
 * none yet. It counts as wanted now.
 */
export async function findRendition(
  database: Database,
  event: string,
  output: string,
  digests: readonly Buffer[],
): Promise<FoundRendition | undefined> {
  const rows = await database
    .updateTable('renditions')
    .set({ touched_at: sql<Date>`now()` })
    .where('event', '=', event)
    .where('output', '=', output)
    .returning(['id', 'sps', 'pps'])
    .execute();
  const found = await Promise.all(
    rows.map(async ({ id, sps, pps }) => ({
      id,
      parameters: { sps, pps },
      fragments: await fragmentsOf(database, id, digests),
    })),
  );
  const wanted = new Set(digests.map((digest) => digest.toString('hex'))).size;
  const whole = found.filter(({ fragments }) => fragments.size === wanted);
  // What today's encoder makes can be completed; what another version made cannot.
  return (whole.length > 0 ? whole : found).toSorted((a, b) => b.id - a.id)[0];
}

async function fragmentsOf(
  database: Database,
  rendition: number,
  digests: readonly Buffer[],
): Promise<Map<string, Fragment>> {
  const rows = await database
    .selectFrom('fragments')
    .innerJoin('fragment_files', 'fragment_files.id', 'fragments.file')
    .select(['digest', 'path', 'offset_bytes', 'fragments.size_bytes', 'pictures', 'ticks'])
    .where('fragments.rendition', '=', rendition)
    .where('digest', '=', sql<Buffer>`any(${[...digests]}::bytea[])`)
    .execute();
  return new Map(
    rows.map(({ digest, path, offset_bytes: offset, size_bytes: size, pictures, ticks }) => [
      digest.toString('hex'),
      { path, offset, size, pictures, ticks },
    ]),
  );
}

/**
 * Keeps the pieces of a run in one file, as `keepNewFile` does. Pieces that are there already stay as they are, so a run
 * that is made twice does no harm. Rejects if the event is gone; then nothing is left.
 */
export async function keepPieces(needs: ChunkNeeds, event: string, output: string, made: Encoded): Promise<void> {
  const size = made.pieces.reduce((sum, { fragment }) => sum + fragment.length, 0);
  await keepNewFile(needs, event, {
    ending: '.m4f',
    sizeBytes: size,
    write: (to) => writePieces(to, made.pieces),
    name: (path) =>
      needs.database.transaction().execute(async (within) => {
        const rendition = await renditionOf(within, event, output, made.parameters);
        return insertPieces(within, rendition, path, made.pieces);
      }),
  });
}

async function writePieces(path: string, pieces: readonly Piece[]): Promise<void> {
  const file = await open(path, 'w', 0o640);
  try {
    for (const { fragment } of pieces) await file.writeFile(fragment);
  } finally {
    await file.close();
  }
}

/** The rendition with these parameter sets; it is made if there is none. Pieces with others never come into it. */
async function renditionOf(
  within: Database,
  event: string,
  output: string,
  { sps, pps }: Pick<VideoParameters, 'sps' | 'pps'>,
): Promise<number> {
  const { id } = await within
    .insertInto('renditions')
    .values({ event, output, sps, pps })
    .onConflict((at) => at.columns(['event', 'output', 'sps', 'pps']).doUpdateSet({ touched_at: sql<Date>`now()` }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function insertPieces(
  within: Database,
  rendition: number,
  path: string,
  pieces: readonly Piece[],
): Promise<boolean> {
  const { id: file } = await within
    .insertInto('fragment_files')
    .values({ rendition, path })
    .returning('id')
    .executeTakeFirstOrThrow();
  let offset = 0;
  const rows = pieces.map(({ digest, fragment, pictures, ticks }) => {
    const row = { rendition, digest, file, offset_bytes: offset, size_bytes: fragment.length, pictures, ticks };
    offset += fragment.length;
    return row;
  });
  const kept = await within
    .insertInto('fragments')
    .values(onceEach(rows))
    .onConflict((at) => at.columns(['rendition', 'digest']).doNothing())
    .returning('offset_bytes')
    .execute();
  if (kept.length > 0) return true;
  await within.deleteFrom('fragment_files').where('id', '=', file).execute();
  return false;
}

/** Rows with each digest once: a picture that stands still can give the same group twice. */
const onceEach = <Row extends { digest: Buffer }>(rows: readonly Row[]): Row[] => [
  ...new Map(rows.map((row) => [row.digest.toString('hex'), row])).values(),
];
