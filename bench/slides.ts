/**
 * Measures how well slide changes are found in films of the simulator's decks, and the CPU time for a minute of film,
 * against FFmpeg's scene filter in Opencast's loop. `node bench/slides.ts [--only all] [--fps 5] [--kbps 750]`. Decks go
 * ten times as fast as lectures, and so do the numbers that the loop aims at.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSlides } from '#lib/analysis/slides/find-slides.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { corpus, scoreOf, windowsOfDeck, type Score } from '#simulator/decks/corpus.ts';
import type { Deck } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { round } from './measure/statistics.ts';
import { sceneChanges } from './slides/scene-loop.ts';

const options = readOptions({ only: 'all', fps: 5, kbps: 750 });
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
  const theirs = await side(deck, () => sceneChanges(programs.ffmpeg, path, deck.lengthMs, GOAL));
  return { deck, ours, theirs };
}

const sum = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
function totals(rows: readonly Row[], name: 'ours' | 'theirs') {
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

try {
  const decks = corpus().filter(({ name }) => options.only === 'all' || name === options.only);
  const rows: Row[] = [];
  for (const deck of decks) rows.push(await compare(deck));
  const cells = ({ score, cpuSeconds }: Side): (string | number)[] => [
    score.found,
    score.missed.length,
    score.wrong.length,
    cpuSeconds.toFixed(1),
  ];
  printTable(
    'Slide changes: found, missed, wrong, CPU seconds; by tiles, and by the scene filter in Opencast’s loop',
    ['deck', 'found', 'missed', 'wrong', 'CPU s', 'found', 'missed', 'wrong', 'CPU s'],
    rows.map((row) => [row.deck.name, ...cells(row.ours), ...cells(row.theirs)]),
  );
  const [ours, theirs] = [totals(rows, 'ours'), totals(rows, 'theirs')];
  printFigure({
    bench: 'slides',
    figure: ours.recall,
    unit: 'recall',
    yardstick: 'FFmpeg’s scene filter in Opencast’s loop',
    goal: '>= 0.98, precision >= 0.95',
    ...ours,
    theirs,
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
