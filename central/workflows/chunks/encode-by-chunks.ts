import { basename, extname, join } from 'node:path';
import { isImpossible, type Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import type { Interval } from '@amphi/lib/media/intervals.ts';
import { sizeOfSps } from '@amphi/lib/media/h264.ts';
import { avcEntry } from '@amphi/lib/media/mp4-sample-entries.ts';
import { ProfileError, sizeHolds } from '@amphi/lib/opencast/profiles/command.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import { openFiles } from '@amphi/lib/runtime/disk/open-files.ts';
import { assemble, assembleList, type Assembled, type Parts } from './finished/assemble.ts';
import { openSoundChoice, type ChosenSound } from './finished/chosen-sound.ts';
import { LIST_SUFFIX } from '../../store/lists/list-file.ts';
import { belowMedia, type ChunkNeeds } from './chunk-needs.ts';
import { chunkOutputs, type ChunkOutput } from './plan/chunk-output.ts';
import { filmDigests } from './film/film-digests.ts';
import { soundProblem, untilFinished } from './follow-sound.ts';
import { filmSound } from './film/film-sound.ts';
import { openFilm, type Film } from './film/film.ts';
import { makeMissing } from './make-missing.ts';
import { placedFragments } from './finished/placed-piece.ts';
import { findRendition, type FoundRendition } from './rendition-store.ts';
import { cutTimeline, wholeTimeline } from './plan/timeline.ts';
import { missingPieces, wantedOutput, type Missing, type WantedOutput } from './plan/wanted.ts';

/** What is to be encoded. */
export interface ChunkOrder {
  event: string;
  /** Absolute path of the film. Only one in the media folder is shared with other workers. */
  source: string;
  profiles: readonly Profile[];
  /** Profiles that will be wanted too: what is missing of them is encoded with the others, and not put together yet. */
  beside?: readonly Profile[] | undefined;
  /** Parts of the film that are kept, in ms, [begin, end); undefined: all of it. */
  kept?: readonly Interval[] | undefined;
  /** Folder for the results, and the beginning of their names: each has the suffix of its profile after it. */
  folder: string;
  name?: string | undefined;
  signal?: AbortSignal | undefined;
  log: (text: string) => void;
  /** Tells how much is done, 0 to 1. */
  progress: (part: number) => void;
  /** Jobs with a higher number are done first. */
  priority?: number | undefined;
  /** Whether results may be lists, whose paths end with `LIST_SUFFIX`; one whose sound is the film's own is a file. */
  asLists?: boolean | undefined;
}

/** A file that was made. */
export interface ChunkResult extends Assembled {
  profile: string;
  suffix: string;
  /** Tag of the output, where the profile has several. */
  tag: string | undefined;
  path: string;
}

/** What came of it: all files, or the reason in words why it has to be encoded as a whole. */
export type Chunked = { files: ChunkResult[] } | Impossible;

/** How often what is missing is looked for: more than once if a worker with another encoder took part. */
const MOST_ROUNDS = 3;

/**
 * Encodes a film piece by piece: what was made before, ahead of time or for another cut, is taken as it is, and only
 * what is missing is encoded. The film is not touched. Rejects with `OperationFailed` for a cut that is none, with the
 * reason of the signal when it is aborted, and when the disk or the database fails.
 */
export async function encodeByChunks(needs: ChunkNeeds, order: ChunkOrder): Promise<Chunked> {
  const film = await openFilm(order.source, true);
  if (isImpossible(film)) return film;
  try {
    const outputs = outputsOf(film, order.profiles);
    if (isImpossible(outputs)) return outputs;
    const digests = await filmDigests(needs, order.event, film, order.signal);
    if (isImpossible(digests)) return digests;
    const wanted = outputs.map((output) => wantedOutput(film, digests, output, timelineOf(film, output, order.kept)));
    const [renditions, sounds] = await allOrNone(order.signal, (signal) => [
      renditionsOf(needs, { ...order, signal }, film, wanted, () => besideOf(film, digests, order)),
      soundsOf(needs, { ...order, signal }, film, wanted),
    ]);
    if (isImpossible(renditions)) return renditions;
    return { files: await assembleAll(needs, order, wanted, renditions, sounds) };
  } finally {
    await film.close();
  }
}

/** Does two things side by side. When one fails the other is ended, and waited for, since both read the film. */
async function allOrNone<A, B>(
  signal: AbortSignal | undefined,
  begin: (signal: AbortSignal) => [Promise<A>, Promise<B>],
): Promise<[A, B]> {
  const own = new AbortController();
  const both = begin(signal ? AbortSignal.any([signal, own.signal]) : own.signal);
  try {
    return await Promise.all(both);
  } catch (error) {
    own.abort(error);
    await Promise.allSettled(both);
    throw error;
  }
}

/** The outputs of all profiles; in words which of them does not go by pieces, and why. */
function outputsOf(film: Film, profiles: readonly Profile[]): ChunkOutput[] | Impossible {
  const { outputs, leftOut } = outputsByPieces(film, profiles);
  return leftOut[0] ?? outputs;
}

/** The outputs of those profiles that go by pieces, and of each other one in words why it does not. */
export function outputsByPieces(
  film: Film,
  profiles: readonly Profile[],
): { outputs: ChunkOutput[]; leftOut: Impossible[] } {
  const size = sizeOfSps(film.config.sps[0]!);
  const all = profiles.map((profile) => outputsOfOne(profile, size));
  return { outputs: all.flatMap((one) => (isImpossible(one) ? [] : one)), leftOut: all.filter(isImpossible) };
}

function outputsOfOne(profile: Profile, size: ReturnType<typeof sizeOfSps>): ChunkOutput[] | Impossible {
  try {
    const outputs = chunkOutputs(profile, (condition) => sizeHolds(condition, size));
    return isImpossible(outputs) ? { why: `profile ${profile.id}: ${outputs.why}` } : outputs;
  } catch (error) {
    // Whoever encodes it as a whole tells the mistake too.
    if (error instanceof ProfileError) return { why: error.message };
    throw error;
  }
}

const timelineOf = ({ groups }: Film, { rate }: ChunkOutput, kept: readonly Interval[] | undefined) =>
  kept ? cutTimeline(groups, rate, kept) : wholeTimeline(groups, rate);

/** The whole rendition of each output: what is missing of it is made, together with what is missing `beside` it. */
async function renditionsOf(
  needs: ChunkNeeds,
  order: ChunkOrder,
  film: Film,
  wanted: readonly WantedOutput[],
  besideIt: () => readonly WantedOutput[],
): Promise<FoundRendition[] | Impossible> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = await findAll(needs, order.event, wanted);
    const missing = wanted.flatMap((one, n) => missingOf(one, found[n]));
    if (missing.length === 0) return found as FoundRendition[];
    const beside = besideIt();
    const more = await findAll(needs, order.event, beside);
    tellMissing(order, wanted, missing, round);
    const problem = await makeMissing(
      needs,
      {
        event: order.event,
        film,
        priority: order.priority ?? 0,
        signal: order.signal,
        done: (runs, of) => order.progress((MAKING_PART * runs) / Math.max(1, of)),
      },
      [...missing, ...beside.flatMap((one, n) => missingOf(one, more[n]))],
    );
    if (problem !== undefined) return { why: problem };
  }
  return { why: 'its workers have different encoders, whose pieces do not fit together' };
}

