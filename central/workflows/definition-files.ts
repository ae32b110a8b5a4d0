import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';
import { readDefinition } from '@amphi/lib/opencast/workflows/read-definition.ts';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';

/** A mistake in a file of definitions. */
export interface DefinitionProblem {
  file: string;
  line: number | undefined;
  what: string;
}

/** Folders with definitions: one of a later folder replaces one with the same id of an earlier one. */
export type Folders = readonly string[];

/** Definitions of files. */
interface FilesRead {
  definitions: readonly { file: string; definition: Definition }[];
  problems: readonly DefinitionProblem[];
}

const IS_DEFINITION = /\.(ya?ml|xml)$/i;
/** Files of a folder that are read; of more it is said that they are left out. */
const MOST_FILES = 500;
/** Bytes of a file that is read; a longer one is a mistake. */
const MOST_BYTES = 256 * 1024;

/** Names, sizes and times of all files of definitions: another text when one of them changed. */
export async function stampOf(folders: Folders): Promise<string> {
  const all: string[] = [];
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      const known = await stat(join(folder, name)).catch(() => undefined);
      all.push(`${folder}/${name} ${known?.size} ${known?.mtimeMs}`);
    }
  }
  return all.join('\n');
}

/** Reads all files of definitions. */
export async function readFolders(folders: Folders): Promise<FilesRead> {
  const definitions = new Map<string, { file: string; definition: Definition }>();
  const problems: DefinitionProblem[] = [];
  for (const folder of folders) {
    const names = await namesIn(folder);
    if (names.length > MOST_FILES)
      problems.push({ file: folder, line: undefined, what: `only ${MOST_FILES} files of a folder are read` });
    const ids = new Map<string, string>();
    for (const name of names.slice(0, MOST_FILES)) {
      const file = join(folder, name);
      const read = await readFileOf(file);
      await turn();
      if ('mistakes' in read) {
        problems.push(...read.mistakes.map(({ line, what }) => ({ file, line, what })));
        continue;
      }
      const { id } = read.definition;
      const other = ids.get(id);
      if (other !== undefined) problems.push({ file, line: undefined, what: `${other} has the id ${id} too` });
      else definitions.set(id, { file, definition: read.definition });
      ids.set(id, other ?? name);
    }
  }
  return { definitions: [...definitions.values()], problems };
}

async function readFileOf(
  path: string,
): Promise<{ definition: Definition } | { mistakes: readonly { line: number | undefined; what: string }[] }> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES)
        return { mistakes: [{ line: undefined, what: `the file has more than ${MOST_BYTES} bytes` }] };
      return readDefinition(textOfBytes(await file.readFile()));
    } finally {
      await file.close();
    }
  } catch (error) {
    return { mistakes: [{ line: undefined, what: `the file cannot be read: ${(error as Error).message}` }] };
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => IS_DEFINITION.test(name) && !name.startsWith('.')).toSorted();
  } catch (error) {
    // An administrator's folder may not be there yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
