/**
 * Measures what it takes to cut a lecture of two hours that is encoded already: three cuts, four qualities, as lists.
 * The yardstick is one ffmpeg that encodes the cut lecture anew, measured on a part of it. `node bench/recut.ts
 * [--seconds 7200] [--rounds 3]`. The lecture is a short one over and over, so that preparing it takes minutes; cutting
 * is the same.
 */
import { rm } from 'node:fs/promises';
import { encodeByChunks, type ChunkOrder } from '#central/workflows/chunks/encode-by-chunks.ts';
import type { Interval } from '#lib/media/intervals.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { openChunkRig } from '#test/central/workflows/chunks/film-rig.ts';
import { LADDER_PROFILES, ladderArgv } from './encoding/ladder.ts';
import { lecture, longLecture } from './encoding/lecture.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';

const options = readOptions({ seconds: 7200, rounds: 3 });
/** Seconds of the lecture that is repeated. */
const PART_S = 60;

/** Three parts are cut away: the beginning, a pause and the end; all borders are within groups. */
const keptAt = (round_: number): Interval[] => {
  const ms = options.seconds * 1000;
  const shift = round_ * 133;
  return [
    { fromMs: Math.round(ms * 0.025) + 733 + shift, toMs: Math.round(ms * 0.45) + 1133 + shift },
    { fromMs: Math.round(ms * 0.5) + 867 + shift, toMs: Math.round(ms * 0.98) + 400 + shift },
  ];
};

const film = await longLecture(options.seconds, PART_S);
const rig = await openChunkRig();
const uses: { cpu: number; wall: number; encodingDone: number }[] = [];
let yardstick = 0;
try {
  const event = await rig.event();
  const source = await rig.bring(film);
  const order = async (more: Partial<ChunkOrder>): Promise<number> => {
    let encodingDone = 0;
    const begun = performance.now();
    const result = await encodeByChunks(rig.needs, {
      event,
      source,
      profiles: LADDER_PROFILES,
      asLists: true,
      folder: rig.folder,
      log: (line) => console.log(`  ${line}`),
      progress: (part) => {
        if (part <= 0.9) encodingDone = (performance.now() - begun) / 1000;
      },
      ...more,
    });
    if ('why' in result) throw new Error(result.why);
    for (const { path } of result.files) await rm(path);
    return encodingDone;
  };
  await order({});
  for (let at = 0; at < options.rounds; at++) {
    const [cpu, begun] = [cpuSecondsOf(process.pid), performance.now()];
    const encodingDone = await order({ kept: keptAt(at) });
    uses.push({ cpu: cpuSecondsOf(process.pid) - cpu, wall: (performance.now() - begun) / 1000, encodingDone });
  }
  const before = cpuSecondsOf(process.pid);
  const part = await lecture(PART_S);
  const { code, reason } = await runProgram('ffmpeg', ladderArgv(part, rig.folder), { timeoutMs: 3_600_000 });
  if (code !== 0) throw new Error(reason);
  yardstick = ((cpuSecondsOf(process.pid) - before) * options.seconds) / PART_S;
} finally {
  await rig.close();
}

const middle = (of: 'cpu' | 'wall' | 'encodingDone'): number => round(median(uses.map((use) => use[of])), 2);
printTable(
  `recut: three cuts of ${options.seconds} s, four qualities, ${options.rounds} rounds`,
  ['way', 'CPU s', 'wall s', 'of it until all is encoded'],
  [
    ['by groups, lists', middle('cpu'), middle('wall'), middle('encodingDone')],
    ['one ffmpeg, all anew (from a part)', round(yardstick, 0), '', ''],
  ],
);
printFigure({
  bench: 'recut',
  figure: middle('wall'),
  unit: 's',
  yardstick: `one ffmpeg that encodes all anew: ${round(yardstick, 0)} CPU-s`,
  goal: '<= 5 s and <= 10 CPU-s',
  cpuSeconds: middle('cpu'),
  secondsUntilEncoded: middle('encodingDone'),
  ...options,
  uses,
});
