import { constants } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { writeFileAtomically } from './files.ts';
import { openInTurn } from './in-turn.ts';
import type { Log } from './log.ts';

/** A value that is kept in a file as JSON. */
export interface JsonFile<Kept> {
  /** What is kept; `otherwise` where nothing is, or where it is of no use. */
  read(): Promise<Kept>;
  /** Why the file that was read last is of no use, in words; undefined if it was, or if there is none. */
  damage(): string | undefined;
  /** Keeps `value`, after all writes before it. Rejects if it cannot be written. */
  write(value: Kept): Promise<void>;
  /** As `write`; what cannot be written is told in the log. */
  keep(value: Kept): void;
  /** Removes the file, after all writes before it. */
  remove(): Promise<void>;
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
  /** Blanks before each level, for files that people read; without, all is in one line. */
  indent?: number;
  /** Bytes of the file (16 MB); a larger one was not written by us, and is set aside unread. */
  mostBytes?: number;
  log: Pick<Log, 'error'>;
}

const MOST_BYTES = 16 << 20;

/**
 * Opens a file of JSON. It is written atomically. What cannot be used (torn, empty, foreign, too large, no file at all) is told in the
 * log and set aside as `<name>.damaged`, so that no write destroys what somebody could still mend; what the system
 * does not let us read stays where it is until something is written.
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

/** Thrown for a file that was read and is of no use. */
class Useless extends Error {}

const wordsOf = (error: unknown): string => (error instanceof Useless ? error.message : String(error));

function checked<Kept>(text: string, check: (kept: unknown) => Kept): Kept {
  try {
    return check(JSON.parse(text));
  } catch (error) {
    throw new Useless(text.trim() === '' ? 'it is empty' : String(error));
  }
}

/** The text of a file; undefined if there is none. What is no file (a pipe would never end), or a larger one, is of no use. */
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

/** Files that are set aside beside each other; the next takes the place of the last. */
const MOST_ASIDE = 9;

/** The name, or the same with a number where there is such a file already. */
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

/** A check for files that hold a list whose items only this program writes. */
export function asList<Item>(kept: unknown): Item[] {
  if (!Array.isArray(kept)) throw new Error('it is no list');
  return kept as Item[];
}
