import Conf from 'conf';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { configFolder } from '#technician/dial/config-folder.ts';
import { DialError } from '#technician/dial/dial-error.ts';
import { knownPlaces, NOTHING_KNOWN, type KnownPlaces } from './known-places.ts';

/** The file of known boxes and servers cannot be read or written. */
export class KnownError extends DialError {}

/** File of known boxes and servers. */
export interface KnownStore {
  path: string;
  /** Reads the file. Throws KnownError if it is damaged, or belongs to another user. A missing file is an empty one. */
  read(): KnownPlaces;
  /** Replaces the file as a whole; nothing is written if nothing changes. Throws KnownError. */
  change(edit: (places: KnownPlaces) => KnownPlaces): void;
}

const NAME = 'known';
/** Size of the file in bytes; a larger one is refused, since we never write one. */
const MOST_BYTES = 8 << 20;
const [FOLDER_MODE, FILE_MODE] = [0o700, 0o600];
const OTHERS = 0o077;

/** Opens `known.json` in a folder; `say` is told when its permissions had to be corrected. */
export function openKnown(say: (words: string) => void, folder = configFolder()): KnownStore {
  const path = join(folder, `${NAME}.json`);
  // The folder is made only when something is written.
  const opened = (): Conf<KnownPlaces> =>
    new Conf<KnownPlaces>({
      cwd: folder,
      configName: NAME,
      configFileMode: FILE_MODE,
      accessPropertiesByDotNotation: false,
      clearInvalidConfig: false,
      deserialize: (text) => knownPlaces.parse(JSON.parse(text)),
      serialize: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
    });
  const read = (): KnownPlaces => {
    if (!isThere(folder, 'folder', say) || !isThere(path, 'file', say)) return NOTHING_KNOWN;
    return explained(path, 'read', () => structuredClone(opened().store));
  };
  return {
    path,
    read,
    change(edit) {
      const before = read();
      const { data: after, error } = knownPlaces.safeParse(edit(before));
      if (error) throw new KnownError(issueOf(error));
      if (JSON.stringify(after) === JSON.stringify(before)) return;
      explained(path, 'written', () => {
        mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
        opened().store = after;
      });
    },
  };
}

/**
 * Gives the result of `act`; undefined if the file cannot be read or written, which is told. For calls whose failure
 * does no harm.
 */
export function telling<T>(say: (words: string) => void, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    say(error.message);
    return undefined;
  }
}

/**
 * Whether a file or folder exists. Throws if it belongs to another user; permissions that are too open are corrected.
 */
function isThere(path: string, kind: 'file' | 'folder', say: (words: string) => void): boolean {
  const facts = explained(path, 'read', () => statSync(path, { throwIfNoEntry: false }));
  if (!facts) return false;
  if (kind === 'file' ? !facts.isFile() : !facts.isDirectory()) throw new KnownError(`${path} is no ${kind}`);
  if (facts.uid !== process.getuid?.())
    throw new KnownError(`${path} belongs to somebody else: it is neither read nor written`);
  if (kind === 'file' && facts.size > MOST_BYTES) throw new KnownError(`${path} is too large: it is not read`);
  if ((facts.mode & OTHERS) === 0) return true;
  explained(path, 'closed to others', () => chmodSync(path, kind === 'file' ? FILE_MODE : FOLDER_MODE));
  if (kind === 'file') say(`${path} was open to others, and is yours alone now: tokens in it may be known to them`);
  return true;
}

function explained<T>(path: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof KnownError) throw error;
    const damage = damageOf(error);
    throw new KnownError(
      damage === undefined
        ? `${path} cannot be ${what}: ${(error as Error).message}`
        : `${path} is damaged (${damage}): mend it, or remove it and begin anew`,
    );
  }
}

/** Reason why the text of the file is damaged, without any part of the text: it contains tokens. */
function damageOf(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return 'it is no JSON';
  return error instanceof z.ZodError ? issueOf(error) : undefined;
}

const issueOf = ({ issues: [issue] }: z.ZodError): string =>
  `${issue?.path.join('.') || 'all of it'}: ${issue?.message}`;
