import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import type { Central } from './central.ts';
import type { DemoContext } from './demo-context.ts';
import type { Played } from './lecture.ts';
import { until } from './plan.ts';
import { meterOf } from './terminal.ts';

/** Milliseconds until waiting for the publication fails: a busy machine encodes slowly. */
const PATIENCE_MS = 900_000;
/** What is said of a program that ended well and complained of nothing. */
const SILENT = /^(exit code 0)?$/;
/** Milliseconds by which a published film may be longer or shorter than what was recorded. */
const LENGTH_MS = 250;

interface Run {
  id: number;
  state: string;
  operations: { done: number; all: number; atWork: string[] };
}

/** A film of a publication, as search tells it. */
export interface Track {
  url: string;
  duration: number;
  video?: { resolution: string };
}

interface Episode {
  result: { mediapackage: { media?: { track: Track | Track[] } } }[];
}

/**
 * Waits until the server has processed and published the lecture, and plays each quality as a viewer would: from its address.
 * Gives what is wrong, in words.
 */
export async function watchPublished({ planned }: Played, context: DemoContext): Promise<string[]> {
  const { central, terminal, signal } = context;
  let tracks: Track[] = [];
  let failed: string | undefined;
  await until(
    'the lecture is published',
    signal,
    async () => {
      tracks = await publishedTracks(central, planned.event);
      const [run] = (await central.get<{ workflows: Run[] }>(`/api/v1/workflows?event=${planned.event}`)).workflows;
      if (run) terminal.show(lineOf(run));
      if (run && ['failed', 'stopped'].includes(run.state)) failed = await whyFailed(context, run.id);
      return failed !== undefined || tracks.length > 0;
    },
    PATIENCE_MS,
  );
  terminal.show();
  if (failed !== undefined) return [`the lecture is not published: ${failed}`];
  const lateS = Math.max(0, Math.round((Date.now() - planned.endsAtMs) / 1000));
  const qualities = tracks.map(({ video }) => video?.resolution ?? 'sound alone').join(', ');
  terminal.say(`published ${lateS} s after its end: ${qualities}`);
  const wrong: string[] = [];
  for (const track of tracks) wrong.push(...(await wrongWhenPlayed(track, planned, context)));
  return wrong;
}

const lineOf = ({ operations: { done, all, atWork } }: Run): string =>
  `processing  ${meterOf(all === 0 ? 0 : done / all)} ${done} of ${all} operations  ${atWork.join(', ')}`;

/** Films of an event that are published; none before it is. */
export async function publishedTracks(central: Pick<Central, 'get'>, event: string): Promise<Track[]> {
  const { result } = await central.get<Episode>(`/search/episode.json?id=${event}`);
  const found = result[0]?.mediapackage.media?.track ?? [];
  // What is published has its own addresses; until then the search shows what was handed over.
  return [found].flat().filter(({ url }) => url.includes('/engage-player/'));
}

async function whyFailed({ central }: DemoContext, run: number): Promise<string> {
  const { state, operations } = await central.get<{
    state: string;
    operations: { operation: string; reason: string | null }[];
  }>(`/api/v1/workflows/${run}`);
  const reasons = operations.flatMap(({ operation, reason }) => (reason === null ? [] : [`${operation}: ${reason}`]));
  return [`its workflow ${state}`, ...reasons].join('; ');
}

async function wrongWhenPlayed(
  track: Track,
  { startsAtMs, endsAtMs }: Played['planned'],
  { central, folder, terminal, signal }: DemoContext,
): Promise<string[]> {
  const name = basename(new URL(track.url).pathname);
  terminal.show(`playing ${name}…`);
  await mkdir(join(folder, 'watched'), { recursive: true });
  const complaint = await playTrack(central, track, join(folder, 'watched', name));
  signal.throwIfAborted();
  terminal.show();
  const wrong = complaint === undefined ? [] : [`${name} does not play: ${complaint.slice(0, 200)}`];
  if (Math.abs(track.duration - (endsAtMs - startsAtMs)) > LENGTH_MS)
    wrong.push(`${name} lasts ${track.duration} ms, ${endsAtMs - startsAtMs} ms were recorded`);
  return wrong;
}

/** Loads a film from its address into a file, and decodes the whole of it. Gives what FFmpeg complains of; undefined: nothing. */
export async function playTrack(
  central: Pick<Central, 'bytes'>,
  { url }: Pick<Track, 'url'>,
  file: string,
): Promise<string | undefined> {
  await writeFile(file, await central.bytes(new URL(url).pathname));
  const { code, reason } = await runProgram('ffmpeg', ['-v', 'error', '-i', file, '-f', 'null', '-'], {
    timeoutMs: PATIENCE_MS,
  });
  return code === 0 && SILENT.test(reason) ? undefined : reason.trim();
}
