/**
 * Measures what a teacher waits for who cuts a published lecture of two hours three times: seconds from *save and publish* until
 * search has the shorter films, through a whole server, and its CPU. The yardstick is one ffmpeg that encodes the cut lecture anew, measured
 * on a part of it. `node bench/cut.ts [--seconds 7200] [--rounds 3] [--first
 * schedule-and-upload] [--again publish]`, the definitions that publish it. The lecture is a short one over and over, so that its first
 * publication takes minutes; cutting is the same.
 */
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '#lib/runtime/clock.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { startCentral, type Central } from '#simulator/demo/central.ts';
import { publishedTracks } from '#simulator/demo/published.ts';
import { ladderArgv } from './encoding/ladder.ts';
import { lecture, longLecture } from './encoding/lecture.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';

const options = readOptions({ seconds: 7200, rounds: 3, first: 'schedule-and-upload', again: 'publish' });
/** Seconds of the lecture that is repeated. */
const PART_S = 60;
/** Seconds after which a lecture counts as not published. */
const PATIENCE_S = 3600;
/** Milliseconds by which a published film may differ from what is kept. */
const LENGTH_MS = 250;

interface Segment {
  start: number;
  end: number;
  deleted: boolean;
}

/** Films of the first publication; until then, one is enough. */
let qualities = 1;
const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-cut-'));
const scope = openScope();
const stop = new AbortController();
try {
  const film = await longLecture(options.seconds, PART_S);
  const central = await startCentral(folder, '127.0.0.1', scope, stop);
  const begun = performance.now();
  const event = await handedIn(central, film);
  await untilPublished(central, event, options.seconds * 1000);
  console.log(`published after ${round((performance.now() - begun) / 1000, 0)} s`);
  await untilIdle(central, event);
  qualities = (await publishedTracks(central, event)).length;
  const uses: { publicS: number; cpu: number; wholeS: number }[] = [];
  for (let at = 0; at < options.rounds; at++) uses.push(await cutOnce(central, event, at));
  const yardstick = await encodedAnew();
  const middle = (of: 'publicS' | 'cpu' | 'wholeS'): number => round(median(uses.map((use) => use[of])), 2);
  printTable(
    `cut: three cuts of ${options.seconds} s, ${qualities} qualities, ${options.rounds} rounds`,
    ['way', 'public after s', 'CPU s until then', 'run ended after s'],
    [
      ['the server', middle('publicS'), middle('cpu'), middle('wholeS')],
      ['one ffmpeg, all anew (from a part)', '', round(yardstick, 0), ''],
    ],
  );
  printFigure({
    bench: 'cut',
    figure: middle('publicS'),
    unit: 's',
    yardstick: `one ffmpeg that encodes all anew: ${round(yardstick, 0)} CPU-s`,
    goal: '<= 5 s and <= 10 CPU-s',
    cpuSeconds: middle('cpu'),
    ...options,
    uses,
  });
} finally {
  await scope.close();
  await rm(folder, { recursive: true, force: true });
}

/** Hands a film in as a lecture, with the definition that publishes it. */
async function handedIn(central: Central, film: string): Promise<string> {
  const form = new FormData();
  const title = { id: 'title', value: 'A lecture that is cut' };
  form.set('metadata', JSON.stringify([{ flavor: 'dublincore/episode', fields: [title] }]));
  form.set('acl', '[]');
  form.set('processing', JSON.stringify({ workflow: options.first, configuration: {} }));
  form.set('presenter', await openAsBlob(film, { type: 'video/mp4' }), 'lecture.mp4');
  const text = await posted(central, '/api/events', form);
  return (JSON.parse(text) as { identifier: string }).identifier;
}

/** Waits until all qualities of this length are public. */
async function untilPublished(central: Central, event: string, lengthMs: number): Promise<void> {
  const until = performance.now() + PATIENCE_S * 1000;
  while (performance.now() < until) {
    const tracks = await publishedTracks(central, event);
    const isRight = ({ duration }: { duration: number }): boolean => Math.abs(duration - lengthMs) <= LENGTH_MS;
    if (tracks.length >= qualities && tracks.every(isRight)) return;
    await sleep(50);
  }
  throw new Error(`${event} was not published within ${PATIENCE_S} s`);
}

/** Waits until the runs of an event have ended. */
async function untilIdle(central: Central, event: string): Promise<void> {
  for (;;) {
    const { workflows } = await central.get<{ workflows: { state: string }[] }>(`/api/v1/workflows?event=${event}`);
    const failed = workflows.find(({ state }) => state === 'failed');
    if (failed) throw new Error('a run of the lecture failed');
    if (workflows.every(({ state }) => state === 'succeeded')) return;
    await sleep(200);
  }
}

/** Cuts the beginning, a pause and the end away, all within groups, and waits until that is public. */
async function cutOnce(
  central: Central,
  event: string,
  at: number,
): Promise<{ publicS: number; cpu: number; wholeS: number }> {
  const ms = options.seconds * 1000;
  const borders = [0, ms * 0.025 + 733, ms * 0.45 + 1133, ms * 0.5 + 867, ms * 0.98 + 400, ms];
  // Each round keeps another length, by which its publication is known.
  const edges = borders.map((border, n) => Math.round(border) + (n > 0 && n < borders.length - 1 ? at * n * 933 : 0));
  const segments = edges.slice(1).map((end, n): Segment => ({ start: edges[n]!, end, deleted: n % 2 === 0 }));
  const keptMs = segments.filter(({ deleted }) => !deleted).reduce((sum, { start, end }) => sum + end - start, 0);
  const cpu = cpuSecondsOf(process.pid);
  const begun = performance.now();
  await saved(central, event, segments);
  await untilPublished(central, event, keptMs);
  const publicS = (performance.now() - begun) / 1000;
  const used = cpuSecondsOf(process.pid) - cpu;
  await untilIdle(central, event);
  return { publicS, cpu: used, wholeS: (performance.now() - begun) / 1000 };
}

/** Saves an edit and has it published, as the editor does. */
const saved = (central: Central, event: string, segments: readonly Segment[]): Promise<string> =>
  posted(
    central,
    `/editor/${event}/edit.json`,
    JSON.stringify({ segments, tracks: [], workflows: [{ id: options.again }] }),
  );

/** Posts a form or JSON as the administrator. Gives the answer; rejects with it if it is a refusal. */
async function posted({ url, password }: Central, path: string, body: FormData | string): Promise<string> {
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const headers = { authorization, ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}) };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} is refused: ${response.status} ${text}`);
  return text;
}

/** CPU seconds of one ffmpeg for the whole ladder, reckoned from a part. */
async function encodedAnew(): Promise<number> {
  const before = cpuSecondsOf(process.pid);
  const { code, reason } = await runProgram('ffmpeg', ladderArgv(await lecture(PART_S), folder), {
    timeoutMs: PATIENCE_S * 1000,
  });
  if (code !== 0) throw new Error(reason);
  return ((cpuSecondsOf(process.pid) - before) * options.seconds) / PART_S;
}
