/**
 * Measures the seconds from the end of a lecture to its publication in four qualities, each decoded as a whole, and until its
 * chapters, texts, waveform and silences are found. A player watches the first hall live meanwhile. `node bench/ready.ts [--minutes
 * 5] [--lectures 1] [--halls 1]`.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScope } from '#lib/runtime/scope.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { startBox, startHall, type Box } from '#simulator/demo/box-and-hall.ts';
import { startCentral, type Central } from '#simulator/demo/central.ts';
import { plan } from '#simulator/demo/plan.ts';
import { playTrack, publishedTracks, type Track } from '#simulator/demo/published.ts';
import { openTerminal } from '#simulator/demo/terminal.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { round } from './measure/statistics.ts';

const { minutes, lectures, halls } = readOptions({ minutes: 5, lectures: 1, halls: 1 });
/** Definition with four qualities. */
const WORKFLOW = 'hd-720p';
const QUALITIES = 4;
/** Encoder of the yardstick. */
const CODING = '-c:v libx264 -preset veryfast -crf 23 -c:a aac -b:a 96k -y'.split(' ');
/** Seconds after which a lecture counts as not published. */
const PATIENCE_S = 1800;

/** Operations whose results are told apart: what is found, which the films do not wait for. */
const FINDING = ['silence', 'waveform', 'timelinepreviews', 'segment-video', 'segmentpreviews', 'extract-text'];

const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-ready-'));
const scope = openScope();
const stop = new AbortController();
const terminal = openTerminal(process.stdout);
try {
  const central = await startCentral(folder, '127.0.0.1', scope, stop);
  const places = await Promise.all(Array.from({ length: halls }, (_, n) => startPlace(central, n)));
  watchLive(places[0]!.box);
  const rows: Row[] = [];
  for (let count = 0; count < lectures; count++)
    rows.push(...(await Promise.all(places.map((place) => lectureIn(central, place)))));
  // The yardstick is measured when nothing else is at work.
  const wholeS = await ladderSeconds(rows[0]!.films.at(-1) ?? '');
  printTable(
    `ready: lectures of ${minutes} minutes in ${halls} halls, published in ${QUALITIES} qualities after their end`,
    ['lecture', 'ready after s', 'all found after s', 'the last was', 'one ffmpeg that encodes them after the end, s'],
    rows.map(({ readyS, foundS, last }, at) => [at + 1, round(readyS, 1), round(foundS, 1), last, round(wholeS, 1)]),
  );
  printFigure({
    bench: 'ready',
    figure: round(Math.max(...rows.map(({ readyS }) => readyS)), 1),
    unit: 's, worst',
    yardstick: 'one ffmpeg that encodes the same ladder after the end',
    goal: '<= 10',
    foundS: round(Math.max(...rows.map(({ foundS }) => foundS)), 1),
    foundGoal: '<= 20',
    minutes,
    halls,
    lectures: rows.length,
    yardstickS: round(wholeS, 1),
  });
} finally {
  await scope.close();
  await rm(folder, { recursive: true, force: true });
}

interface Place {
  hall: string;
  folder: string;
  box: Box;
}

interface Row {
  readyS: number;
  foundS: number;
  /** The operation that was found last. */
  last: string;
  films: readonly string[];
}

/** Starts a hall with its box. */
async function startPlace({ membership }: Central, number: number): Promise<Place> {
  const hall = `hall-${number + 1}`;
  const own = join(folder, hall);
  await mkdir(own);
  const { urls } = await startHall(own, scope, stop, hall);
  const place = { folder: own, listen: '127.0.0.1', sources: urls, server: membership, hall };
  return { hall, folder: own, box: await startBox(place, scope, stop) };
}

/** Watches a box live, until everything ends. */
function watchLive({ stream }: Box): void {
  const argv = ['-v', 'error', '-rtsp_transport', 'tcp', '-i', stream, '-c', 'copy', '-f', 'null', '-'];
  const player = startChild({ command: 'ffmpeg', argv });
  scope.defer(async () => void (await player.stop()));
}

