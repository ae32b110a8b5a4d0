/**
 * Measures the CPU time of the whole box while it composes and encodes two sources, against one bare ffmpeg that does
 * the same with a filter graph. `node bench/compose.ts [--seconds 20] [--rounds 3] [--sources file|rtsp] [--only
 * factory]`; the published figure is that of `--seconds 60`.
 */
import type { EncoderWanted } from '#agent/device/state.ts';
import { factoryWanted } from '#agent/device/initial-state.ts';
import type { Size } from '#lib/media/geometry.ts';
import type { Layout } from '#lib/media/layout.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { readOptions } from './measure/options.ts';
import { processTree, type ProcessUse } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { startBare } from './rig/bare.ts';
import { startBox } from './rig/box.ts';
import { startHall } from './rig/hall.ts';
import { sourceFile } from './rig/sources.ts';

interface Setting {
  name: string;
  sources: Size & { frameRate: number };
  layout: number;
  encoder: Partial<EncoderWanted>;
}

const HD = { widthPx: 1280, heightPx: 720 };
const FULL_HD = { widthPx: 1920, heightPx: 1080 };
/** The settings that are measured; the first one gives the figure. */
const SETTINGS: readonly Setting[] = [
  { name: 'factory', sources: { ...HD, frameRate: 15 }, layout: 5, encoder: {} },
  { name: '720p30 sources', sources: { ...HD, frameRate: 30 }, layout: 5, encoder: {} },
  { name: '1080p sources', sources: { ...FULL_HD, frameRate: 15 }, layout: 5, encoder: {} },
  {
    name: '1080p30 out',
    sources: { ...FULL_HD, frameRate: 30 },
    layout: 5,
    encoder: { ...FULL_HD, fps: 30, videoKbps: 4000, gopFrames: 60 },
  },
  { name: 'side by side', sources: { ...HD, frameRate: 15 }, layout: 7, encoder: {} },
];

const METADATA = {
  title: 'Informations générales',
  presenter: 'Pr Élodie Lefèvre',
  series: 'PAES_2016_S2',
  course: 'UE 3',
};
/** Milliseconds until probing, filling of pipes and just-in-time compiling are over. */
const SETTLE_MS = 10_000;

const options = readOptions({ seconds: 20, rounds: 3, sources: 'file', only: 'all' });

/** CPU seconds per minute: of everything, and of each kind of process. */
type Use = Record<'all' | 'node' | 'inputs' | 'encoder', number>;

async function measured(pid: number): Promise<Use> {
  await sleep(SETTLE_MS);
  const [before, startMs] = [processTree(pid), performance.now()];
  await sleep(options.seconds * 1000);
  const [after, endMs] = [processTree(pid), performance.now()];
  const perMinute = 60_000 / (endMs - startMs);
  const secondsOf = (all: readonly ProcessUse[], is: (one: ProcessUse) => boolean): number =>
    all.filter(is).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const spent = (is: (one: ProcessUse) => boolean): number =>
    (secondsOf(after, is) - secondsOf(before, is)) * perMinute;
  return {
    all: spent(() => true),
    node: spent((one) => one.pid === pid),
    inputs: spent((one) => one.pid !== pid && !isEncoder(one)),
    encoder: spent((one) => one.pid !== pid && isEncoder(one)),
  };
}

const isEncoder = ({ argv }: ProcessUse): boolean => argv.includes('ivf');

/** The work that both sides get, as equal as possible. */
interface Job {
  layout: Layout;
  encoder: EncoderWanted;
  /** Files, or URLs of a hall. */
  places: readonly [string, string];
}

async function measureBox({ layout, encoder, places }: Job): Promise<Use> {
  const sourceOf = (place: string): object =>
    place.startsWith('rtsp:') ? { driver: 'rtsp', url: place } : { driver: 'file', path: place };
  const box = await startBox({
    inputs: { 1: { name: 'Slides', source: sourceOf(places[0]) }, 3: { name: 'Camera', source: sourceOf(places[1]) } },
    encoders: { archive: { ...encoder, hardware: 'off' }, confidence: { enabled: false } },
    metadata: METADATA,
  });
  try {
    await box.ask('PUT', '/layout', layout);
    await box.untilLive([1, 3]);
    return await measured(box.pid);
  } finally {
    await box.close();
  }
}

