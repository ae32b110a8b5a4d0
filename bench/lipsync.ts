/**
 * Measures how far sound and picture of an RTSP source are apart in the recording while the source is lost and comes
 * back again and again: the verdict compares its beeps with its flashes. `node bench/lipsync.ts [--losses 10]`.
 */
import { sleep } from '#lib/runtime/clock.ts';
import { CAMERA } from '#simulator/signal.ts';
import { verdict } from '#simulator/verdict.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { furthest, median, round } from './measure/statistics.ts';
import { startBox } from './rig/box.ts';
import { startHall } from './rig/hall.ts';
import { finishedFiles } from './rig/recordings.ts';

const options = readOptions({ losses: 10 });
/**
 * Ways in which a source of a hall is lost: power, cable, a camera that stands still, one that loses its connection
 * unnoticed.
 */
const FAULTS = ['kill', 'cut', 'stall', 'vanish'] as const;
/** Milliseconds for which the source is back; flashes come every 3 s, so two or three of them are seen. */
const BACK_MS = 10_000;
const AWAY_MS = [1000, 2500, 5000] as const;

const hall = await startHall();
const box = await startBox({
  layout: 10,
  inputs: {
    1: { name: 'Slides', source: { driver: 'rtsp', url: hall.urls.slides } },
    3: { name: 'Camera', source: { driver: 'rtsp', url: hall.urls.camera } },
  },
  audio: { from: 'B' },
  encoders: { archive: { hardware: 'off' }, confidence: { enabled: false } },
});
try {
  await box.untilLive([1, 3]);
  await box.ask('POST', '/recording/start', {});
  const startedMs = performance.now();
  await sleep(BACK_MS);
  const losses: { fault: string; awayMs: number; backAtMs: number }[] = [];
  for (let count = 0; count < options.losses; count++) {
    const fault = FAULTS[count % FAULTS.length]!;
    const awayMs = AWAY_MS[count % AWAY_MS.length]!;
    await hall.command(`camera ${fault}`);
    await sleep(awayMs);
    await hall.command('camera back');
    await box.untilLive([3]);
    losses.push({ fault, awayMs, backAtMs: performance.now() - startedMs });
    await sleep(BACK_MS);
  }
  await box.ask('POST', '/recording/stop', {});
  const files = (await finishedFiles(box, 1, 120_000)).flat();
  if (files.length !== 1) throw new Error(`the recording has ${files.length} parts`);
  const { sources } = await verdict(files[0]!, { readTitles: false });
  const camera = sources.find(({ source }) => source === CAMERA);
  if (!camera) throw new Error('the recording does not show the camera');
  const { measured, beepsAlone, flashesAlone } = camera.lipSync;
  report(losses, measured, { beepsAlone, flashesAlone });
} finally {
  await box.close();
  await hall.close();
}

function report(
  losses: readonly { fault: string; awayMs: number; backAtMs: number }[],
  measured: readonly { atMs: number; offsetMs: number }[],
  alone: { beepsAlone: number; flashesAlone: number },
): void {
  const spans = [{ fault: 'none yet', awayMs: 0, backAtMs: 0 }, ...losses].map((loss, at) => ({
    ...loss,
    offsets: measured
      .filter(({ atMs }) => atMs >= loss.backAtMs - 1500 && atMs < (losses[at]?.backAtMs ?? Infinity) - 1500)
      .map(({ offsetMs }) => offsetMs),
  }));
  printTable(
    'lipsync: sound minus picture in ms (positive: the sound is late) after each return of the camera',
    ['lost by', 'for s', 'earliest', 'latest', 'all'],
    spans.map(({ fault, awayMs, offsets }) => [
      fault,
      awayMs / 1000,
      Math.min(...offsets),
      Math.max(...offsets),
      offsets.join(' '),
    ]),
  );
  const offsets = measured.map(({ offsetMs }) => offsetMs);
  const silent = spans.filter(({ offsets: heard }) => heard.length === 0).length;
  printFigure({
    bench: 'lipsync',
    figure: round(Math.abs(furthest(offsets)), 1),
    unit: 'ms, worst',
    yardstick: "the source's own flashes and beeps",
    goal: '<= 45',
    losses: losses.length,
    measured: offsets.length,
    returnsWithoutMeasure: silent,
    ...alone,
    earliestMs: Math.min(...offsets),
    latestMs: Math.max(...offsets),
    medianMs: round(median(offsets), 1),
  });
}
