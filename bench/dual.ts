/**
 * Measures what dual mode costs: processor time for each frame, of the core and of all its processes, and memory, with
 * and without it, of one box after the other. `node bench/dual.ts [--seconds 20] [--rounds 3]`
 */
import { sleep } from '#lib/runtime/clock.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf, processTree, pssMegabytesOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { startBox } from './rig/box.ts';
import { sourceFile } from './rig/sources.ts';

const HD = { widthPx: 1280, heightPx: 720 };
const FPS = 15;
/** Milliseconds until probing, filling of pipes and just-in-time compiling are over. */
const SETTLE_MS = 10_000;

const options = readOptions({ seconds: 20, rounds: 3 });

/**
 * Milliseconds of processor time for each frame of the clock, MB, and frames that the encoders left out; if there are
 * any, the machine was too slow.
 */
interface Cost {
  core: number;
  all: number;
  memory: number;
  dropped: number;
}

interface Encoders {
  encoders: { seen?: { dropped: number } }[];
}

async function measured(encoderMode: 'composite' | 'dual', files: readonly [string, string]): Promise<Cost> {
  const [slides, camera] = files.map((path) => ({ driver: 'file', path }));
  const encoder = { ...HD, fps: FPS, hardware: 'off' };
  const box = await startBox({
    inputs: { 1: { name: 'Slides', source: slides }, 3: { name: 'Camera', source: camera } },
    encoders: { archive: encoder, 'archive-b': encoder, confidence: { enabled: false } },
    encoderMode,
  });
  try {
    await box.untilLive([1, 3]);
    await sleep(SETTLE_MS);
    const coreOf = (): number => processTree(box.pid).find(({ pid }) => pid === box.pid)?.cpuSeconds ?? 0;
    const droppedNow = async (): Promise<number> =>
      (await box.ask<Encoders>('GET', '/encoders')).encoders.reduce((sum, { seen }) => sum + (seen?.dropped ?? 0), 0);
    const dropped = await droppedNow();
    const [all, core, startMs] = [cpuSecondsOf(box.pid), coreOf(), performance.now()];
    await sleep(options.seconds * 1000);
    const frames = ((performance.now() - startMs) / 1000) * FPS;
    const perFrame = (seconds: number): number => (seconds * 1000) / frames;
    return {
      all: perFrame(cpuSecondsOf(box.pid) - all),
      core: perFrame(coreOf() - core),
      memory: pssMegabytesOf(box.pid),
      dropped: (await droppedNow()) - dropped,
    };
  } finally {
    await box.close();
  }
}

const file = (name: 'slides' | 'camera'): Promise<string> =>
  sourceFile({ name, size: HD, frameRate: FPS, seconds: 36, coding: 'live' });
const files = [await file('slides'), await file('camera')] as const;
const costs: Record<'composite' | 'dual', Cost[]> = { composite: [], dual: [] };
for (let n = 0; n < options.rounds; n++)
  for (const mode of ['composite', 'dual'] as const) costs[mode].push(await measured(mode, files));

const of = (mode: 'composite' | 'dual', what: keyof Cost): number => median(costs[mode].map((cost) => cost[what]));
const WHATS = [
  ['core', 'ms of a processor a frame, core'],
  ['all', 'ms of a processor a frame, all processes'],
  ['memory', 'MB, all processes'],
  ['dropped', 'frames that the encoders left out'],
] as const;
printTable(
  `dual: ${options.rounds} rounds of ${options.seconds} s, confidence stream off`,
  ['', 'composite', 'dual', 'more'],
  WHATS.map(([what, words]) => [
    words,
    round(of('composite', what), 2),
    round(of('dual', what), 2),
    round(of('dual', what) - of('composite', what), 2),
  ]),
);
printFigure({
  bench: 'dual',
  figure: round(of('dual', 'all') - of('composite', 'all'), 2),
  unit: 'ms of a processor a frame',
  yardstick: 'the same box without dual mode',
  goal: '<= 10',
});
