import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';
import { readDefinition } from '@amphi/lib/opencast/workflows/read-definition.ts';
import { answerOfThread } from '@amphi/lib/runtime/processes/thread-answer.ts';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';

/** A mistake in a file of definitions. */
export interface DefinitionProblem {
  file: string;
  line: number | undefined;
  what: string;
}

/** Definitions of files. */
export interface FilesRead {
  definitions: readonly { file: string; definition: Definition }[];
  problems: readonly DefinitionProblem[];
}

const IS_DEFINITION = /\.(ya?ml|xml)$/i;
/** Files of a folder that are read; of more it is said that they are left out. */
const MOST_FILES = 500;
/** Bytes of a file that is read; a longer one is a mistake. */
const MOST_BYTES = 256 * 1024;

/** Names, sizes and times of the files of definitions of a folder: another text when one of them changed, '' if there is none. */
export async function stampOf(folder: string): Promise<string> {
  const all: string[] = [];
  for (const name of await namesIn(folder)) {
    const known = await stat(join(folder, name)).catch(() => undefined);
    all.push(`${name} ${known?.size} ${known?.mtimeMs}`);
  }
  return all.join('\n');
}

/** Milliseconds and MB for the files of a folder; beyond them none of them is read. */
const LIMITS = { longestMs: 60_000, mostHeapMb: 512 };

/** Reads the files of a folder that others write, in a thread of its own. Undefined: they take too long, or too much memory. */
export const readFolderAside = (folder: string): Promise<FilesRead | undefined> =>
  answerOfThread(new URL('definition-thread.ts', import.meta.url), folder, LIMITS);

/** Reads the files of definitions of a folder. */
export async function readFolder(folder: string): Promise<FilesRead> {
  const definitions: { file: string; definition: Definition }[] = [];
  const problems: DefinitionProblem[] = [];
  const names = await namesIn(folder);
  if (names.length > MOST_FILES)
    problems.push({ file: folder, line: undefined, what: `only ${MOST_FILES} files of a folder are read` });
  const ids = new Map<string, string>();
  for (const name of names.slice(0, MOST_FILES)) {
    const file = join(folder, name);
    const read = await readFileOf(file);
    if ('mistakes' in read) {
      problems.push(...read.mistakes.map(({ line, what }) => ({ file, line, what })));
      continue;
    }
    const { id } = read.definition;
    const other = ids.get(id);
    if (other !== undefined) problems.push({ file, line: undefined, what: `${other} has the id ${id} too` });
    else definitions.push({ file, definition: read.definition });
    ids.set(id, other ?? name);
  }
  return { definitions, problems };
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
