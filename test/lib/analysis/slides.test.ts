import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chaptersOf } from '#lib/analysis/slides/chapters.ts';
import { GRAY, GRAY_BYTES } from '#lib/analysis/slides/gray.ts';
import { openSlideDetector, type Slide } from '#lib/analysis/slides/slide-detector.ts';
import { slideWindowOf, windowsOf, type Window } from '#lib/analysis/slides/windows.ts';
import type { Rect } from '#lib/media/geometry.ts';
import { CORPUS_PLANS, scoreOf, windowsOfDeck } from '#simulator/decks/corpus.ts';
import { makeDeck, type Deck } from '#simulator/decks/deck.ts';
import { openDeckPainter } from '#simulator/decks/deck-painter.ts';
import { frameBytes } from '#simulator/pictures/i420.ts';
import { randomFrom } from '#simulator/pictures/render.ts';

/** Milliseconds between two key pictures. */
const GROUP_MS = 2000;

/** Noise as encoding leaves it. */
function addNoise(gray: Uint8Array, random: () => number): void {
  for (let at = 0; at < gray.length; at++)
    gray[at] = Math.min(255, Math.max(0, gray[at]! + Math.round(random() * 8 - 4)));
}

/** The part of a picture that a window shows, in the size of the detector, each pixel from the nearest one. */
function cropped(luma: Uint8Array, widthPx: number, heightPx: number, { x, y, width, height }: Rect): Uint8Array {
  return Uint8Array.from({ length: GRAY_BYTES }, (_, at) => {
    const [u, v] = [(at % GRAY.widthPx) / GRAY.widthPx, Math.floor(at / GRAY.widthPx) / GRAY.heightPx];
    return luma[Math.floor((y + v * height) * heightPx) * widthPx + Math.floor((x + u * width) * widthPx)]!;
  });
}

/** The slides of a deck, found in pictures of the size that the detector wants (or parts of larger ones), with noise. */
async function slidesOf(deck: Deck, windows: readonly Window[] | undefined): Promise<Slide[]> {
  const size = windows ? { widthPx: GRAY.widthPx * 2, heightPx: GRAY.heightPx * 2 } : GRAY;
  const painter = await openDeckPainter(deck, size);
  const picture = { size, data: new Uint8Array(frameBytes(size)) };
  const detector = openSlideDetector();
  const random = randomFrom(deck.seed);
  for (let timeMs = 0; timeMs < deck.lengthMs; timeMs += GROUP_MS) {
    await painter.paint(picture, timeMs);
    const window = windows?.find(({ fromMs, toMs }) => fromMs <= timeMs && timeMs < toMs);
    const gray = window?.rect
      ? cropped(picture.data, size.widthPx, size.heightPx, window.rect)
      : picture.data.slice(0, size.widthPx * size.heightPx);
    addNoise(gray, random);
    detector.push(gray, timeMs, window && slideWindowOf(window));
  }
  return detector.end(deck.lengthMs);
}

