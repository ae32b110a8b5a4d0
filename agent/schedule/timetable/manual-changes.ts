import { asList, openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import { NO_MEMORY, type ManualChanges } from './timetable.ts';

/** Keeps on disk what people did by hand with booked recordings, so that it still counts after a restart. */
export interface ManualChangesStore {
  memory(): ManualChanges;
  stopped(booking: string, atMs: number): void;
  extended(booking: string, plannedEndMs: number, endsAtMs: number): void;
  close(): Promise<void>;
}

/**
 * Number of stops, and of extensions, that are kept; the oldest are forgotten. The limit is a number and no age, since
 * a wrong clock could remove those of today.
 */
const MOST_KEPT = 500;

/** Opens the changes by hand in a file. */
export async function openManualChangesStore(file: string, log: Log): Promise<ManualChangesStore> {
  const kept = openJsonFile({
    path: file,
    check: memoryIn,
    otherwise: NO_MEMORY,
    what: 'what people did by hand',
    log,
  });
  let memory: ManualChanges = await kept.read();
  const keep = (changed: ManualChanges): void => {
    memory = { stopped: changed.stopped.slice(-MOST_KEPT), extended: changed.extended.slice(-MOST_KEPT) };
    kept.keep(memory);
  };
  return {
    memory: () => memory,
    stopped: (booking, atMs) => keep({ ...memory, stopped: [...memory.stopped, { booking, atMs }] }),
    extended(booking, plannedEndMs, endsAtMs) {
      const others = memory.extended.filter((one) => one.booking !== booking);
      keep({ ...memory, extended: [...others, { booking, plannedEndMs, endsAtMs }] });
    },
    close: () => kept.close(),
  };
}

function memoryIn(kept: unknown): ManualChanges {
  const { stopped = [], extended = [] } = kept as Partial<ManualChanges>;
  return { stopped: asList(stopped), extended: asList(extended) };
}
