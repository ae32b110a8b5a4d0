import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asList, openJsonFile, type JsonFile } from '#lib/runtime/json-file.ts';

/** Gives what FFmpeg prints for `option`, such as `-encoders`. */
export type Print = (option: string) => Promise<string>;

/** Number of programs whose lists are kept; with more, those of the oldest are dropped and asked for again. */
const MOST_PROGRAMS = 4;
const NAME = 'ffmpeg-lists.json';

/** Lists of one program, valid while the program is the same: its file, version, build and libraries. */
interface Kept {
  program: string;
  lists: Record<string, string>;
}

/**
 * The lists that the program at `path` prints, in the order of `options`. They are kept in `folder` as long as the
 * program's file and its `banner` (the output of `-version`) stay the same: to print them takes a second of a
 * processor, which a box that restarts during a lecture does not have. Without a folder, or if nothing can be kept,
 * they are asked for each time.
 */
export async function listsOf(
  path: string,
  banner: string,
  options: readonly string[],
  print: Print,
  folder: string | undefined,
): Promise<string[]> {
  const file = folder === undefined ? undefined : openKept(folder);
  const { size, mtimeMs, ino } = await stat(path);
  const program = JSON.stringify([path, size, mtimeMs, ino, banner]);
  const kept = (await file?.read()) ?? [];
  const known = kept.find((one) => one.program === program)?.lists;
  if (known && options.every((option) => typeof known[option] === 'string'))
    return options.map((option) => known[option]!);
  const printed = await Promise.all(options.map(print));
  const lists = Object.fromEntries(options.map((option, at) => [option, printed[at]!]));
  const others = kept.filter((one) => one.program !== program).slice(0, MOST_PROGRAMS - 1);
  // A folder that cannot be written costs the next start a second, and nothing else.
  await file?.write([{ program, lists }, ...others]).catch(() => undefined);
  return printed;
}

const openKept = (folder: string): JsonFile<Kept[]> =>
  openJsonFile<Kept[]>({
    path: join(folder, NAME),
    check: (kept) => asList<unknown>(kept).filter(isKept),
    otherwise: [],
    what: 'what FFmpeg can do',
    log: { error: () => undefined },
  });

const isKept = (one: unknown): one is Kept =>
  typeof one === 'object' &&
  one !== null &&
  typeof (one as Partial<Kept>).program === 'string' &&
  typeof (one as Partial<Kept>).lists === 'object' &&
  (one as Kept).lists !== null;
