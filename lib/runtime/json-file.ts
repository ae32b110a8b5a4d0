import { constants } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { writeFileAtomically } from './files.ts';
import { openInTurn } from './in-turn.ts';
import type { Log } from './log.ts';

/** A value that is kept in a file as JSON. */
export interface JsonFile<Kept> {
  /** Gives the kept value; `otherwise` if there is none, or if the file cannot be used. */
  read(): Promise<Kept>;
  /**
   * The reason why the file could not be used when it was last read, in words; undefined if it could, or if there is
   * none.
   */
  damage(): string | undefined;
  /** Keeps `value`, after all writes before it. Rejects if it cannot be written. */
  write(value: Kept): Promise<void>;
  /** Writes `value` as `write` does; a failure is logged. */
  keep(value: Kept): void;
  /** Removes the file, after all writes before it. */
  remove(): Promise<void>;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

export interface JsonFileOptions<Kept> {
  path: string;
  /** Gives the value with its type; throws if it is something else. */
  check: (kept: unknown) => Kept;
  otherwise: Kept;
  /** Name of the content, for the log: `the paired tablets`. */
  what: string;
  /** Mode of the file (0644). */
  mode?: number;
  /** Number of blanks by which each level is indented, for files that people read; without it, all is on one line. */
  indent?: number;
  /** Bytes of the file (16 MB); a larger one was not written by us, and is set aside unread. */
  mostBytes?: number;
  log: Pick<Log, 'error'>;
}

const MOST_BYTES = 16 << 20;

/**
 * Opens a file of JSON. It is written atomically. A file that cannot be used (torn, empty, foreign, too large, no
 * regular file) is logged and renamed to `<name>.damaged`, so that no write destroys what a person could still repair.
 * A file that the system does not allow to be read stays until something is written.
 */
export function openJsonFile<Kept>(options: JsonFileOptions<Kept>): JsonFile<Kept> {
  const { path, check, otherwise, what, mode, indent, mostBytes = MOST_BYTES, log } = options;
  const writes = openInTurn();
  let damage: string | undefined;
  let isInTheWay = false;
  const setAside = async (): Promise<void> => {
    isInTheWay = false;
    const aside = await freeName(`${path}.damaged`);
    await rename(path, aside).catch(() => undefined);
  };
  const write = (value: Kept): Promise<void> => {
    const text = `${JSON.stringify(value, undefined, indent)}\n`;
    return writes.run(async () => {
      if (isInTheWay) await setAside();
      await writeFileAtomically(path, text, mode);
    });
  };
  return {
    damage: () => damage,
    async read() {
      damage = undefined;
      try {
        const text = await readBounded(path, mostBytes);
        return text === undefined ? otherwise : checked(text, check);
      } catch (error) {
        damage = wordsOf(error);
        if (error instanceof Useless) {
          log.error({ file: path, error: damage }, `${what}: the file is damaged and was set aside`);
          await setAside();
        } else {
          log.error({ file: path, error: damage }, `${what}: cannot be read`);
          isInTheWay = true;
        }
        return otherwise;
      }
    },
    write,
    keep(value) {
      const unsaved = (error: unknown): void => log.error({ file: path, error: String(error) }, `${what}: not saved`);
      void write(value).catch(unsaved);
    },
    remove: () => writes.run(() => rm(path, { force: true })),
    close: () => writes.idle(),
  };
}

/** Thrown for a file that was read and cannot be used. */
class Useless extends Error {}

const wordsOf = (error: unknown): string => (error instanceof Useless ? error.message : String(error));

function checked<Kept>(text: string, check: (kept: unknown) => Kept): Kept {
  try {
    return check(JSON.parse(text));
  } catch (error) {
    throw new Useless(text.trim() === '' ? 'it is empty' : String(error));
  }
}

/**
 * The text of a file; undefined if there is none. Throws for what is not a regular file (reading a pipe would never
 * end), and for a file of more than `mostBytes`.
 */
async function readBounded(path: string, mostBytes: number): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new Useless('it is no file');
    if (facts.size > mostBytes) throw new Useless(`it has ${facts.size} bytes, more than ${mostBytes}`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Number of damaged files that are kept beside each other; with more, the last one is replaced. */
const MOST_ASIDE = 9;

/** The name, or the name with a number if there is such a file already. */
async function freeName(name: string): Promise<string> {
  for (let number = 1; number < MOST_ASIDE; number++) {
    const one = number === 1 ? name : `${name}-${number}`;
    if (
      await access(one).then(
        () => false,
        () => true,
      )
    )
      return one;
  }
  return `${name}-${MOST_ASIDE}`;
}

/** Checks that a value is a list; for files whose items only this program writes. */
export function asList<Item>(kept: unknown): Item[] {
  if (!Array.isArray(kept)) throw new Error('it is no list');
  return kept as Item[];
}
