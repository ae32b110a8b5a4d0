import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import { NO_MEMORY, type ManualChanges } from './timetable.ts';

/** What people did by hand, on disk, so that it still counts after a restart. */
export interface ManualChangesStore {
  memory(): ManualChanges;
  stopped(booking: string, atMs: number): void;
  extended(booking: string, plannedEndMs: number, endsAtMs: number): void;
  close(): Promise<void>;
}

const KEPT_MS = 7 * 86_400_000;

/** Opens it. */
export async function openManualChangesStore(file: string, nowMs: () => number, log: Log): Promise<ManualChangesStore> {
  let memory: ManualChanges = await read(file, log);
  let working: Promise<void> = Promise.resolve();
  const keep = (changed: ManualChanges): void => {
    const sinceMs = nowMs() - KEPT_MS;
    memory = {
      stopped: changed.stopped.filter(({ atMs }) => atMs > sinceMs),
      extended: changed.extended.filter(({ endsAtMs }) => endsAtMs > sinceMs),
    };
    const text = JSON.stringify(memory);
    working = working
      .then(() => writeFileAtomically(file, text))
      .catch((error: unknown) => log.error({ file, error: String(error) }, 'not saved'));
  };
  return {
    memory: () => memory,
    stopped: (booking, atMs) => keep({ ...memory, stopped: [...memory.stopped, { booking, atMs }] }),
    extended(booking, plannedEndMs, endsAtMs) {
      const others = memory.extended.filter((one) => one.booking !== booking);
      keep({ ...memory, extended: [...others, { booking, plannedEndMs, endsAtMs }] });
    },
    close: () => working,
  };
}

async function read(file: string, log: Log): Promise<ManualChanges> {
  try {
    return { ...NO_MEMORY, ...(JSON.parse(await readFile(file, 'utf8')) as ManualChanges) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.error({ file, error: String(error) }, 'cannot be read');
    return NO_MEMORY;
  }
}