const findAll = (needs: ChunkNeeds, event: string, wanted: readonly WantedOutput[]) =>
  Promise.all(
    wanted.map(({ key, pieces }) => {
      const names = pieces.map(({ name }) => name);
      return findRendition(needs.database, event, key, names);
    }),
  );

/** Outputs that are encoded with what is wanted; those that do not go by pieces are left out. */
const besideOf = (film: Film, digests: readonly Buffer[], { beside = [], kept }: ChunkOrder): WantedOutput[] =>
  outputsByPieces(film, beside).outputs.map((output) =>
    wantedOutput(film, digests, output, timelineOf(film, output, kept)),
  );

/** Files of pieces that are open at the same time: a film of two hours has 120 for each quality. */
const MOST_OPEN = 64;
/** Part of the progress that encoding is; the rest is putting the files together. */
const MAKING_PART = 0.9;

function missingOf(wanted: WantedOutput, found: FoundRendition | undefined): Missing[] {
  const pieces = missingPieces(wanted.pieces, found);
  return pieces.length > 0 ? [{ wanted, pieces }] : [];
}

function tellMissing(
  { log }: ChunkOrder,
  wanted: readonly WantedOutput[],
  missing: readonly Missing[],
  round: number,
): void {
  if (round > 0) log('the parameter sets of the encoder changed: what was made before is made anew');
  const all = wanted.reduce((sum, { pieces }) => sum + pieces.length, 0);
  const left = missing.reduce((sum, { pieces }) => sum + pieces.length, 0);
  log(`of ${all} groups ${left} are encoded, the others are there already`);
}

