/**
 * Measures the frames between asking for a layout, a swap, a title or a logo and the first frame that shows it, all in
 * one running recording; and the frames that are torn, repeated or missing. `node bench/change.ts [--changes 20]` for
 * each kind.
 */
import type { Layout } from '#lib/media/layout.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { pixelRect } from '#overlays/draw.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import type { Rect } from '#lib/media/geometry.ts';
import { lookAtFrame, type Look } from './change/look.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { startBox, type Box } from './rig/box.ts';
import { askAt, finishedFiles, framesUntil, lookAt } from './rig/recordings.ts';
import { sourceFile } from './rig/sources.ts';

const options = readOptions({ changes: 20 });
const SIZE = { widthPx: 1280, heightPx: 720 };
const FPS = 15;
const CODE = { x: 0, y: 0.92, width: 0.26, height: 0.07 };
const LAYOUTS = [7, 5] as const;
const TITLES = ['Informations générales sur la première année', ''] as const;

const px = (rect: Rect): Rect => {
  const { xPx: x, yPx: y, widthPx: width, heightPx: height } = pixelRect(rect, SIZE);
  return { x, y, width, height };
};
const layoutOf = (number: number): Layout => {
  const { overlays, ...layout } = factoryLayouts[number - 1]!;
  return { ...layout, overlays: [...overlays, { kind: 'timecode', name: 'timecode', rect: CODE, z: 50 }] };
};
const overlayOf = (number: number, name: string) => layoutOf(number).overlays.find((one) => one.name === name)!;
const LOGO = overlayOf(LAYOUTS[1], 'logo-1');
/**
 * Places that are watched: title and logo of the layout that is shown while they change (the title changes in both).
 */
const REGIONS = { title: px(overlayOf(LAYOUTS[1], 'title').rect), logo: px(LOGO.rect) };

type Kind = 'layout' | 'swap' | 'title' | 'logo';
const KINDS: readonly Kind[] = ['layout', 'swap', 'title', 'logo'];

interface Change {
  kind: Kind;
  askedAtMs: number;
}

const path = (name: 'slides' | 'camera'): Promise<string> =>
  sourceFile({ name, size: SIZE, frameRate: FPS, seconds: 150, coding: 'live' });
const box = await startBox({
  inputs: {
    1: { source: { driver: 'file', path: await path('slides') } },
    3: { source: { driver: 'file', path: await path('camera') } },
  },
  // A high bit rate, so that the codes of a completely new frame can be read: the time of the change is measured, not
  // its quality.
  encoders: { archive: { hardware: 'off', videoKbps: 6000 } },
  metadata: { title: TITLES[1] },
});
try {
  await box.ask('PUT', '/layout', layoutOf(LAYOUTS[1]));
  await box.untilLive([1, 3]);
  await box.ask('POST', '/recording/start', {});
  await sleep(1500);
  const changes: Change[] = [];
  for (const kind of KINDS) for (let at = 0; at < options.changes; at++) changes.push(await change(box, kind, at));
  await sleep(1000);
  await box.ask('POST', '/recording/stop', {});
  const looks: Look[] = [];
  for (const file of (await finishedFiles(box, 1)).flat())
    await lookAt(file, SIZE, (luma) => looks.push(lookAtFrame(luma, SIZE, px(CODE), REGIONS)));
  report(changes, looks);
} finally {
  await box.close();
}

/** Makes a change of a kind; each kind goes to and fro, and ends as it began. */
async function change(on: Box, kind: Kind, at: number): Promise<Change> {
  const first = at % 2 === 0;
  const asks: Record<Kind, readonly [method: string, path: string, body: object]> = {
    layout: ['PUT', '/layout', layoutOf(LAYOUTS[first ? 0 : 1])],
    swap: ['POST', '/requests/channels.swap', { swapped: first }],
    title: ['PATCH', '/metadata', { title: TITLES[first ? 0 : 1] }],
    logo: ['PUT', '/overlays/logo-1', { ...LOGO, opacity: first ? 0 : 1 }],
  };
  const { askedAtMs } = await askAt(on, ...asks[kind]);
  await sleep(400 + Math.random() * 600);
  return { kind, askedAtMs };
}

