/**
 * Measures SSIM and CPU time of the box's own encoder settings on slides and on camera pictures, against plain `libx264
 * -preset veryfast` at the same size, rate and group. `node bench/quality.ts [--seconds 36] [--rounds 3]`. The pictures
 * are lossless, as painted.
 */
import { factoryWanted } from '#agent/device/initial-state.ts';
import { encoderArgv } from '#agent/media/encoders/encoder-argv.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { encodeAndJudge, type Encoded } from './quality/encode.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { sourceFile } from './rig/sources.ts';

const options = readOptions({ seconds: 36, rounds: 3 });
const WANTED = factoryWanted(factoryLayouts).encoders.archive;

/** The pictures that are encoded; the filter adds the noise of a camera's sensor, which the painted camera lacks. */
const SUBJECTS = [
  { name: 'slides', source: 'slides', filter: 'null' },
  { name: 'camera', source: 'camera', filter: 'null' },
  { name: 'camera with noise', source: 'camera', filter: 'noise=alls=5:allf=t:all_seed=351' },
] as const;

const rate = (kbps: number): string[] => ['-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${2 * kbps}k`];
/** Arguments of the box's encoder from the codec on, as far as they are about pictures. */
const box = encoderArgv(WANTED, 'software', 0);
const SIDES = {
  box: box.slice(box.indexOf('-c:v'), box.indexOf('-color_range')),
  plain: [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-profile:v',
    WANTED.profile,
    '-level:v',
    '4.1',
    '-g',
    String(WANTED.gopFrames),
    ...rate(WANTED.videoKbps),
  ],
};

interface Compared {
  name: string;
  box: Encoded;
  plain: Encoded;
}

async function compare({ name, source, filter }: (typeof SUBJECTS)[number]): Promise<Compared> {
  const { widthPx, heightPx, fps } = WANTED;
  const file = await sourceFile({
    name: source,
    size: { widthPx, heightPx },
    frameRate: fps,
    seconds: options.seconds,
    coding: 'lossless',
  });
  const job = { file, filter, gopFrames: WANTED.gopFrames, fps };
  const rounds: { box: Encoded; plain: Encoded }[] = [];
  for (let at = 0; at < options.rounds; at++) {
    const [first, second] = at % 2 === 0 ? (['box', 'plain'] as const) : (['plain', 'box'] as const);
    const one = { [first]: await encodeAndJudge({ ...job, argv: SIDES[first], judge: at === 0 }) };
    const other = { [second]: await encodeAndJudge({ ...job, argv: SIDES[second], judge: at === 0 }) };
    rounds.push({ ...one, ...other } as { box: Encoded; plain: Encoded });
  }
  return { name, ...middle(rounds) };
}

/** The middle of several rounds. The pictures are nearly the same in each round; the times are not. */
function middle(rounds: readonly { box: Encoded; plain: Encoded }[]): { box: Encoded; plain: Encoded } {
  const of = (side: 'box' | 'plain'): Encoded => ({
    ...rounds[0]![side],
    cpuSeconds: median(rounds.map((one) => one[side].cpuSeconds)),
  });
  return { box: of('box'), plain: of('plain') };
}

const results: Compared[] = [];
for (const subject of SUBJECTS) results.push(await compare(subject));

printTable(
  `quality: ${options.seconds} s of ${WANTED.widthPx}x${WANTED.heightPx} at ${WANTED.fps} frames/s, ${WANTED.videoKbps} kb/s`,
  ['pictures', 'encoder', 'SSIM', 'dB', 'worst frame', 'kb/s', 'CPU s'],
  results.flatMap(({ name, ...sides }) =>
    (['box', 'plain'] as const).map((side) => {
      const { ssim, decibels, worst, kbps, cpuSeconds } = sides[side];
      return [name, side, ssim.toFixed(5), decibels.toFixed(2), worst.toFixed(4), kbps, cpuSeconds.toFixed(2)];
    }),
  ),
);
const cpuRatio = ({ box: own, plain }: Compared): number => round(own.cpuSeconds / plain.cpuSeconds, 3);
const gained = ({ box: own, plain }: Compared): number => round(own.decibels - plain.decibels, 2);
printFigure({
  bench: 'quality',
  figure: gained(results[0]!),
  unit: 'dB of SSIM gained on slides',
  yardstick: 'plain libx264 -preset veryfast at the same rate, group and size',
  goal: '> 0, at a CPU ratio <= 1',
  cpuRatio: cpuRatio(results[0]!),
  ...options,
  subjects: results.map((one) => ({ ...one, gainedDb: gained(one), cpuRatio: cpuRatio(one) })),
});
