import { open, type FileHandle } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Envelope } from '@amphi/lib/analysis/sound/envelope.ts';
import { LEVELED_AS_IT_COMES, loudnessTold, MEASURED_AT_END } from '@amphi/lib/analysis/sound/leveled-as-it-comes.ts';
import { openFmp4 } from '@amphi/lib/media/fmp4.ts';
import { aacConfig } from '@amphi/lib/media/groups/aac-config.ts';
import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import { openMp4Index, type IndexedTrack, type Mp4Index } from '@amphi/lib/media/groups/mp4-index.ts';
import { TICKS_PER_SECOND, type Packet } from '@amphi/lib/media/packet.ts';
import { fileUrl, pipeInputArgv, quietArgv } from '@amphi/lib/ffmpeg/argv.ts';
import { throwIfFailed } from '@amphi/lib/ffmpeg/run-ffmpeg.ts';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import { bytesOfFile, readAt } from '@amphi/lib/runtime/disk/read-at.ts';
import { startChild, type Child } from '@amphi/lib/runtime/processes/child.ts';
import { written } from '@amphi/lib/runtime/processes/written.ts';
import { isOfNothing } from '../../store/connect.ts';
import type { Jobs } from '../../store/jobs.ts';
import { json } from '../../store/tables.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import { isEnvelope, keepEnvelope } from './film/film-envelope.ts';
import { keepNewSound, soundArgv, soundKey, throwSoundFailure } from './film/film-sound.ts';
import { soundName } from './film/sound-name.ts';
import { followEnvelope } from './follow-envelope.ts';

/** Queue of the jobs that encode the sound of films while they grow. */
export const SOUNDS_QUEUE = 'chunk-sounds';
type SoundJob = { task: number };

/** Films whose sound one process encodes as it comes: each takes a hundredth of a processor. */
const MOST_AT_ONCE = 8;
/** Milliseconds between two looks whether a film has grown. */
const LOOK_MS = 1000;
/** Frames of sound that are read and fed at a time: ten seconds. */
const FRAMES_AT_ONCE = 470;
const NICENESS = 10;

/** A film whose sound will be wanted. */
interface SoundsWanted {
  event: string;
  /** Path below the media folder. */
  film: string;
  /** Options for FFmpeg of each; or what stands for the envelope. */
  sounds: readonly (readonly string[])[];
  isWhole: boolean;
}

