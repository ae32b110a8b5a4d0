import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile, ProfileMistake } from '@amphi/lib/opencast/profiles/profile.ts';
import { readProfiles } from '@amphi/lib/opencast/profiles/read-profiles.ts';

/** Encoding profiles by their ids. */
export interface Profiles {
  /** The profile of an id; undefined: there is none. */
  find(id: string): Profile | undefined;
  /** All ids in the order of the alphabet. */
  ids: readonly string[];
  /** What is wrong in the files. A profile with a mistake is left out, so that of an earlier folder stays. */
  mistakes: readonly MistakeOfFile[];
}

/** A mistake, and the file that has it. */
export interface MistakeOfFile extends ProfileMistake {
  file: string;
}

/** Folder with the profiles that come with the server. */
export const SHIPPED_PROFILES = import.meta.dirname;

/**
 * Reads the profiles of folders (their files `*.properties`, in the order of their names). A profile of a later folder, or of
 * a later file, stands in the place of an earlier one with its id: those of an administrator are laid over ours. Throws if
 * a folder or file cannot be read.
 */
export function openProfiles(folders: readonly string[] = [SHIPPED_PROFILES]): Profiles {
  const found = new Map<string, Profile>();
  const mistakes: MistakeOfFile[] = [];
  for (const file of folders.flatMap(filesOf)) {
    const read = readFile(file);
    for (const profile of read.profiles) found.set(profile.id, profile);
    mistakes.push(...read.mistakes.map((mistake) => ({ ...mistake, file })));
  }
  return { find: (id) => found.get(id), ids: [...found.keys()].toSorted(), mistakes };
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.properties'))
    .toSorted()
    .map((name) => join(folder, name));

/** A file that is too long has one mistake, and no profiles. */
function readFile(file: string): ReturnType<typeof readProfiles> {
  try {
    return readProfiles(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { profiles: [], mistakes: [{ line: 1, text: error.message }] };
  }
}
