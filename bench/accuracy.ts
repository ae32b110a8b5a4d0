/**
 * Measures the time between the second for which an event is scheduled and the box's time code in the first frame of
 * its recording; and the same for its end and last frame. `node bench/accuracy.ts [--events 20]`.
 */
import { sleep } from '#lib/runtime/clock.ts';
import { readTimecode } from '#lib/media/timecode.ts';
import { pixelRect } from '#overlays/draw.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { round } from './measure/statistics.ts';
import { CLIP, startClipBox } from './rig/clip-box.ts';
import { finishedFiles, lookAt } from './rig/recordings.ts';

const options = readOptions({ events: 20 });
const { size: SIZE, fps: FPS } = CLIP;
const CODE = { x: 0, y: 0.92, width: 0.26, height: 0.07 };
/** Length of an event in seconds. Each second event begins when the one before ends. */
const LENGTH_S = 2;

const box = await startClipBox({ overlays: { timecode: CODE } });
try {
  await box.untilLive([1, 3]);
  const events = planned(Math.ceil(Date.now() / 1000) * 1000 + 3000);
  for (const [index, { startsAtMs, endsAtMs }] of events.entries())
    await box.ask('POST', '/schedule/events', { title: `Event ${index + 1}`, startsAtMs, endsAtMs });
  await sleep((events.at(-1)?.endsAtMs ?? 0) - Date.now() + 1000);
  const files = await finishedFiles(box, events.length);
  const rows = [];
  for (const [index, { startsAtMs, endsAtMs }] of events.entries()) {
    const { firstMs, lastMs } = await codesOf(files[index]?.[0] ?? '');
    rows.push({
      start: framesFrom(startsAtMs, firstMs),
      end: framesFrom(endsAtMs, lastMs + 1000 / FPS),
      firstMs: firstMs - startsAtMs,
    });
  }
  report(rows);
} finally {
  await box.close();
}

function planned(firstMs: number): { startsAtMs: number; endsAtMs: number }[] {
  const pairMs = (2 * LENGTH_S + 1) * 1000;
  return Array.from({ length: options.events }, (_, index) => {
    const startsAtMs = firstMs + Math.floor(index / 2) * pairMs + (index % 2) * LENGTH_S * 1000;
    return { startsAtMs, endsAtMs: startsAtMs + LENGTH_S * 1000 };
  });
}

/** The box's time code in the first and in the last frame of a file, in milliseconds. */
async function codesOf(file: string): Promise<{ firstMs: number; lastMs: number }> {
  const { xPx: x, yPx: y, widthPx: width, heightPx: height } = pixelRect(CODE, SIZE);
  const codes: number[] = [];
  await lookAt(file, SIZE, (luma) => {
    const code = readTimecode(luma, SIZE.widthPx, { x, y, width, height })?.ms;
    if (code !== undefined) codes.push(code);
  });
  const [firstMs, lastMs] = [codes[0], codes.at(-1)];
  if (firstMs === undefined || lastMs === undefined) throw new Error(`${file}: it has no time code of the box`);
  return { firstMs, lastMs };
}

/** Distance between two times in frames; positive is late. */
function framesFrom(scheduledMs: number, ms: number): number {
  return round(((ms - scheduledMs) * FPS) / 1000, 2);
}

function report(rows: readonly { start: number; end: number; firstMs: number }[]): void {
  printTable(
    'accuracy: the first and the last frame of each recording, against the seconds of its event',
    ['event', 'begins, frames', 'ends, frames', 'begins, ms'],
    rows.map(({ start, end, firstMs }, index) => [index + 1, start, end, round(firstMs, 0)]),
  );
  const worst = (key: 'start' | 'end'): number => Math.max(...rows.map((row) => Math.abs(row[key])));
  printFigure({
    bench: 'accuracy',
    figure: worst('start'),
    unit: 'frames, worst',
    yardstick: 'the second for which each event is scheduled',
    goal: '<= 1',
    events: rows.length,
    worstEnd: worst('end'),
    mean: round(rows.reduce((sum, { start }) => sum + start, 0) / rows.length, 2),
  });
}
