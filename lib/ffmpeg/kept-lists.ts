import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asList, openJsonFile, type JsonFile } from '#lib/runtime/json-file.ts';

/** What FFmpeg prints for `option`, such as `-encoders`. */
export type Print = (option: string) => Promise<string>;

/** Lists of so many programs are kept; of more the oldest are asked again. */
const MOST_PROGRAMS = 4;
const NAME = 'ffmpeg-lists.json';

/** Of one program, as it was when it printed them: its file, its version and build, and those of its libraries. */
interface Kept {
  program: string;
  lists: Record<string, string>;
}

/**
 * The lists that the program at `path` prints, in the order of `options`. They are kept in `folder`, for each program as its file and its
 * `banner` (what it prints for `-version`) are: to print them takes a second of a processor, and a box that starts anew in a
 * lecture has none to spare. Without a folder, or where nothing can be kept, they are asked each time.
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
  // A folder that cannot be written costs the next start a second.
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