/** Has the sound of a film encoded as it comes: once, however often it is asked for. */
export async function wantSounds(
  { database, jobs }: ChunkNeeds & { jobs: Pick<Jobs, 'send'> },
  { event, film, sounds, isWhole }: SoundsWanted,
): Promise<void> {
  const each = [...new Map(sounds.map((options) => [soundKey(options), options])).values()];
  await database.transaction().execute(async (within) => {
    const row = await within
      .insertInto('sound_tasks')
      .values({ event, film, sounds: json(each), is_whole: isWhole })
      .onConflict((at) => at.columns(['event', 'film']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (row) await jobs.send(within, SOUNDS_QUEUE, [{ task: row.id } satisfies SoundJob], 0);
    else if (isWhole)
      await within
        .updateTable('sound_tasks')
        .set({ is_whole: true })
        .where('event', '=', event)
        .where('film', '=', film)
        .execute();
  });
}

/** Encodes the sound of films that grow. The result ends that. */
export async function startSoundWorker(needs: ChunkNeeds & { jobs: Jobs }): Promise<() => Promise<void>> {
  const ending = new AbortController();
  await needs.jobs.makeQueues([SOUNDS_QUEUE]);
  const end = await needs.jobs.work(SOUNDS_QUEUE, MOST_AT_ONCE, (job) =>
    doSounds(needs, (job as SoundJob).task, ending.signal),
  );
  return async () => {
    ending.abort(new Error('this worker ends'));
    await end();
  };
}

/** Milliseconds between two looks whether a sound is finished. */
const FINISHING_MS = 200;

/** Waits while the sound of a film that grew is being finished: that takes a moment. Rejects with the reason of the signal. */
export async function untilFinished(needs: ChunkNeeds, event: string, signal: AbortSignal | undefined): Promise<void> {
  while (await isFinishing(needs, event)) {
    signal?.throwIfAborted();
    await sleep(FINISHING_MS);
  }
}

async function isFinishing({ database }: ChunkNeeds, event: string): Promise<boolean> {
  const row = await database
    .selectFrom('sound_tasks')
    .select('id')
    .where('event', '=', event)
    .where('state', '=', 'open')
    .where('is_whole', '=', true)
    .where('touched_at', '>', sql<Date>`now() - interval '15 seconds'`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Workers that may begin with the sound of a film; then it is made when the film is whole, and the run tells why. */
const MOST_ATTEMPTS = 5;

/** The reason in words why the sound of an event's film could not be encoded as it came; undefined: there is none. */
export async function soundProblem({ database }: ChunkNeeds, event: string): Promise<string | undefined> {
  const row = await database
    .selectFrom('sound_tasks')
    .select('problem')
    .where('event', '=', event)
    .where('state', '=', 'failed')
    .executeTakeFirst();
  return row?.problem ?? undefined;
}

/** Does a task. Rejects when it is worth another attempt, or if this worker ends before: then another one begins anew. */
async function doSounds(needs: ChunkNeeds, id: number, signal: AbortSignal): Promise<void> {
  const task = await countedTask(needs, id, 1);
  if (!task) return;
  try {
    if (task.attempts > MOST_ATTEMPTS) return await settle(needs, id, `its worker ended ${MOST_ATTEMPTS} times`);
    await followSound(needs, id, task, signal);
    await settle(needs, id, undefined);
  } catch (error) {
    if (isOfNothing(error)) return;
    if (signal.aborted) {
      await countedTask(needs, id, -1);
      throw error;
    }
    needs.log.warn({ err: error, task: id, film: task.film }, 'the sound of a film is encoded again');
    if (task.attempts < MOST_ATTEMPTS) throw error;
    await settle(needs, id, error instanceof Error ? error.message : String(error));
  }
}

const settle = async ({ database }: ChunkNeeds, id: number, problem: string | undefined): Promise<void> =>
  void (await database
    .updateTable('sound_tasks')
    .set({ state: problem === undefined ? 'done' : 'failed', problem: problem ?? null })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute());

/** Follows a film to its end. */
async function followSound(
  needs: ChunkNeeds,
  id: number,
  task: Pick<Following, 'event' | 'sounds'> & { film: string },
  signal: AbortSignal,
): Promise<void> {
  const file = await open(needs.store.at(task.film), 'r').catch(() => undefined);
  try {
    const index = file && (await openMp4Index(bytesOfFile(file)));
    const track = index && !isImpossible(index) ? index.tracks.find(({ kind }) => kind === 'audio') : undefined;
    if (file && index && !isImpossible(index) && track && aacConfig(track.entry))
      await encodeFollowing(needs, { file, index, track, ...task, id }, signal);
  } finally {
    await file?.close();
  }
}

/** The task, with so many more of its attempts counted; undefined once it is over, or gone with its event. */
const countedTask = ({ database }: ChunkNeeds, id: number, more: 1 | -1) =>
  database
    .updateTable('sound_tasks')
    .set((of) => ({ touched_at: sql<Date>`now()`, attempts: of('attempts', '+', more) }))
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returning(['event', 'film', 'sounds', 'attempts'])
    .executeTakeFirst();

/** The task with a sign of life; undefined once it is over, or gone with its event. */
const aliveTask = ({ database }: ChunkNeeds, id: number) =>
  database
    .updateTable('sound_tasks')
    .set({ touched_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returning('is_whole')
    .executeTakeFirst();

interface Following {
  id: number;
  event: string;
  file: FileHandle;
  index: Mp4Index;
  track: IndexedTrack;
  sounds: readonly (readonly string[])[];
}

/**
 * Encodes all sounds of a film side by side. Each is written to a file of its own, which is kept at the end. Where the
 * envelope fails the others go on.
 */
async function encodeFollowing(needs: ChunkNeeds, following: Following, signal: AbortSignal): Promise<void> {
  const { event, index, track } = following;
  const sounds = following.sounds.filter((options) => !isEnvelope(options));
  const envelope =
    sounds.length < following.sounds.length ? await followEnvelope(needs.ffmpeg, index.tracks, NICENESS) : undefined;
  const children = envelope ? [envelope.child] : [];
  const all = children.length + sounds.length;
  const { promise: fed, resolve, reject } = Promise.withResolvers<void>();
  fed.catch(() => undefined);
  const feedWhenStarted = (): void => {
    if (children.length === all) feedAll(needs, following, children, signal).then(resolve, reject);
  };
  let isOver = false;
  const kept = sounds.map((options) =>
    keepNewSound(needs, event, async (to) => {
      if (isOver) throw new Error('the other sounds of the film have failed');
      const child = startEncoder(needs.ffmpeg, options, to);
      children.push(child);
      feedWhenStarted();
      await fed;
      await throwIfNotEncoded(child);
      const lufs = isLeveledAsItComes(options) ? loudnessTold(child.stderrTail()) : undefined;
      return { event, name: soundName(track), output: soundKey(options), lufs };
    }),
  );
  for (const one of kept) one.catch(reject);
  if (sounds.length === 0) feedWhenStarted();
  try {
    await fed;
    if (envelope) await keepFollowed(needs, following, envelope.made);
    await Promise.all(kept);
  } finally {
    isOver = true;
    for (const child of children) child.kill('SIGKILL');
    await Promise.allSettled(kept);
  }
}

/** Keeps the envelope of a film that was followed; without it, whoever needs it reads the sound. */
async function keepFollowed(
  needs: ChunkNeeds,
  { event, track, id }: Following,
  made: Promise<Envelope>,
): Promise<void> {
  try {
    await keepEnvelope(needs, event, track, await made);
  } catch (error) {
    if (isOfNothing(error)) throw error;
    needs.log.warn({ err: error, task: id }, 'the envelope of a sound is not there when its film is whole');
  }
}

async function throwIfNotEncoded(child: Child): Promise<void> {
  const death = await child.died;
  try {
    throwIfFailed(child, death);
  } catch (error) {
    throwSoundFailure(error);
  }
}

function startEncoder(ffmpeg: string, options: readonly string[], to: string): Child {
  const input = ['-copyts', ...pipeInputArgv('mp4', 0), '-map', '0:a:0'];
  const target = ['-movie_timescale', '90000', '-f', 'mp4', '-y', fileUrl(to)];
  const isMeasured = isLeveledAsItComes(options);
  const told = soundArgv(options);
  // The filter at the end changes nothing.
  const filters = isMeasured ? told.toSpliced(told.indexOf('-filter:a') + 1, 1, measured(told)) : told;
  const argv = [...quietArgv(isMeasured ? 'info' : 'error'), ...input, ...filters, ...target];
  return startChild({ command: ffmpeg, argv, niceness: NICENESS, feeds: [0] });
}

const isLeveledAsItComes = (options: readonly string[]): boolean =>
  options.some((option) => option.includes(LEVELED_AS_IT_COMES));

const measured = (told: readonly string[]): string => `${told[told.indexOf('-filter:a') + 1]},${MEASURED_AT_END}`;

/** Feeds the frames of a film as they come, until it is whole, or its file was removed. */
async function feedAll(
  needs: ChunkNeeds,
  { id, file, index, track }: Following,
  children: readonly Child[],
  signal: AbortSignal,
): Promise<void> {
  const audio = aacConfig(track.entry)!;
  const writer = openFmp4({ audio }, { startTicks: 0 });
  const send = async (data: Buffer): Promise<void> => {
    for (const child of children) await written(child.feed(0), data);
  };
  await send(writer.init());
  for (let next = 0, isEnd = false; ;) {
    while (next < track.samples.count) {
      signal.throwIfAborted();
      const count = Math.min(FRAMES_AT_ONCE, track.samples.count - next);
      await send(writer.fragment(await framesOf(file, track, next, count)));
      next += count;
    }
    if (isEnd) break;
    const task = await aliveTask(needs, id);
    if (!task) throw new Error('the film is not wanted any more');
    const { nlink } = await file.stat();
    isEnd = task.is_whole || nlink === 0;
    if (!isEnd) await sleep(LOOK_MS);
    await index.grow();
  }
  for (const child of children) child.feed(0).end();
}

/** Frames as packets; none is before the beginning of the film. */
async function framesOf(file: FileHandle, track: IndexedTrack, first: number, count: number): Promise<Packet[]> {
  const { samples, timescale, shift } = track;
  const packets: Packet[] = [];
  for (let n = first; n < first + count; n++) {
    const ticks = ((samples.times[n]! + shift) * TICKS_PER_SECOND) / timescale;
    const units = [await readAt(file, samples.offsets[n]!, samples.sizes[n]!)];
    packets.push({ track: 'audio', ptsTicks: ticks, dtsTicks: ticks, key: false, units, ts: Buffer.alloc(0) });
  }
  return packets;
}
