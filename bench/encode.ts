/**
 * Measures the CPU seconds of a ladder of four qualities that is encoded by chunks, against one ffmpeg that makes the
 * same ladder; and the wall time with two workers against one. `node bench/encode.ts [--seconds 120] [--rounds 3]`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { encodeByChunks } from '#central/workflows/chunks/encode-by-chunks.ts';
import { CHUNKS_QUEUE } from '#central/workflows/chunks/chunk-tasks.ts';
import { openJobs, type Jobs } from '#central/store/jobs.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { openChunkRig, type ChunkRig } from '#test/central/workflows/chunks/film-rig.ts';
import { LADDER_PROFILES, ladderArgv } from './encoding/ladder.ts';
import { lecture } from './encoding/lecture.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';

const options = readOptions({ seconds: 120, rounds: 3 });
const WORKER = new URL('../test/central/workflows/chunks/chunk-worker-process.ts', import.meta.url).pathname;

/** CPU seconds of everything that took part, and wall seconds. */
interface Use {
  cpu: number;
  wall: number;
}

async function startWorkers({ connection, store }: ChunkRig, count: number): Promise<ChildProcess[]> {
  const host = connection.host?.replace('/proc/self/', `/proc/${process.pid}/`);
  const env = {
    ...process.env,
    AMPHI_CONNECTION: JSON.stringify({ ...connection, host }),
    AMPHI_MEDIA: store.folder,
  };
  const workers = Array.from({ length: count }, () =>
    spawn(process.execPath, [WORKER], { env, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  await Promise.all(workers.map((worker) => once(worker.stdout, 'data')));
  return workers;
}

/** One encoding of the ladder by chunks, of an event of its own, by some workers. */
async function byChunks(rig: ChunkRig, film: string, workers: number): Promise<Use> {
  const event = await rig.event();
  const source = await rig.bring(film);
  const processes = await startWorkers(rig, workers);
  try {
    const [cpu, begun] = [cpuSecondsOf(process.pid), performance.now()];
    const quiet = { log: () => undefined, progress: () => undefined };
    const order = { event, source, profiles: LADDER_PROFILES, folder: rig.folder, ...quiet };
    const result = await encodeByChunks(rig.needs, order);
    if ('why' in result) throw new Error(result.why);
    return { cpu: cpuSecondsOf(process.pid) - cpu, wall: (performance.now() - begun) / 1000 };
  } finally {
    const ended = processes.map((worker) => once(worker, 'exit'));
    for (const worker of processes) worker.kill('SIGKILL');
    await Promise.all(ended);
  }
}

async function byOne(rig: ChunkRig, film: string): Promise<Use> {
  const [cpu, begun] = [cpuSecondsOf(process.pid), performance.now()];
  const { code, reason } = await runProgram('ffmpeg', ladderArgv(film, rig.folder), { timeoutMs: 3_600_000 });
  if (code !== 0) throw new Error(reason);
  return { cpu: cpuSecondsOf(process.pid) - cpu, wall: (performance.now() - begun) / 1000 };
}

const film = await lecture(options.seconds);
const rig = await openChunkRig(({ connection }) => openJobs(connection, silentLog));
const jobs = rig.jobs as Jobs;
await jobs.makeQueues([CHUNKS_QUEUE]);
const rounds: { one: Use; single: Use; two: Use }[] = [];
try {
  for (let at = 0; at < options.rounds; at++) {
    const one = await byOne(rig, film);
    const single = await byChunks(rig, film, 1);
    const two = await byChunks(rig, film, 2);
    rounds.push({ one, single, two });
    console.log(`round ${at + 1}: one ffmpeg ${round(one.cpu, 1)} CPU-s, by chunks ${round(single.cpu, 1)} CPU-s`);
  }
} finally {
  await rig.close();
}

const cpuRatio = round(median(rounds.map(({ one, single }) => single.cpu / one.cpu)), 3);
const wallRatio = round(median(rounds.map(({ single, two }) => two.wall / single.wall)), 3);
printTable(
  `encode: a ladder of four qualities of ${options.seconds} s, ${options.rounds} rounds`,
  ['way', 'CPU s', 'wall s'],
  (['one', 'single', 'two'] as const).map((way) => [
    { one: 'one ffmpeg', single: 'by chunks, one worker', two: 'by chunks, two workers' }[way],
    round(median(rounds.map((all) => all[way].cpu)), 1),
    round(median(rounds.map((all) => all[way].wall)), 1),
  ]),
);
printFigure({
  bench: 'encode',
  figure: cpuRatio,
  unit: 'ratio of CPU seconds',
  yardstick: 'one ffmpeg that makes the same ladder',
  goal: '<= 1.08; two workers <= 0.55 of the wall time of one',
  ...options,
  wallOfTwoWorkers: wallRatio,
  rounds,
});
