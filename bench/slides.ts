/**
 * Measures how well slide changes are found in films of the simulator's decks, and the CPU time for a minute of film,
 * against FFmpeg's scene filter in Opencast's loop: by the server, in the composed film, and by the box, in the frames of channel A.
 * Then what the search costs a box that records. `node bench/slides.ts [--only all] [--fps 5] [--kbps 750] [--seconds 40] [--longer 1]`.
 * Decks go ten times as fast as lectures, and so do the numbers that the loop aims at; `--longer 10` makes slides last as long as in
 * a lecture (the scene filter is left out then).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSlides } from '#lib/analysis/slides/find-slides.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { CORPUS_PLANS, scoreOf, windowsOfDeck, type Score } from '#simulator/decks/corpus.ts';
import { makeDeck, type Deck, type DeckPlan } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { boxCost } from './slides/box-cost.ts';
import { boxChanges } from './slides/box-way.ts';
import { sceneChanges } from './slides/scene-loop.ts';

const options = readOptions({ only: 'all', fps: 5, kbps: 750, seconds: 40, longer: 1 });
const SIZE = { widthPx: 1280, heightPx: 720 };
/** What Opencast aims at, for decks that are ten times as fast. */
const GOAL = { perHour: 300, stableMs: 6000 };

interface Side {
  score: Score;
  cpuSeconds: number;
}
interface Row {
  deck: Deck;
  ours: Side;
  box: Side;
  /** Milliseconds of a look of the box. */
  lookMs: number;
  theirs: Side;
}

const programs = await findFfmpeg();
const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-slides-'));

async function side(deck: Deck, find: () => Promise<readonly number[]>): Promise<Side> {
  const before = cpuSecondsOf(process.pid);
  const found = await find();
  return { score: scoreOf(deck, found), cpuSeconds: cpuSecondsOf(process.pid) - before };
}

async function compare(deck: Deck): Promise<Row> {
  const path = join(folder, 'deck.mp4');
  const film = { size: SIZE, fps: options.fps, bitrateKbps: options.kbps, groupPictures: options.fps * 2 };
  await writeDeck(deck, path, { ffmpeg: programs.ffmpeg, ...film });
  const windows = windowsOfDeck(deck);
  const ours = await side(deck, async () => {
    const { slides } = await findSlides(programs, path, windows ? { windows } : {});
    return slides.map(({ fromMs }) => fromMs);
  });
  const theirs =
    options.longer > 1 ? NO_SIDE : await side(deck, () => sceneChanges(programs.ffmpeg, path, deck.lengthMs, GOAL));
  // What the source of channel A gives is the slides alone.
  const { scenes, ...alone } = deck;
  if (scenes) await writeDeck(alone, path, { ffmpeg: programs.ffmpeg, ...film });
  let lookMs = 0;
  const box = await side(deck, async () => {
    const found = await boxChanges({ ffmpeg: programs.ffmpeg, path, size: SIZE, fps: options.fps });
    lookMs = found.lookMs;
    return found.changesMs;
  });
  return { deck, ours, box, lookMs, theirs };
}

const NO_SIDE: Side = { score: { found: 0, missed: [], wrong: [] }, cpuSeconds: 0 };

/** A deck whose slides last longer by this factor. */
function longer(plan: DeckPlan, factor: number): Deck {
  const [least, most] = plan.lastsMs;
  return makeDeck({
    ...plan,
    lastsMs: [least * factor, most * factor],
    ...(plan.scenes ? { scenes: plan.scenes.map((scene) => ({ ...scene, fromMs: scene.fromMs * factor })) } : {}),
  });
}

const sum = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
function totals(rows: readonly Row[], name: 'ours' | 'box' | 'theirs') {
  const found = sum(rows, (row) => row[name].score.found);
  const wrong = sum(rows, (row) => row[name].score.wrong.length);
  const missed = sum(rows, (row) => row[name].score.missed.length);
  const minutes = sum(rows, ({ deck }) => deck.lengthMs / 60_000);
  return {
    precision: round(found / Math.max(1, found + wrong), 3),
    recall: round(found / Math.max(1, found + missed), 3),
    cpuPerMinute: round(sum(rows, (row) => row[name].cpuSeconds) / minutes, 2),
  };
}

const COLUMNS = ['found', 'missed', 'wrong', 'CPU s'];
try {
  const decks = CORPUS_PLANS.map((plan) => longer(plan, options.longer)).filter(
    ({ name }) => options.only === 'all' || name === options.only,
  );
  const rows: Row[] = [];
  for (const deck of decks) rows.push(await compare(deck));
  const cells = ({ score, cpuSeconds }: Side): (string | number)[] => [
    score.found,
    score.missed.length,
    score.wrong.length,
    cpuSeconds.toFixed(1),
  ];
  printTable(
    'Slide changes: found, missed, wrong, CPU seconds; by the server, by the box, and by the scene filter in Opencast’s loop',
    ['deck', ...COLUMNS, ...COLUMNS, ...COLUMNS],
    rows.map((row) => [row.deck.name, ...cells(row.ours), ...cells(row.box), ...cells(row.theirs)]),
  );
  const cost = await boxCost(options.seconds, median(rows.map(({ lookMs }) => lookMs)));
  const percent = (part: number): number => round(part * 100, 2);
  const ofBox = {
    search: percent(cost.thread + cost.looks),
    thread: percent(cost.thread),
    looks: percent(cost.looks),
    wholeBox: percent(cost.box),
  };
  printTable(
    `A box that records slides and camera, % of a core over ${options.seconds} s; the search should take <= 1`,
    Object.keys(ofBox),
    [Object.values(ofBox)],
  );
  const ours = totals(rows, 'ours');
  printFigure({
    bench: 'slides',
    figure: ours.recall,
    unit: 'recall',
    yardstick: 'FFmpeg’s scene filter in Opencast’s loop',
    goal: '>= 0.98, precision >= 0.95',
    ...ours,
    ...(options.longer > 1 ? {} : { theirs: totals(rows, 'theirs') }),
    box: { ...totals(rows, 'box'), percentOfCore: ofBox },
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
