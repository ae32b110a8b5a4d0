import { z } from 'zod';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Recording } from '../recordings.ts';

/** When hand-over began on this box: what was recorded by hand before that is left out. */
export interface Since {
  isNew(recording: Pick<Recording, 'id' | 'startedAtMs'>): boolean;
}

const fileSchema = z.object({
  atMs: z.number(),
  /** Recordings that were there already. */
  before: z.array(z.string()).default([]),
});

/** No box of ours recorded before that: an earlier date is of a clock that was never set. */
const FIRST_MS = Date.UTC(2024, 0, 1);

/**
 * Opens the mark in a file, which is made at the first call. It names the recordings that were there; their times are asked only for
 * those that a drive brings later. A mark later than now was set by a wrong clock, and is none.
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
