import { access, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import {
  argvOf,
  filledText,
  ProfileError,
  sizeHolds,
  type CommandValues,
} from '@amphi/lib/opencast/profiles/command.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import { together } from '@amphi/lib/opencast/profiles/together.ts';
import { safeFileName } from '../../../../store/media-store.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { openProfiles, type Profiles } from '../../../profiles/open-profiles.ts';
import { OperationFailed, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { runFfmpeg } from '../../run-ffmpeg.ts';
import { sizeOf } from './examined.ts';
import { pathsOf } from './paths-of.ts';

/** What a profile is run on, and how. */
export interface ProfileRun {
  profile: Profile;
  /** Source of `in.video`, and of `in.audio` if there is one. */
  source: ElementRow;
  audio?: ElementRow | undefined;
  /** Further variables: `time`, or those with several arguments, such as `concatCommand`. */
  values?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Conditions besides those about the size of the picture: `if-watermark`. */
  conditions?: Readonly<Record<string, boolean>>;
  /** Paths of input files besides those of source and audio. */
  inputs?: readonly string[];
  /** Length of the result in ms, for the progress. */
  durationMs?: number | null | undefined;
  progress?: (part: number) => void;
  /** Whether it is no failure if FFmpeg makes no file, as at a moment without a picture. */
  mayBeNone?: boolean;
}

/** A file that a profile made. */
export interface ProfileFile {
  /** Path below the folder of the operation. */
  file: string;
  /** Name that people see. */
  fileName: string;
  /** End of its name, such as `-hd.mp4`. */
  suffix: string;
  /** Tag of the output, if the profile has several. */
  tag: string | undefined;
  /** Length in ms that FFmpeg told. */
  durationMs: number | undefined;
}

let shipped: Profiles | undefined;

/** The profile of an id. Throws `OperationFailed` if there is none. */
export function profileNamed(needs: Pick<OperationNeeds, 'profiles'>, id: string): Profile {
  const profiles = needs.profiles ?? (shipped ??= openProfiles());
  const profile = profiles.find(id);
  if (profile) return profile;
  const wrong = profiles.mistakes.find(({ text }) => text.includes(`profile ${id}:`));
  const why = wrong ? ` (${wrong.file} line ${wrong.line}: ${wrong.text})` : '';
  throw new OperationFailed(`there is no encoding profile ${id}${why}; there are ${profiles.ids.join(', ')}`);
}

type Running = Pick<OperationContext, 'folder' | 'pathOf' | 'signal' | 'log'>;
type PathOf = Awaited<ReturnType<typeof pathsOf>>;

/**
 * Runs FFmpeg once by a profile. Gives the files of all its outputs that its conditions allow. Rejects with `OperationFailed`
 * if the profile has a mistake, FFmpeg fails, or does not make a file.
 */
export async function runProfile(
  { ffmpeg }: Pick<OperationNeeds, 'ffmpeg'>,
  context: Running,
  run: ProfileRun,
): Promise<ProfileFile[]> {
  const { source, durationMs = source.duration_ms, progress } = run;
  const { argv, inputs, files } = await prepared(context, run);
  const made = await runFfmpeg(ffmpeg, guarded(argv, inputs), { ...context, progress, durationMs });
  return madeFiles(context, run, files, made.durationMs);
}

/**
 * Runs FFmpeg by a profile at several times of one source: once for all of them where the profile takes one picture, else once
 * for each. Gives the files of each time, as `runProfile` does.
 */
export async function runProfileAt(
  needs: Pick<OperationNeeds, 'ffmpeg'>,
  context: Running,
  run: Omit<ProfileRun, 'values'>,
  times: readonly string[],
): Promise<ProfileFile[][]> {
  const runs = times.map((time) => ({ ...run, values: { time } }));
  const ranAtOnce = await ranTogether(needs, context, runs);
  if (ranAtOnce) return ranAtOnce;
  const all: ProfileFile[][] = [];
  for (const one of runs) all.push(await runProfile(needs, context, one));
  return all;
}

/** What several runs make with one FFmpeg; undefined: that cannot be, and nothing is left of it. */
async function ranTogether(
  { ffmpeg }: Pick<OperationNeeds, 'ffmpeg'>,
  context: Running,
  runs: readonly ProfileRun[],
): Promise<ProfileFile[][] | undefined> {
  const [first] = runs;
  const hasOneVideo = first?.source.streams?.filter(({ kind }) => kind === 'video').length === 1;
  if (!first || runs.length === 1 || !hasOneVideo || first.profile.outputs.length !== 1) return undefined;
  const all = await Promise.all(runs.map((one) => prepared(context, one)));
  const argv = together(
    all.map((one) => one.argv),
    all[0]!.path,
  );
  if (!argv) return undefined;
  try {
    // What cannot be done together is told when it is done alone.
    await runFfmpeg(ffmpeg, guarded(argv, all[0]!.inputs), { ...context, log: () => undefined });
    return await Promise.all(all.map(({ files }) => madeFiles(context, first, files, undefined)));
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof OperationFailed)) throw error;
    const folder = await context.folder();
    for (const { files } of all) for (const { file } of files) await rm(join(folder, file), { force: true });
    return undefined;
  }
}