/** Plans a lecture, and waits for what comes of it. */
async function lectureIn(central: Central, { hall, folder: own, box }: Place): Promise<Row> {
  const order = { central, box, hallName: hall, seconds: minutes * 60, workflow: WORKFLOW };
  const planned = await plan({ ...order, terminal, signal: stop.signal });
  await sleep(Math.max(0, planned.endsAtMs - Date.now()));
  const tracks = await published(central, planned.event);
  const readyS = (Date.now() - planned.endsAtMs) / 1000;
  const { atMs, last, operations } = await found(central, planned.event);
  const since = (text: string | null): number => round((Date.parse(text ?? '') - planned.endsAtMs) / 1000, 1);
  printTable(
    `the operations of ${planned.event}: seconds after the end`,
    ['operation', 'state', 'began', 'ended'],
    operations.map(({ operation, state, startedAt, finishedAt }) => [
      operation,
      state,
      since(startedAt),
      since(finishedAt),
    ]),
  );
  const films = await played(central, own, tracks);
  return { readyS, foundS: (atMs - planned.endsAtMs) / 1000, last, films };
}

interface Operations {
  state: string;
  operations: {
    operation: string;
    state: string;
    startedAt: string | null;
    finishedAt: string | null;
    reason: string | null;
  }[];
}

/** When the last of what is looked for in a lecture was found. */
async function found(
  central: Central,
  event: string,
): Promise<{ atMs: number; last: string; operations: Operations['operations'] }> {
  const until = performance.now() + PATIENCE_S * 1000;
  while (performance.now() < until) {
    const [run] = (await central.get<{ workflows: { id: number }[] }>(`/api/v1/workflows?event=${event}`)).workflows;
    const told = run && (await central.get<Operations>(`/api/v1/workflows/${run.id}`));
    const finding = told?.operations.filter(({ operation }) => FINDING.includes(operation)) ?? [];
    const failed = finding.find(({ state }) => state === 'failed');
    if (failed) throw new Error(`${failed.operation} failed: ${failed.reason}`);
    if (finding.length > 0 && finding.every(({ finishedAt }) => finishedAt !== null)) {
      const [newest] = finding.toSorted((a, b) => Date.parse(b.finishedAt!) - Date.parse(a.finishedAt!));
      return { atMs: Date.parse(newest!.finishedAt!), last: newest!.operation, operations: told?.operations ?? [] };
    }
    await sleep(200);
  }
  throw new Error(`not all was found in ${event} within ${PATIENCE_S} s`);
}

/** Waits until search has the lecture in all qualities. */
async function published(central: Central, event: string): Promise<Track[]> {
  const until = performance.now() + PATIENCE_S * 1000;
  while (performance.now() < until) {
    const tracks = await publishedTracks(central, event);
    if (tracks.length >= QUALITIES) return tracks;
    await sleep(200);
  }
  throw new Error(`${event} was not published within ${PATIENCE_S} s`);
}

/** Plays each quality from its address. Throws where one does not play. Gives the files. */
async function played(central: Central, own: string, tracks: readonly Track[]): Promise<string[]> {
  const files: string[] = [];
  for (const [n, track] of tracks.entries()) {
    const file = join(own, `played-${n}.mp4`);
    const complaint = await playTrack(central, track, file);
    if (complaint !== undefined) throw new Error(`${track.url} does not play: ${complaint}`);
    files.push(file);
  }
  return files;
}

/** Seconds that one ffmpeg takes for a ladder of four qualities. */
async function ladderSeconds(source: string): Promise<number> {
  const heights = [288, 360, 576, 720];
  const outputs = heights.flatMap((height) => [
    '-map',
    '0:v',
    '-map',
    '0:a?',
    '-vf',
    `scale=-2:${height}`,
    ...CODING,
    join(folder, `ladder-${height}.mp4`),
  ]);
  const began = performance.now();
  const { code, reason } = await runProgram('ffmpeg', ['-v', 'error', '-i', source, ...outputs], {
    timeoutMs: PATIENCE_S * 1000,
  });
  if (code !== 0) throw new Error(reason);
  return (performance.now() - began) / 1000;
}