async function measureBare({ layout, encoder, places }: Job): Promise<Use> {
  const inputOf = (place: string): string[] =>
    place.startsWith('rtsp:') ? ['-rtsp_transport', 'tcp', '-i', place] : ['-re', '-stream_loop', '-1', '-i', place];
  const bare = await startBare({
    inputs: [inputOf(places[0]), inputOf(places[1])],
    layout,
    encoder,
    values: { ...METADATA, hall: 'Bench', locale: 'fr' },
  });
  try {
    return await measured(bare.pid);
  } finally {
    await bare.close();
  }
}

/** A job without the clock, which is not a still picture: a bare ffmpeg would draw it in another way. */
function jobOf({ layout, encoder }: Setting, places: Job['places']): Job {
  const factory = factoryLayouts[layout - 1];
  if (!factory) throw new Error(`there is no layout ${layout}`);
  return {
    layout: { ...factory, overlays: factory.overlays.filter(({ kind }) => kind !== 'clock') },
    encoder: { ...factoryWanted(factoryLayouts).encoders.archive, ...encoder },
    places,
  };
}

async function compare(setting: Setting): Promise<{ ratio: number; ratios: number[]; box: Use; bare: Use }> {
  const { widthPx, heightPx, frameRate } = setting.sources;
  const hall = options.sources === 'rtsp' ? await startHall(`${widthPx}x${heightPx}@${frameRate}`) : undefined;
  try {
    const file = (name: 'slides' | 'camera'): Promise<string> =>
      sourceFile({ name, size: { widthPx, heightPx }, frameRate, seconds: 36, coding: 'live' });
    const places = hall
      ? ([hall.urls.slides, hall.urls.camera] as const)
      : ([await file('slides'), await file('camera')] as const);
    const job = jobOf(setting, places);
    const [boxes, bares]: [Use[], Use[]] = [[], []];
    for (let at = 0; at < options.rounds; at++) {
      // The order changes with each round.
      if (at % 2 === 0) boxes.push(await measureBox(job));
      bares.push(await measureBare(job));
      if (at % 2 === 1) boxes.push(await measureBox(job));
      console.log(
        `${setting.name}, round ${at + 1}: box ${round(boxes[at]!.all, 1)}, bare ${round(bares[at]!.all, 1)}`,
      );
    }
    const ratios = boxes.map(({ all }, at) => round(all / bares[at]!.all, 3));
    return { ratio: round(median(ratios), 3), ratios, box: middle(boxes), bare: middle(bares) };
  } finally {
    await hall?.close();
  }
}

function middle(uses: readonly Use[]): Use {
  const of = (key: keyof Use): number => round(median(uses.map((use) => use[key])), 1);
  return { all: of('all'), node: of('node'), inputs: of('inputs'), encoder: of('encoder') };
}

const settings = SETTINGS.filter(({ name }) => options.only === 'all' || options.only === name);
if (settings.length === 0) throw new Error(`--only takes ${SETTINGS.map(({ name }) => `'${name}'`).join(', ')}`);
const results = [];
for (const setting of settings) results.push({ name: setting.name, ...(await compare(setting)) });

printTable(
  `compose: CPU seconds a minute, ${options.sources} sources, ${options.rounds} rounds of ${options.seconds} s, confidence stream off`,
  ['setting', 'ratio', 'rounds', 'box', 'of it node', 'inputs', 'encoder', 'bare ffmpeg'],
  results.map(({ name, ratio, ratios, box, bare }) => [
    name,
    ratio,
    ratios.join(' '),
    box.all,
    box.node,
    box.inputs,
    box.encoder,
    bare.all,
  ]),
);
printFigure({
  bench: 'compose',
  figure: results[0]!.ratio,
  unit: 'ratio of CPU seconds',
  yardstick: 'one bare ffmpeg: same sources, composition and encoder settings',
  goal: '<= 1.15 (1.10 to aim at)',
  ...options,
  confidenceStream: false,
  results,
});
