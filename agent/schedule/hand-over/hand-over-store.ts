import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import { tryToMakeFolder } from '#lib/runtime/disk/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { HandOver } from './hand-over.ts';

/** Hand-overs of the box, each in a file that survives a power cut. */
export interface HandOverStore {
  list(): HandOver[];
  find(take: string): HandOver | undefined;
  /** Stores a hand-over. `find` and `list` give it at once; the promise resolves when it is on disk. */
  put(handOver: HandOver): Promise<void>;
  /** Changes a hand-over; nothing happens if there is none. */
  update(take: string, change: (handOver: HandOver) => HandOver): Promise<void>;
  remove(take: string): Promise<void>;
  /** Waits for writes that are under way. */
  close(): Promise<void>;
}

/** Opens the hand-overs in the files of a folder. */
export async function openHandOverStore(folder: string, log: Log): Promise<HandOverStore> {
  await tryToMakeFolder(folder, log);
  const known = new Map<string, HandOver>();
  const names = await readdir(folder).catch((error: unknown) => {
    log.error({ folder, error: String(error) }, 'what was handed over cannot be read');
    return [];
  });
  for (const name of names) {
    if (!name.endsWith('.json')) continue;
    const kept = openJsonFile<HandOver | undefined>({
      path: join(folder, name),
      check: handOverIn,
      otherwise: undefined,
      what: 'what was handed over of a recording',
      log,
    });
    const one = await kept.read();
    if (one) known.set(one.take, one);
  }
  const fileOf = (take: string): string => join(folder, `${take.replaceAll(/[^\w-]/g, '_')}.json`);
  const writes = openInTurn();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = writes.run(work);
    done.catch((error: unknown) => log.error({ error: String(error) }, 'a hand-over is not saved'));
    return done;
  };
  const put = (handOver: HandOver): Promise<void> => {
    known.set(handOver.take, handOver);
    return inTurn(() => writeFileAtomically(fileOf(handOver.take), JSON.stringify(handOver), 0o600));
  };
  return {
    put,
    async update(take, change) {
      const before = known.get(take);
      const after = before && change(before);
      if (after && after !== before) await put(after);
    },
    list: () => [...known.values()].toSorted((one, other) => one.createdAtMs - other.createdAtMs),
    find: (take) => known.get(take),
    remove(take) {
      known.delete(take);
      return inTurn(() => rm(fileOf(take), { force: true }));
    },
    close: () => writes.idle(),
  };
}

/**
 * The hand-over in a file; undefined if another version of this program wrote it. Such a file is kept for that version.
 */
function handOverIn(kept: unknown): HandOver | undefined {
  const { version, take, step, createdAtMs } = kept as { [Key in keyof HandOver]?: unknown };
  if (typeof version === 'number' && version !== 1) return undefined;
  const isOne = version === 1 && typeof take === 'string' && typeof step === 'string' && Number.isFinite(createdAtMs);
  if (!isOne) throw new Error('it is no hand-over');
  return kept as HandOver;
}
