import type { Rect } from '#lib/media/geometry.ts';
import { makeDeck, trueSlides, type Deck, type DeckPlan } from './deck.ts';

/** A part of the picture for slides, with the camera beside it, as boxes compose them. */
const BESIDE = {
  fromMs: 0,
  slides: { x: 0, y: 0.15, width: 0.7, height: 0.7 },
  camera: { x: 0.7, y: 0.3, width: 0.3, height: 0.4 },
};
/** The camera in a corner over the slides. */
const CORNER = {
  fromMs: 0,
  slides: { x: 0, y: 0, width: 1, height: 1 },
  camera: { x: 0.74, y: 0.72, width: 0.26, height: 0.28 },
};

const SOON: readonly [number, number] = [6000, 12_000];

/** Decks of each kind of difficulty. Whoever films and judges them can compare with the truth of `trueSlides`. */
export const CORPUS_PLANS: readonly DeckPlan[] = [
  {
    name: 'plain',
    seed: 11,
    look: 'light',
    bodies: ['title', 'points', 'table', 'chart', 'photo'],
    count: 10,
    lastsMs: SOON,
  },
  {
    name: 'english, bands',
    seed: 23,
    look: 'banded',
    language: 'en',
    bodies: ['points', 'chart', 'points', 'table'],
    count: 10,
    lastsMs: SOON,
  },
  { name: 'built up', seed: 31, look: 'light', bodies: ['build-up', 'two photos', 'points'], count: 7, lastsMs: SOON },
  {
    name: 'dimmed, faded',
    seed: 43,
    look: 'dark',
    bodies: ['dimmed', 'chart', 'points'],
    count: 7,
    lastsMs: SOON,
    fadeMs: 900,
  },
  { name: 'films', seed: 53, look: 'banded', bodies: ['points', 'film', 'chart', 'film'], count: 7, lastsMs: SOON },
  { name: 'a whole film', seed: 61, look: 'light', bodies: ['points', 'whole film', 'chart'], count: 6, lastsMs: SOON },
  {
    name: 'pointer',
    seed: 71,
    look: 'gradient',
    bodies: ['points', 'photo', 'build-up', 'table'],
    count: 9,
    lastsMs: SOON,
    pointer: true,
  },
  {
    name: 'spinner',
    seed: 83,
    look: 'dark',
    bodies: ['points', 'table', 'photo'],
    count: 9,
    lastsMs: SOON,
    spinner: true,
    pointer: true,
  },
  {
    name: 'returns',
    seed: 97,
    look: 'banded',
    bodies: ['points', 'photo', 'table', 'chart'],
    count: 9,
    lastsMs: SOON,
    returnsEvery: 3,
    leafsMs: 1500,
  },
  {
    name: 'beside the camera',
    seed: 103,
    look: 'light',
    bodies: ['points', 'build-up', 'chart', 'film'],
    count: 7,
    lastsMs: SOON,
    scenes: [BESIDE],
    pointer: true,
  },
  {
    name: 'camera in a corner',
    seed: 113,
    look: 'banded',
    bodies: ['points', 'chart', 'photo', 'table'],
    count: 9,
    lastsMs: SOON,
    scenes: [CORNER],
  },
  {
    name: 'layouts',
    seed: 127,
    look: 'light',
    bodies: ['points', 'photo', 'chart'],
    count: 8,
    lastsMs: SOON,
    scenes: [
      BESIDE,
      { ...CORNER, fromMs: 25_000 },
      {
        fromMs: 44_000,
        slides: { x: 0.5, y: 0.25, width: 0.5, height: 0.5 },
        camera: { x: 0, y: 0.25, width: 0.5, height: 0.5 },
      },
    ],
  },
];

/** The decks of the corpus. */
export const corpus = (): Deck[] => CORPUS_PLANS.map(makeDeck);

/** How well a search found the changes of a deck. */
export interface Score {
  /** Changes that were found, missed, and found where there is none. */
  found: number;
  missed: readonly number[];
  wrong: readonly number[];
}

/** Milliseconds by which a change may be found early, or late: a group of pictures. */
const EARLY_MS = 500;
const LATE_MS = 3000;

/** Compares changes that were found with those of the deck; each true one counts once. A beginning at 0 is no change. */
export function scoreOf(deck: Deck, foundMs: readonly number[], leastMs = 4000): Score {
  const truth = trueSlides(deck, leastMs).filter(({ atMs }) => atMs > 0);
  // A slide that is leafed through may be found or not.
  const either = trueSlides(deck, 0).filter(({ atMs }) => !truth.some((one) => one.atMs === atMs));
  const left = new Set(foundMs.filter((atMs) => atMs > 0));
  const take = (atMs: number): boolean => {
    const hit = [...left].find((one) => one >= atMs - EARLY_MS && one <= atMs + LATE_MS);
    return hit !== undefined && left.delete(hit);
  };
  const missed = truth.filter(({ atMs }) => !take(atMs)).map(({ atMs }) => atMs);
  for (const { atMs } of either) take(atMs);
  return { found: truth.length - missed.length, missed, wrong: [...left] };
}

/** A window of slides, from when to when. */
export interface DeckWindow {
  fromMs: number;
  toMs: number;
  rect: Rect;
  covered: readonly Rect[];
}

/** Where the slides of a deck are, as a box would write it down; undefined for a deck of which nobody knows that. */
export function windowsOfDeck({ name, scenes, lengthMs }: Deck): DeckWindow[] | undefined {
  if (!scenes || name === 'camera in a corner') return undefined;
  return scenes.map(({ fromMs, slides, camera }, at) => ({
    fromMs,
    toMs: scenes[at + 1]?.fromMs ?? lengthMs,
    rect: slides,
    covered: camera ? [camera] : [],
  }));
}
