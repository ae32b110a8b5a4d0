/**
 * Measures the memory of all the box's processes while it records and streams to a few players, and whether it grows.
 * `node bench/memory.ts [--minutes 10] [--players 4]`.
 */
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { readOptions } from './measure/options.ts';
import { processTree, pssMegabytesOf, pssOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round, slope } from './measure/statistics.ts';
import { startBox } from './rig/box.ts';
import { startHall } from './rig/hall.ts';

const options = readOptions({ minutes: 10, players: 4 });
const SAMPLE_MS = 2000;
/** Part of the samples (0 to 1) at the beginning that are left out, since memory still settles. */
const SETTLED = 1 / 3;

// A box that starts for the first time after an update has some 40 MB more: Node keeps its compiled sources only when a
// box ends.
await (await startBox({})).close();
const hall = await startHall();
const box = await startBox({
  layout: 5,
  inputs: {
    1: { name: 'Slides', source: { driver: 'rtsp', url: hall.urls.slides } },
    3: { name: 'Camera', source: { driver: 'rtsp', url: hall.urls.camera } },
  },
  encoders: { archive: { hardware: 'off' } },
  metadata: { title: 'Informations générales', presenter: 'Pr Élodie Lefèvre', series: 'PAES_2016_S2' },
});
const players: Child[] = [];
try {
  await box.untilLive([1, 3]);
  for (let at = 0; at < options.players; at++) players.push(play(box.streamUrl));
  await box.ask('POST', '/recording/start', {});
  const samples: [hours: number, megabytes: number][] = [];
  const startMs = performance.now();
  while (performance.now() - startMs < options.minutes * 60_000) {
    await sleep(SAMPLE_MS);
    samples.push([(performance.now() - startMs) / 3_600_000, pssMegabytesOf(box.pid)]);
  }
  const { recording, streams } = await seen();
  if (recording.state !== 'recording') throw new Error(`it does not record any more: ${recording.state}`);
  report(samples, streams.archive.players);
  await box.ask('POST', '/recording/stop', {});
} finally {
  await Promise.all(players.map((player) => player.stop(0, 'SIGKILL')));
  await box.close();
  await hall.close();
}

function play(url: string): Child {
  return startChild({
    command: 'ffmpeg',
    argv: ['-v', 'error', '-nostdin', '-rtsp_transport', 'tcp', '-i', url, '-c', 'copy', '-f', 'null', '-'],
  });
}

async function seen() {
  const state = await box.ask<{
    seen: { recording: { state: string }; streams: { archive: { players: number } } };
  }>('GET', '/state');
  return state.seen;
}

function report(samples: readonly (readonly [number, number])[], playing: number): void {
  const settled = samples.slice(Math.floor(samples.length * SETTLED));
  const last = settled.slice(-5).map(([, megabytes]) => megabytes);
  printTable(
    `memory (PSS, MB) after ${options.minutes} minutes of recording and streaming to ${playing} players`,
    ['process', 'MB'],
    processTree(box.pid).map(({ pid, argv }) => [kindOf(argv), round(pssOf(pid), 1)]),
  );
  printFigure({
    bench: 'memory',
    figure: round(median(last), 1),
    unit: 'MB (PSS of all processes)',
    yardstick: 'none: absolute',
    goal: '<= 350, 0 growth',
    ...options,
    playing,
    most: round(Math.max(...samples.map(([, megabytes]) => megabytes)), 1),
    growthMBPerHour: round(slope(settled), 1),
    settledMB: { first: round(settled[0]![1], 1), last: round(settled.at(-1)![1], 1) },
  });
}

/** The kind of a process of the box, by its arguments. */
function kindOf(argv: readonly string[]): string {
  const [name = ''] = argv;
  if (name.startsWith('amphi door ')) return name.trim();
  if (argv.some((word) => word.endsWith('amphi.ts'))) return 'core';
  if (argv.includes('ivf')) return 'encoder';
  return argv.includes('rawvideo') ? 'input' : name;
}
