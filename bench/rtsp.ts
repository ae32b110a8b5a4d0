/**
 * Measures CPU time per TCP player of our RTSP server against gst-rtsp-server's, both relaying the same stream to 100
 * players.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';

/** The result of the bench. */
export interface RtspFigure {
  bench: 'rtsp';
  /** The ratio; null if the yardstick is not installed. */
  figure: number | null;
  unit: 'ratio';
  yardstick: string;
  goal: number;
  players: number;
  /** Microseconds of CPU time per player and second, and the ratio, of each round. */
  rounds: { oursUs: number; gstUs: number; ratio: number }[];
}

const PLAYERS = 100;
const ROUNDS = 3;
const SETTLE_MS = 3000;
const MEASURE_MS = 10_000;
const GOAL = 0.6;
const PYTHON = '/usr/bin/python3';

/** One sample of a server under load. */
interface Sample {
  usPerPlayer: number;
  kbpsPerPlayer: number;
  kbpsOfSlowest: number;
}

/** Prints a table and gives the figure. Needs ffmpeg, and Debian's python3-gi and gir1.2-gst-rtsp-server-1.0. */
export async function run(): Promise<RtspFigure> {
  const scope = openScope();
  try {
    return await measure(scope);
  } finally {
    await scope.close();
  }
}

async function measure(scope: Scope): Promise<RtspFigure> {
  const ours = await startServer(scope, process.execPath, [fileURLToPath(new URL('rtsp/relay.ts', import.meta.url))]);
  if (!ours) throw new Error('our own relay does not start');
  const source = `rtsp://127.0.0.1:${ours.port}/live`;
  await publish(scope, source);
  const gst = await startServer(scope, PYTHON, [fileURLToPath(new URL('rtsp/gst-relay.py', import.meta.url)), source]);
  const rounds: RtspFigure['rounds'] = [];
  console.log('round  server            CPU us/player/s   kb/s per player   slowest player');
  for (let round = 1; round <= (gst ? ROUNDS : 1); round += 1) {
    const mine = await sample(ours, PLAYERS);
    print(round, 'amphi', mine);
    if (!gst) continue;
    const theirs = await sample(gst, PLAYERS);
    print(round, 'gst-rtsp-server', theirs);
    const ratio = mine.usPerPlayer / theirs.usPerPlayer;
    rounds.push({
      oursUs: Math.round(mine.usPerPlayer),
      gstUs: Math.round(theirs.usPerPlayer),
      ratio: twoDigits(ratio),
    });
  }
  if (!gst)
    console.log(
      'The yardstick is not here: apt-get install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good',
    );
  const ratios = rounds.map(({ ratio }) => ratio).sort((left, right) => left - right);
  const figure = ratios[Math.floor(ratios.length / 2)] ?? null;
  const yardstick = 'gst-rtsp-server (Debian), shared rtspsrc relay';
  return { bench: 'rtsp', figure, unit: 'ratio', yardstick, goal: GOAL, players: PLAYERS, rounds };
}

interface RunningServer {
  child: Child;
  port: number;
}

/** Starts a server; undefined if it does not start: the reason is on stderr. */
async function startServer(scope: Scope, command: string, argv: string[]): Promise<RunningServer | undefined> {
  const child = startChild({ command, argv, takes: [1] });
  scope.defer(() => child.stop());
  const port = Number(await nextLine(linesOf(child), child));
  if (port > 0) return { child, port };
  console.error(`${argv[0]}: ${child.stderrTail()}`);
  return undefined;
}

/**
 * Publishes a stream in real time without end, in the box's factory setting: 1280x720, 15 frames/s, 750 kb/s, 2 s
 * between key pictures, AAC 80 kb/s.
 */
