import { readFile, rename } from 'node:fs/promises';
import { writeFileAtomically } from './files.ts';
import { openInTurn } from './in-turn.ts';
import type { Log } from './log.ts';

/** A value that is kept in a file as JSON. */
export interface JsonFile<Kept> {
  /** What is kept; `otherwise` where nothing is, or where it cannot be read. */
  read(): Promise<Kept>;
  /** Keeps `value`, after all writes before it. Rejects if it cannot be written. */
  write(value: Kept): Promise<void>;
  /** As `write`; what cannot be written is told in the log. */
  keep(value: Kept): void;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

export interface JsonFileOptions<Kept> {
  path: string;
  /** Gives what was read as what it is; throws if it is something else. */
  check: (kept: unknown) => Kept;
  otherwise: Kept;
  /** What is in it, for the log: `the paired tablets`. */
  what: string;
  /** Mode of the file; 0644 without. */
  mode?: number;
  log: Log;
}

/**
 * Opens a file of JSON. It is written atomically. A file that is damaged is told in the log and set aside as
 * `<name>.damaged`, so that the next write does not destroy what somebody could still mend.
 */
export function openJsonFile<Kept>(options: JsonFileOptions<Kept>): JsonFile<Kept> {
  const { path, check, otherwise, what, mode, log } = options;
  const writes = openInTurn();
  const write = (value: Kept): Promise<void> => {
    const text = `${JSON.stringify(value)}\n`;
    return writes.run(() => writeFileAtomically(path, text, mode));
  };
  const unread = (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== 'ENOENT') log.error({ file: path, error: String(error) }, `${what}: cannot be read`);
    return undefined;
  };
  const setAside = async (damage: unknown): Promise<void> => {
    log.error({ file: path, error: String(damage) }, `${what}: the file is damaged and was set aside`);
    await rename(path, `${path}.damaged`).catch(() => undefined);
  };
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch(unread);
      if (text === undefined) return otherwise;
      try {
        return check(JSON.parse(text));
      } catch (error) {
        await setAside(error);
        return otherwise;
      }
    },
    write,
    keep(value) {
      const unsaved = (error: unknown): void => log.error({ file: path, error: String(error) }, `${what}: not saved`);
      void write(value).catch(unsaved);
    },
    close: () => writes.idle(),
  };
}

/** A check for files that hold a list whose items only this program writes. */
export function asList<Item>(kept: unknown): Item[] {
  if (!Array.isArray(kept)) throw new Error('it is no list');
  return kept as Item[];
}
