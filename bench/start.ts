/**
 * Measures the frames between asking for a recording and the first frame of its file, at random moments of frame and
 * GOP. `node bench/start.ts [--starts 20]`.
 */
import { sleep } from '#lib/runtime/clock.ts';
import { pixelRect } from '#overlays/draw.ts';
import { readTimecode } from '#lib/media/timecode.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { round } from './measure/statistics.ts';
import { CLIP, startClipBox } from './rig/clip-box.ts';
import { askAt, finishedFiles, framesUntil, lookAt, type Asked } from './rig/recordings.ts';

const options = readOptions({ starts: 20 });
const { size: SIZE, fps: FPS } = CLIP;
const CODE = { x: 0, y: 0.92, width: 0.26, height: 0.07 };

const box = await startClipBox({ overlays: { timecode: CODE } });
try {
  await box.untilLive([1, 3]);
  const asked: Asked[] = [];
  for (let count = 0; count < options.starts; count++) {
    await sleep(300 + Math.random() * 2500);
    asked.push(await askAt(box, 'POST', '/recording/start', { metadata: { title: `Start ${count + 1}` } }));
    await sleep(700 + Math.random() * 600);
    await box.ask('POST', '/recording/stop', {});
  }
  const files = await finishedFiles(box, options.starts);
  const codes: number[] = [];
  for (const [file = ''] of files) codes.push(await firstCode(file));
  report(asked, codes);
} finally {
  await box.close();
}

/** The box's time code in the first frame of a file, in milliseconds. */
async function firstCode(file: string): Promise<number> {
  const { xPx: x, yPx: y, widthPx: width, heightPx: height } = pixelRect(CODE, SIZE);
  let first: number | undefined;
  await lookAt(file, SIZE, (luma, index) => {
    if (index === 0) first = readTimecode(luma, SIZE.widthPx, { x, y, width, height })?.ms;
  });
  if (first === undefined) throw new Error(`${file}: its first frame has no time code of the box`);
  return first;
}

function report(asked: readonly Asked[], codes: readonly number[]): void {
  // The box's clock at its frame 0, as each start shows it. It is the same for all if each file begins with the
  // promised frame.
  const epochs = codes.map((code, at) => code - (asked[at]!.at.frame * 1000) / FPS);
  const epoch = Math.min(...epochs);
  const rows = codes.map((code, at) => ({
    frames: framesUntil(code, asked[at]!.askedAtMs, FPS),
    afterMs: code - asked[at]!.askedAtMs,
    fromPromised: Math.round(((epochs[at]! - epoch) * FPS) / 1000),
    inGop: asked[at]!.at.frame % 30,
  }));
  printTable(
    'start: what the first frame of each file says, against the frame that was current when its start was asked over HTTP',
    ['start', 'frames later', 'due ms after asking', 'frames from the one the API promised', 'place in the GOP'],
    rows.map(({ frames, afterMs, fromPromised, inGop }, at) => [at + 1, frames, afterMs, fromPromised, inGop]),
  );
  const worst = Math.max(...rows.map(({ frames }) => Math.abs(frames)));
  printFigure({
    bench: 'start',
    figure: worst,
    unit: 'frames, worst',
    yardstick: 'the frame that was current (wall clock) when the request was sent',
    goal: '<= 1',
    starts: rows.length,
    mean: round(rows.reduce((sum, { frames }) => sum + frames, 0) / rows.length, 2),
    worstFromPromised: Math.max(...rows.map(({ fromPromised }) => fromPromised)),
  });
}
