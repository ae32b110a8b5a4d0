/**
 * Measures SIS over Telnet while the box records: 20 sessions that each pipeline mixed commands, at a controller's pace
 * and as fast as they are answered. `node bench/sis.ts [--sessions 20] [--burst 10] [--every 100] [--seconds 6]
 * [--rounds 3]`.
 */
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { readOptions } from './measure/options.ts';
import { processTree } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { load, type LoadResult } from './sis/load.ts';
import type { Box } from './rig/box.ts';
import { startClipBox } from './rig/clip-box.ts';

const options = readOptions({ sessions: 20, burst: 10, every: 100, seconds: 6, rounds: 3 });

interface Sample extends LoadResult {
  who: string;
  /** CPU time of the process for a thousand replies, without what it uses at rest. */
  cpuMs: number;
  lateFrames: number;
}

const box = await startClipBox();
const echo = startEcho();
try {
  await box.untilLive([1, 3]);
  const started = await box.ask<Moment>('POST', '/recording/start', {});
  await sleep(2000);
  const port = await echo.port;
  const password = await box.password();
  const telnet = box.telnetPort;
  const pace = { sessions: options.sessions, burst: options.burst, seconds: options.seconds };
  // A load that is not measured comes first, since code that Node has not compiled yet is slow.
  await load({ ...pace, seconds: 2, everyMs: options.every, port: telnet, password });
  const rounds: { ours: Sample; theirs: Sample }[] = [];
  let lateUnasked = 0;
  for (let count = 0; count < options.rounds; count++) {
    const paced = { ...pace, everyMs: options.every };
    const late = await lateFrames();
    const idle = await idleCpu(box.pid, options.seconds);
    lateUnasked += (await lateFrames()) - late;
    const ours = await sample('box', box.pid, idle, () => load({ ...paced, port: telnet, password }));
    const theirs = await sample('echo', echo.pid(), 0, () => load({ ...paced, port, password: undefined }));
    rounds.push({ ours, theirs });
  }
  const flat = await sample('box, flat out', box.pid, 0, () => load({ ...pace, everyMs: 0, port: telnet, password }));
  const before = await box.ask<Status>('GET', '/status');
  const stopped = await box.ask<Moment>('POST', '/recording/stop', {});
  const recorded = { expected: stopped.at.frame - started.at.frame, pictures: await picturesOf(box) };
  report(rounds, flat, recorded, { ...before.frames, lateUnasked });
} finally {
  await echo.child.stop(1000);
  await box.close();
}

interface Moment {
  at: { frame: number };
}
interface Status {
  frames: { late: number; dropped: number };
}

function startEcho(): { child: Child; port: Promise<number>; pid(): number } {
  const child = startChild({
    command: process.execPath,
    argv: [fileURLToPath(new URL('sis/echo.ts', import.meta.url))],
    takes: [1],
  });
  const port = new Promise<number>((resolve) =>
    child.take(1).once('data', (bytes: Buffer) => resolve(Number(/port (\d+)/.exec(String(bytes))?.[1]))),
  );
  return { child, port, pid: () => child.pid ?? 0 };
}

/** CPU seconds of the process alone; its children do not count. */
function cpuOf(pid: number): number {
  return processTree(pid).find((one) => one.pid === pid)?.cpuSeconds ?? 0;
}

/** CPU seconds that a process at rest uses in a second. */
async function idleCpu(pid: number, seconds: number): Promise<number> {
  const before = cpuOf(pid);
  await sleep(seconds * 1000);
  return (cpuOf(pid) - before) / seconds;
}

async function sample(who: string, pid: number, idle: number, act: () => Promise<LoadResult>): Promise<Sample> {
  const [late, cpu, beganMs] = [await lateFrames(), cpuOf(pid), performance.now()];
  const result = await act();
  const used = cpuOf(pid) - cpu - (idle * (performance.now() - beganMs)) / 1000;
  return { ...result, who, cpuMs: (used * 1e6) / result.replies, lateFrames: (await lateFrames()) - late };
}

async function lateFrames(): Promise<number> {
  const { frames } = await box.ask<Status>('GET', '/status');
  return frames.late + frames.dropped;
}

async function picturesOf(from: Box): Promise<number> {
  for (;;) {
    const { recordings } = await from.ask<{ recordings: { status: string; parts: { pictures: number }[] }[] }>(
      'GET',
      '/recordings',
    );
    const [recording] = recordings;
    if (recording && ['finished', 'partial', 'failed'].includes(recording.status))
      return recording.parts.reduce((sum, { pictures }) => sum + pictures, 0);
    await sleep(200);
  }
}

function report(
  rounds: readonly { ours: Sample; theirs: Sample }[],
  flat: Sample,
  { expected, pictures }: { expected: number; pictures: number },
  frames: Status['frames'] & { lateUnasked: number },
): void {
  const samples = [...rounds.flatMap(({ ours, theirs }) => [ours, theirs]), flat];
  printTable(
    `sis: ${options.sessions} sessions, ${options.burst} commands in a piece, every ${options.every} ms, while the box records`,
    ['who', 'replies/s', 'p50 ms', 'p99 ms', 'worst ms', 'CPU ms per 1000 replies', 'frames late'],
    samples.map((one) => [
      one.who,
      Math.round(one.perSecond),
      ...[one.p50Ms, one.p99Ms, one.worstMs, one.cpuMs].map((value) => round(value, 2)),
      one.who.startsWith('box') ? one.lateFrames : '-',
    ]),
  );
  console.log(
    `  recorded ${pictures} pictures of ${expected}; ${frames.lateUnasked} late or left out while nobody asked anything`,
  );
  const box = [...rounds.map(({ ours }) => ours), flat];
  printFigure({
    bench: 'sis',
    figure: round(median(rounds.map(({ ours, theirs }) => ours.cpuMs / theirs.cpuMs)), 2),
    unit: 'ratio of CPU per reply',
    yardstick: 'a bare echo server in Node under the same load',
    goal: 'p99Ms < 10, lateFrames 0',
    p99Ms: round(median(rounds.map(({ ours }) => ours.p99Ms)), 2),
    p50Ms: round(median(rounds.map(({ ours }) => ours.p50Ms)), 2),
    repliesPerSecond: Math.round(median(rounds.map(({ ours }) => ours.perSecond))),
    lateFramesUnasked: frames.lateUnasked,
    lateFrames: box.reduce((sum, one) => sum + one.lateFrames, 0),
    flatOut: { repliesPerSecond: Math.round(flat.perSecond), p50Ms: round(flat.p50Ms, 2), p99Ms: round(flat.p99Ms, 2) },
    pictures,
    expectedPictures: expected,
  });
}