type Named = Omit<ProfileFile, 'durationMs'>;

/** What FFmpeg is told, and the files that come of it. */
interface Prepared {
  argv: readonly string[];
  /** Path of the source. */
  path: string;
  /** Paths of all files that are read. */
  inputs: ReadonlySet<string>;
  files: readonly Named[];
}

async function prepared(context: Running, run: ProfileRun): Promise<Prepared> {
  const { source, audio, inputs = [] } = run;
  const folder = await context.folder();
  const stem = stemOf(source.file_name);
  const name = `${crypto.randomUUID().slice(0, 8)}-${stem}`;
  const read = [source, ...(audio ? [audio] : [])];
  const pathOf = await pathsOf(context, read);
  const { argv, outputs } = filledProfile(run, pathOf, { folder, name });
  const files = outputs.map(({ tag, suffix }) => ({
    tag,
    suffix,
    file: `${name}${suffix}`,
    fileName: safeFileName(`${stem}${suffix}`),
  }));
  return { argv, path: pathOf(source), inputs: new Set([...read.map(pathOf), ...inputs]), files };
}

/** Those files that are there. Rejects if one is missing, unless there may be none. */
async function madeFiles(
  context: Running,
  { profile, mayBeNone }: Pick<ProfileRun, 'profile' | 'mayBeNone'>,
  files: readonly Named[],
  durationMs: number | undefined,
): Promise<ProfileFile[]> {
  const folder = await context.folder();
  const there = await Promise.all(files.map(({ file }) => isThere(join(folder, file))));
  const none = there.indexOf(false);
  if (none >= 0 && !mayBeNone)
    throw new OperationFailed(`the profile ${profile.id} made no file ${files[none]!.suffix}`);
  return files.filter((_, at) => there[at]).map((file) => ({ ...file, durationMs }));
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Name of a file without its ending. */
export const stemOf = (fileName: string): string => fileName.slice(0, fileName.length - extname(fileName).length);

/** Files are read as what they are, never as lists of others. */
const guarded = (argv: readonly string[], inputs: ReadonlySet<string>): string[] =>
  argv.flatMap((word, at) => (word === '-i' && inputs.has(argv[at + 1] ?? '') ? [...FOREIGN_FILE_ARGV, word] : [word]));

interface Filled {
  argv: string[];
  /** Outputs that the command has, with the values of their suffixes. */
  outputs: { tag: string | undefined; suffix: string }[];
}

/** The command with the values of its variables. Throws `OperationFailed` for a profile with a mistake. */
function filledProfile(run: ProfileRun, pathOf: PathOf, out: { folder: string; name: string }): Filled {
  const { profile, source, conditions = {} } = run;
  const size = sizeOf(source);
  const asked = new Set<string>();
  const known = new Map<string, string | readonly string[] | undefined>([
    // Only `encode` measures the loudness; it has filled this in by now.
    ['loudness', 'anull'],
    ['out.dir', out.folder],
    ['out.name', out.name],
    ...variablesOf('in.video', source, pathOf),
    ...(run.audio ? variablesOf('in.audio', run.audio, pathOf) : []),
    ...Object.entries(run.values ?? {}),
  ]);
  const values: CommandValues = {
    holds: (condition) =>
      Object.hasOwn(conditions, condition) ? conditions[condition] : sizeHolds(condition, size ?? NO_SIZE),
    value(name) {
      const output = profile.outputs.find(
        ({ tag }) => name === (tag === undefined ? 'out.suffix' : `out.suffix.${tag}`),
      );
      if (!output) return known.get(name);
      asked.add(name);
      return filledText(output.suffix, profile.id, values);
    },
  };
  try {
    const argv = argvOf(profile, values);
    const outputs = profile.outputs.filter(({ tag }) =>
      asked.has(tag === undefined ? 'out.suffix' : `out.suffix.${tag}`),
    );
    return {
      argv,
      outputs: outputs.map(({ tag, suffix }) => ({ tag, suffix: filledText(suffix, profile.id, values) })),
    };
  } catch (error) {
    if (error instanceof ProfileError) throw new OperationFailed(error.message);
    throw error;
  }
}

const NO_SIZE = { widthPx: 0, heightPx: 0 };

const variablesOf = (prefix: string, element: ElementRow, pathOf: PathOf): [string, string][] => [
  [`${prefix}.path`, pathOf(element)],
  [`${prefix}.name`, stemOf(element.file_name)],
  [`${prefix}.filename`, element.file_name],
  [`${prefix}.suffix`, extname(element.file_name).slice(1) || 'mp4'],
  [`${prefix}.mimetype`, element.mime_type],
];