describe('slides', () => {
  test('are found in decks of every kind: precision at least 0.95, recall at least 0.98', async () => {
    let [found, missed, wrong] = [0, 0, 0];
    const told: string[] = [];
    for (const plan of CORPUS_PLANS) {
      for (const seed of [0, 500]) {
        const deck = makeDeck({ ...plan, seed: plan.seed + seed });
        const slides = await slidesOf(deck, windowsOfDeck(deck));
        const score = scoreOf(
          deck,
          slides.map(({ fromMs }) => fromMs),
        );
        found += score.found;
        missed += score.missed.length;
        wrong += score.wrong.length;
        if (score.missed.length + score.wrong.length > 0)
          told.push(`${deck.name} (${seed}): missed ${score.missed.join(' ')}, wrong ${score.wrong.join(' ')}`);
        assert.equal(slides[0]?.fromMs, 0);
        assert.equal(slides.at(-1)?.toMs, deck.lengthMs);
        for (const [at, slide] of slides.entries()) {
          assert.equal(slide.toMs, slides[at + 1]?.fromMs ?? deck.lengthMs, 'slides follow each other without a gap');
          assert.ok(slide.pictureMs >= slide.fromMs && slide.pictureMs <= slide.toMs);
        }
      }
    }
    assert.ok(found + missed > 170, `${found + missed} changes are too few`);
    assert.ok(found / (found + wrong) >= 0.95, `precision ${found / (found + wrong)}: ${told.join('; ')}`);
    assert.ok(found / (found + missed) >= 0.98, `recall ${found / (found + missed)}: ${told.join('; ')}`);
  });

  test('that are built up stay one slide, whose additions are noted and whose picture shows all of it', async () => {
    const plan = CORPUS_PLANS.find(({ name }) => name === 'built up');
    assert.ok(plan);
    const deck = makeDeck({ ...plan, bodies: ['build-up'], count: 3 });
    const slides = await slidesOf(deck, undefined);
    assert.equal(slides.length, 3);
    for (const [at, slide] of slides.entries()) {
      const states = deck.shown.filter((one) => one.slide === at);
      assert.ok(
        slide.additionsMs.length >= states.length - 2,
        `${slide.additionsMs.join(' ')} of ${states.length - 1}`,
      );
      assert.ok(slide.pictureMs >= states.at(-1)!.fromMs, 'the picture is that of the last state');
    }
  });

  test('that are shown again are known', async () => {
    const plan = CORPUS_PLANS.find(({ name }) => name === 'returns');
    assert.ok(plan);
    const { leafsMs: _, ...slow } = plan;
    const deck = makeDeck({ ...slow, bodies: ['points'], count: 7, lastsMs: [6000, 8000] });
    const slides = await slidesOf(deck, undefined);
    const shown = deck.shown.map(({ slide }) => slide);
    const firstOf = shown.map((slide) => shown.indexOf(slide));
    assert.equal(slides.length, shown.length);
    assert.deepEqual(
      slides.map(({ sameAs }, at) => sameAs ?? at),
      firstOf,
    );
  });

  test('have no changes in noise, in a single picture, or in none', () => {
    const detector = openSlideDetector();
    assert.deepEqual(openSlideDetector().end(5000), []);
    const random = randomFrom(9);
    for (let at = 0; at < 60; at++) {
      const gray = new Uint8Array(GRAY_BYTES).fill(128);
      addNoise(gray, random);
      detector.push(gray, at * 500);
    }
    assert.equal(detector.end(30_000).length, 1);
    assert.throws(() => detector.push(new Uint8Array(5), 0), /5 bytes, not 29376/);
  });

  test('cost less than a hundredth of a processor when two pictures a second are looked at', async () => {
    const plan = CORPUS_PLANS[0]!;
    const deck = makeDeck(plan);
    const painter = await openDeckPainter(deck, GRAY);
    const pictures: Uint8Array[] = [];
    for (let timeMs = 0; timeMs < deck.lengthMs; timeMs += 500) {
      const picture = { size: GRAY, data: new Uint8Array(frameBytes(GRAY)) };
      await painter.paint(picture, timeMs);
      pictures.push(picture.data.slice(0, GRAY_BYTES));
    }
    const run = (): number => {
      const detector = openSlideDetector();
      const before = process.cpuUsage();
      for (const [at, gray] of pictures.entries()) detector.push(gray, at * 500);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000 / deck.lengthMs;
    };
    const parts = [run(), run(), run()];
    assert.ok(Math.min(...parts) < 0.01, parts.join(' '));
  });
});

describe('windows of a layout track', () => {
  const slides = (rect: Rect, z = 0) => ({ channel: 'A' as const, rect, z });
  const camera = (rect: Rect, z = 1) => ({ channel: 'B' as const, rect, z });
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  const corner = { x: 0.75, y: 0.75, width: 0.25, height: 0.25 };
  const left = { x: 0, y: 0.25, width: 0.5, height: 0.5 };
  const LAYOUTS = [
    { name: 'PIP', windows: [slides(whole), camera(corner)] },
    { name: 'Side', windows: [slides(left), camera({ ...left, x: 0.5 })] },
    { name: 'Camera', windows: [camera(whole)] },
    { name: 'Covered', windows: [slides(whole), camera(whole)] },
  ];

  test('follow the layouts; times without the channel are left out', () => {
    const changes = [
      { atMs: 20_000, layout: 'Camera' },
      { atMs: 0, layout: 'PIP' },
      { atMs: 10_000, layout: 'PIP' },
      { atMs: 30_000, layout: 'Side' },
      { atMs: 40_000, layout: 'Covered' },
      { atMs: 50_000, layout: 'Side' },
      { atMs: 50_500, layout: 'nobody knows it' },
    ];
    assert.deepEqual(windowsOf(changes, LAYOUTS, 'A', 60_000), [
      { fromMs: 0, toMs: 20_000, rect: whole, covered: [corner] },
      { fromMs: 30_000, toMs: 40_000, rect: left, covered: [] },
    ]);
  });
});

describe('chapters', () => {
  const slide = (fromMs: number, toMs: number): Slide => ({ fromMs, toMs, pictureMs: fromMs, additionsMs: [] });

  test('of slides have no gaps; slides that were leafed through and equal titles make none', () => {
    const slides = [
      slide(0, 3000),
      slide(3000, 20_000),
      slide(20_000, 22_000),
      slide(22_000, 60_000),
      slide(60_000, 90_000),
    ];
    const titles = ['Welcome', 'Le cœur', 'x', 'Le CŒUR :', undefined];
    assert.deepEqual(chaptersOf(slides, { titles }), [
      { fromMs: 0, toMs: 60_000, title: 'Le cœur' },
      { fromMs: 60_000, toMs: 90_000 },
    ]);
    assert.deepEqual(chaptersOf([]), []);
  });
});
