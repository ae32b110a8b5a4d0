import { z } from 'zod';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Recording } from '../recordings.ts';

/** Keeps when hand-over was set up on this box: recordings by hand from before are not handed over. */
export interface Since {
  isNew(recording: Pick<Recording, 'id' | 'startedAtMs'>): boolean;
}

const fileSchema = z.object({
  atMs: z.number(),
  /** Ids of recordings that existed already. */
  before: z.array(z.string()).default([]),
});

/**
 * Earliest date, in ms, that is taken for real: no Amphi recorded before it, so an earlier date is from a clock that
 * was never set.
 */
const FIRST_MS = Date.UTC(2024, 0, 1);

/**
 * Opens the mark in a file, which is made at the first call. It has the ids of the recordings that existed then; the
 * start of a recording is compared only for others, which a drive may bring later. A mark in the future was made by a
 * wrong clock, and does not count.
 */
export async function openSince(
  file: string,
  { nowMs, recordings, log }: { nowMs: () => number; recordings: () => readonly Pick<Recording, 'id'>[]; log: Log },
): Promise<Since> {
  const kept = openJsonFile<z.output<typeof fileSchema> | undefined>({
    path: file,
    check: (mark) => fileSchema.parse(mark),
    otherwise: undefined,
    what: 'when hand-over began',
    log,
  });
  const known = await kept.read();
  const mark = known ?? { atMs: nowMs(), before: recordings().map(({ id }) => id) };
  if (!known) await tryToKeep('when hand-over began', log, () => kept.write(mark));
  const before = new Set(mark.before);
  return {
    isNew({ id, startedAtMs }) {
      if (before.has(id)) return false;
      const isMark = mark.atMs <= nowMs() && mark.atMs >= FIRST_MS;
      return !isMark || startedAtMs >= mark.atMs || startedAtMs < FIRST_MS;
    },
  };
}