/** The part of a frame that distinguishes the two states of a kind. */
function stateIn(kind: Kind, { places, means }: Look): string {
  if (kind === 'layout' || kind === 'swap') return places;
  return String(Math.round((means[kind] ?? 0) / 4));
}

/**
 * Finds the first frame after asking that looks like the frames before the next change, and judges all frames until
 * then.
 */
function judge(
  { kind, askedAtMs }: Change,
  untilMs: number,
  looks: readonly Look[],
): { frames: number; mixed: number } {
  const before = looks.findLast(({ codeMs }) => (codeMs ?? Infinity) < askedAtMs)!;
  const during = looks.filter(({ codeMs = 0 }) => codeMs >= askedAtMs - 1 && codeMs < untilMs);
  const [was, is] = [stateIn(kind, before), stateIn(kind, during.at(-1)!)];
  if (was === is) throw new Error(`${kind}: nothing changed in the picture (${was})`);
  const isNew = (look: Look): boolean => near(kind, stateIn(kind, look), is);
  const shown = during.find(isNew)!;
  // Mixed frames are those that look neither as before nor as after.
  const mixed = during.filter((look) => !isNew(look) && !near(kind, stateIn(kind, look), was)).length;
  return { frames: framesUntil(shown.codeMs!, askedAtMs, FPS), mixed };
}

/** Whether two states are the same; means may differ by the noise of coding. */
function near(kind: Kind, one: string, other: string): boolean {
  return kind === 'title' || kind === 'logo' ? Math.abs(Number(one) - Number(other)) <= 1 : one === other;
}

function report(changes: readonly Change[], looks: readonly Look[]): void {
  const unreadable = looks.filter(({ codeMs }) => codeMs === undefined).length;
  const judged = changes.map((one, at) => ({
    ...one,
    ...judge(one, changes[at + 1]?.askedAtMs ?? Number.POSITIVE_INFINITY, looks),
  }));
  const steps = looks
    .slice(1)
    .map(({ codeMs }, at) => Math.round((((codeMs ?? NaN) - (looks[at]?.codeMs ?? NaN)) * FPS) / 1000));
  const faults = {
    torn: looks.filter(({ torn }) => torn).length + judged.reduce((sum, { mixed }) => sum + mixed, 0),
    repeated: steps.filter((step) => step === 0).length,
    missing: steps.filter((step) => step > 1).length,
    unreadable,
  };
  const rows = KINDS.map((kind) => {
    const frames = judged.filter((one) => one.kind === kind).map((one) => one.frames);
    return { kind, changes: frames.length, worst: Math.max(...frames), median: median(frames), all: frames.join(' ') };
  });
  printTable(
    'change: frames from the one that was current when asked over HTTP to the first one that shows it',
    ['what', 'worst', 'median', 'all'],
    rows.map(({ kind, worst, median: middle, all }) => [kind, worst, middle, all]),
  );
  const repeats = sourceRepeats(looks);
  printTable(
    `frames of the recording: ${looks.length}`,
    ['torn', 'repeated', 'missing', 'without a readable code', "a source's picture twice"],
    [[faults.torn, faults.repeated, faults.missing, unreadable, repeats]],
  );
  printFigure({
    bench: 'change',
    figure: Math.max(...rows.map(({ worst }) => worst)),
    unit: 'frames, worst',
    yardstick: 'the frame that was current (wall clock) when the request was sent',
    goal: '<= 2, and 0 torn or repeated',
    changes: options.changes,
    worst: Object.fromEntries(rows.map(({ kind, worst }) => [kind, worst])),
    mean: round(judged.reduce((sum, { frames }) => sum + frames, 0) / judged.length, 2),
    frames: looks.length,
    ...faults,
    sourcePicturesTwice: repeats,
  });
}

/** Number of output frames in which a source shows the same picture as in the frame before. */
function sourceRepeats(looks: readonly Look[]): number {
  return [1, 2].reduce((sum, source) => {
    const twice = looks
      .slice(1)
      .filter(({ clocks }, at) => clocks[source] !== undefined && clocks[source] === looks[at]!.clocks[source]);
    return sum + twice.length;
  }, 0);
}
