/**
 * Measures the seconds from the end of a lecture to its publication in four qualities, each decoded as a whole. `node
 * bench/ready.ts [--minutes 5] [--lectures 1]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScope } from '#lib/runtime/scope.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { startBox, startHall } from '#simulator/demo/box-and-hall.ts';
import { startCentral, type Central } from '#simulator/demo/central.ts';
import { plan } from '#simulator/demo/plan.ts';
import { playTrack, publishedTracks, type Track } from '#simulator/demo/published.ts';
import { openTerminal } from '#simulator/demo/terminal.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { round } from './measure/statistics.ts';

const { minutes, lectures } = readOptions({ minutes: 5, lectures: 1 });
/** Definition with four qualities. */
const WORKFLOW = 'hd-720p';
const QUALITIES = 4;
/** Encoder of the yardstick. */
const CODING = '-c:v libx264 -preset veryfast -crf 23 -c:a aac -b:a 96k -y'.split(' ');
/** Seconds after which a lecture counts as not published. */
const PATIENCE_S = 1800;

const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-ready-'));
const scope = openScope();
const stop = new AbortController();
const terminal = openTerminal(process.stdout);
try {
  const [central, hall] = await Promise.all([
    startCentral(folder, '127.0.0.1', scope, stop),
    startHall(folder, scope, stop),
  ]);
  const membership = central.membership;
  const box = await startBox({ folder, listen: '127.0.0.1', sources: hall.urls, server: membership }, scope, stop);
  const rows: { readyS: number; wholeS: number }[] = [];
  for (let count = 0; count < lectures; count++) {
    const planned = await plan({
      central,
      box,
      seconds: minutes * 60,
      terminal,
      signal: stop.signal,
      workflow: WORKFLOW,
    });
    await sleep(Math.max(0, planned.endsAtMs - Date.now()));
    const tracks = await published(central, planned.event);
    const readyS = (Date.now() - planned.endsAtMs) / 1000;
    const files = await played(central, tracks);
    rows.push({ readyS, wholeS: await ladderSeconds(files.at(-1) ?? '') });
  }
  printTable(
    `ready: lectures of ${minutes} minutes, published in ${QUALITIES} qualities after their end`,
    ['lecture', 'ready after s', 'one ffmpeg that encodes them after the end, s'],
    rows.map(({ readyS, wholeS }, at) => [at + 1, round(readyS, 1), round(wholeS, 1)]),
  );
  printFigure({
    bench: 'ready',
    figure: round(Math.max(...rows.map(({ readyS }) => readyS)), 1),
    unit: 's, worst',
    yardstick: 'one ffmpeg that encodes the same ladder after the end',
    goal: '<= 10',
    minutes,
    lectures: rows.length,
    yardstickS: round(Math.min(...rows.map(({ wholeS }) => wholeS)), 1),
  });
} finally {
  await scope.close();
  await rm(folder, { recursive: true, force: true });
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
async function played(central: Central, tracks: readonly Track[]): Promise<string[]> {
  const files: string[] = [];
  for (const [n, track] of tracks.entries()) {
    const file = join(folder, `played-${n}.mp4`);
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