/** The sound of each output, chosen from a file of its own, or from the film itself where it is copied. */
async function soundsOf(
  needs: ChunkNeeds,
  { event, signal, log }: ChunkOrder,
  film: Film,
  wanted: readonly WantedOutput[],
): Promise<(ChosenSound | undefined)[]> {
  const chosen = openSoundChoice();
  let finished: Promise<void> | undefined;
  const finishedSound = async (): Promise<void> => {
    await untilFinished(needs, event, signal);
    const problem = await soundProblem(needs, event);
    if (problem !== undefined) log(`its sound could not be encoded while it was recorded: ${problem}`);
  };
  const soundOf = async ({ sound }: ChunkOutput): Promise<string | undefined> => {
    if (!sound || !film.sound || film.sound.samples.count === 0) return undefined;
    if (sound === 'copy') return film.path;
    await (finished ??= finishedSound());
    return filmSound(needs, event, film, sound, signal);
  };
  return Promise.all(
    wanted.map(async ({ output, sound: spans }) => {
      const path = await soundOf(output);
      return path === undefined ? undefined : chosen({ path, spans });
    }),
  );
}

async function assembleAll(
  needs: ChunkNeeds,
  order: ChunkOrder,
  wanted: readonly WantedOutput[],
  renditions: readonly FoundRendition[],
  sounds: readonly (ChosenSound | undefined)[],
): Promise<ChunkResult[]> {
  const results: ChunkResult[] = [];
  const name = order.name ?? basename(order.source, extname(order.source));
  for (const [n, { output, pieces }] of wanted.entries()) {
    const { id, fragments, parameters } = renditions[n]!;
    const named = pieces.map((piece) => ({ ...piece, fragment: fragments.get(piece.name.toString('hex'))! }));
    const open = openFiles((of) => needs.store.at(of), MOST_OPEN);
    try {
      const size = sizeOfSps(parameters.sps);
      const entry = avcEntry({ codec: 'h264', ...parameters, ...size });
      const parts = { pieces: await placedFragments(named, open), entry, ...size, sound: sounds[n] };
      const file = join(order.folder, `${name}${output.suffix}`);
      const { path, made } = await putTogether(needs, order, { parts, rendition: id, file });
      results.push({ ...made, profile: output.profile, suffix: output.suffix, tag: output.tag, path });
    } finally {
      await open.close();
    }
    order.progress(MAKING_PART + ((1 - MAKING_PART) * (n + 1)) / wanted.length);
  }
  return results;
}

/** One result: a list where that may be, else a file. */
async function putTogether(
  { store }: ChunkNeeds,
  { asLists, source, signal }: ChunkOrder,
  { parts, rendition, file }: { parts: Parts; rendition: number; file: string },
): Promise<{ path: string; made: Assembled }> {
  const own = parts.sound?.path;
  if (!asLists || own === source) return { path: file, made: await assemble(parts, file, signal) };
  const sound = own === undefined ? undefined : belowMedia({ store }, own);
  const path = `${file}${LIST_SUFFIX}`;
  return { path, made: await assembleList(parts, { rendition, sound }, path) };
}