async function publish(scope: Scope, url: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-rtsp-'));
  scope.defer(() => rm(folder, { recursive: true, force: true }));
  const clip = join(folder, 'clip.mp4');
  const video = '-c:v libx264 -preset veryfast -b:v 750k -maxrate 750k -bufsize 750k -g 30 -sc_threshold 0 -bf 0';
  const make = startChild({
    command: process.env['FFMPEG_PATH'] ?? 'ffmpeg',
    argv: [
      ...'-v error -f lavfi -i testsrc2=s=1280x720:r=15,noise=alls=8:allf=t -f lavfi -i sine=440:r=48000 -t 20'.split(
        ' ',
      ),
      ...`-pix_fmt yuv420p ${video} -c:a aac -b:a 80k -ac 2`.split(' '),
      clip,
    ],
  });
  const { code, reason } = await make.died;
  if (code !== 0) throw new Error(`ffmpeg cannot make the clip: ${reason}`);
  const publisher = startChild({
    command: process.env['FFMPEG_PATH'] ?? 'ffmpeg',
    argv: [
      ...'-v error -re -stream_loop -1 -i'.split(' '),
      clip,
      ...'-c copy -rtsp_transport tcp -f rtsp'.split(' '),
      url,
    ],
  });
  scope.defer(() => publisher.stop());
  await sleep(SETTLE_MS);
}

async function sample(server: RunningServer, players: number): Promise<Sample> {
  const child = startChild({
    command: process.execPath,
    argv: [
      fileURLToPath(new URL('rtsp/players.ts', import.meta.url)),
      `rtsp://127.0.0.1:${server.port}/live`,
      `${players}`,
    ],
    feeds: [0],
    takes: [1],
  });
  try {
    const lines = linesOf(child);
    if ((await nextLine(lines, child)) !== 'ready') throw new Error(`players: ${child.stderrTail()}`);
    await sleep(SETTLE_MS);
    const received = async (): Promise<number[]> => {
      child.feed(0).write('\n');
      return JSON.parse((await nextLine(lines, child)) ?? '[]') as number[];
    };
    const [before, cpuBefore, startMs] = [await received(), await cpuUs(server.child), performance.now()];
    await sleep(MEASURE_MS);
    const [after, cpuAfter, endMs] = [await received(), await cpuUs(server.child), performance.now()];
    const seconds = (endMs - startMs) / 1000;
    const kbps = after.map((bytes, index) => ((bytes - before[index]!) * 8) / 1000 / seconds);
    return {
      usPerPlayer: (cpuAfter - cpuBefore) / seconds / players,
      kbpsPerPlayer: kbps.reduce((sum, one) => sum + one, 0) / players,
      kbpsOfSlowest: Math.min(...kbps),
    };
  } finally {
    await child.stop();
  }
}

/** CPU time of all threads so far, in microseconds, as the scheduler counts it: finer than ticks. */
async function cpuUs(child: Child): Promise<number> {
  const folder = `/proc/${child.pid}/task`;
  const threads = await readdir(folder);
  const texts = await Promise.all(threads.map((thread) => readFile(`${folder}/${thread}/schedstat`, 'utf8')));
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1000, 0);
}

function linesOf(child: Child): Interface {
  const lines = createInterface({ input: child.take(1) });
  lines.pause();
  return lines;
}

/** The next line that a program prints; undefined if it ends first. */
function nextLine(lines: Interface, child: Child): Promise<string | undefined> {
  const line = new Promise<string>((resolve) => lines.once('line', resolve));
  lines.resume();
  return Promise.race([line, child.died.then(() => undefined)]);
}

function print(round: number, name: string, { usPerPlayer, kbpsPerPlayer, kbpsOfSlowest }: Sample): void {
  const columns = [usPerPlayer, kbpsPerPlayer, kbpsOfSlowest].map((value) => value.toFixed(0).padStart(15));
  console.log(`${String(round).padEnd(6)} ${name.padEnd(16)} ${columns.join('   ')}`);
}

const twoDigits = (value: number): number => Math.round(value * 100) / 100;

if (import.meta.main) console.log(JSON.stringify(await run()));
