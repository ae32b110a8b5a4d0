import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GRAY, GRAY_BYTES } from '#lib/analysis/slides/gray.ts';
import { formatLayoutTrack, parseLayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import { formatSlideList, parseSlideList } from '#lib/analysis/slides/slide-list.ts';
import { seenIn, slidesThroughCut, slidesWithin, windowsThroughCut } from '#lib/analysis/slides/slide-pieces.ts';
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
  const sizePx = { widthPx: 1280, heightPx: 720 };
  const whole = { x: 0, y: 0, width: 1280, height: 720 };
  const corner = { x: 960, y: 540, width: 320, height: 180 };
  const left = { x: 0, y: 180, width: 640, height: 360 };
  const window = (channel: 'A' | 'B', rect: Rect, shown = true) => ({ channel, rect, shown });
  const PIP = { sizePx, windows: [window('A', whole), window('B', corner)] };
  const SIDE = { sizePx, windows: [window('A', left), window('B', { ...left, x: 640 })] };
  const CAMERA = { sizePx, windows: [window('B', whole)] };
  const COVERED = { sizePx, windows: [window('A', whole), window('B', whole)] };
  const MUTED = { sizePx, windows: [window('A', whole, false)] };

  test('follow the layouts; times without the channel are left out', () => {
    const layouts = [
      { atMs: 0, ...PIP },
      { atMs: 10_000, ...PIP },
      { atMs: 20_000, ...CAMERA },
      { atMs: 30_000, ...SIDE },
      { atMs: 40_000, ...COVERED },
      { atMs: 45_000, ...MUTED },
      { atMs: 50_000, ...SIDE },
      { atMs: 50_500, sizePx, windows: [] },
    ];
    assert.deepEqual(windowsOf(layouts, 'A', 60_000), [
      {
        fromMs: 0,
        toMs: 20_000,
        rect: { x: 0, y: 0, width: 1, height: 1 },
        covered: [{ x: 0.75, y: 0.75, width: 0.25, height: 0.25 }],
      },
      { fromMs: 30_000, toMs: 40_000, rect: { x: 0, y: 0.25, width: 0.5, height: 0.5 }, covered: [] },
    ]);
    assert.deepEqual(
      windowsOf(layouts, 'B', 60_000).map(({ fromMs, toMs }) => [fromMs, toMs]),
      [
        [0, 20_000],
        [20_000, 30_000],
        [30_000, 40_000],
        [40_000, 45_000],
      ],
    );
  });

  test('are read again as they were written; anything else is no track', () => {
    const track = { durationMs: 60_000, layouts: [{ atMs: 0, name: 'PIP', ...PIP }] };
    assert.deepEqual(parseLayoutTrack(formatLayoutTrack(track)), track);
    const late = {
      durationMs: 5,
      layouts: [
        { atMs: 4, ...PIP },
        { atMs: 2, ...SIDE },
      ],
    };
    assert.deepEqual(
      parseLayoutTrack(formatLayoutTrack(late))!.layouts.map(({ atMs }) => atMs),
      [2, 4],
    );
    const many = Array.from({ length: 17 }, () => window('A', whole));
    for (const text of [
      '',
      'null',
      '{}',
      '{"durationMs":5,"layouts":[{}]}',
      '{"durationMs":-1,"layouts":[]}',
      JSON.stringify({ durationMs: 5, layouts: [{ atMs: 0, sizePx, windows: many }] }),
      JSON.stringify({ durationMs: 5, layouts: [{ atMs: 0, sizePx: { widthPx: 0, heightPx: 0 }, windows: [] }] }),
      '{"durationMs":5,"layouts":[{"atMs":1e400}]}',
      '['.repeat(1e5),
    ])
      assert.equal(parseLayoutTrack(text), undefined, text.slice(0, 80));
  });
});

describe('pieces of slides', () => {
  const slide = (fromMs: number, toMs: number, more: Partial<Slide> = {}): Slide => ({
    fromMs,
    toMs,
    pictureMs: toMs - 1000,
    additionsMs: [],
    ...more,
  });
  const short = (slides: readonly Slide[]): unknown[] =>
    slides.map(({ fromMs, toMs, pictureMs, sameAs }) => [fromMs, toMs, pictureMs, sameAs]);

  test('a slide ends when it is out of sight, and is shown again afterwards; a blink does not count', () => {
    const rect = { x: 0, y: 0, width: 1, height: 1 };
    const at = (fromMs: number, toMs: number): Window => ({ fromMs, toMs, rect });
    const stretches = seenIn([at(0, 10_000), at(12_000, 20_000), at(40_000, 60_000)]);
    assert.deepEqual(stretches, [
      { fromMs: 0, toMs: 20_000 },
      { fromMs: 40_000, toMs: 60_000 },
    ]);
    const slides = [
      slide(0, 5000),
      slide(5000, 30_000),
      slide(30_000, 39_000),
      slide(39_000, 45_000),
      slide(45_000, 61_000, { sameAs: 1 }),
    ];
    assert.deepEqual(short(slidesWithin(slides, stretches)), [
      [0, 5000, 4000, undefined],
      [5000, 20_000, 19_500, undefined],
      [40_000, 45_000, 44_000, undefined],
      [45_000, 60_000, 59_500, 1],
    ]);
    const long = [slide(0, 60_000, { additionsMs: [15_000, 30_000, 41_000] })];
    assert.deepEqual(
      slidesWithin(long, stretches).map(({ fromMs, sameAs, additionsMs }) => [fromMs, sameAs, additionsMs]),
      [
        [0, undefined, [15_000]],
        [40_000, 0, [41_000]],
      ],
    );
  });

  test('times of a film that was cut: what is left of a slide is one, what was cut out is gone', () => {
    const kept = [
      { fromMs: 2000, toMs: 12_000 },
      { fromMs: 20_000, toMs: 30_000 },
      { fromMs: 50_000, toMs: 60_000 },
    ];
    const slides = [
      slide(0, 5000),
      slide(5000, 25_000),
      slide(25_000, 40_000),
      slide(40_000, 49_000),
      slide(49_000, 70_000, { sameAs: 3 }),
    ];
    assert.deepEqual(short(slidesThroughCut(slides, kept)), [
      [0, 3000, 2000, undefined],
      [3000, 15_000, 14_000, undefined],
      [15_000, 20_000, 19_500, undefined],
      [20_000, 30_000, 29_500, undefined],
    ]);
    const added = [slide(0, 25_000, { additionsMs: [1000, 11_000, 15_000, 21_000] })];
    assert.deepEqual(slidesThroughCut(added, kept)[0]?.additionsMs, [9000, 11_000], 'of all that is left of it');
    const rect = { x: 0, y: 0, width: 0.5, height: 0.5 };
    assert.deepEqual(windowsThroughCut([{ fromMs: 10_000, toMs: 52_000, rect }], kept), [
      { fromMs: 8000, toMs: 10_000, rect },
      { fromMs: 10_000, toMs: 20_000, rect },
      { fromMs: 20_000, toMs: 22_000, rect },
    ]);
  });

  test('a list is read again as it was written; one that is out of order is none', () => {
    const list = {
      durationMs: 50_000,
      slides: [slide(0, 5000), slide(5000, 25_000, { sameAs: 0, additionsMs: [7000] })],
    };
    assert.deepEqual(parseSlideList(formatSlideList(list)), list);
    const over = { slides: [slide(0, 50_000), slide(10, 20, { sameAs: 5, pictureMs: 15 })] };
    assert.deepEqual(short(parseSlideList(formatSlideList(over))!.slides), [
      [0, 10, 49_000, undefined],
      [10, 20, 15, undefined],
    ]);
    for (const text of ['', '[]', '{"slides":[{}]}', formatSlideList({ slides: [slide(1000, 2000), slide(0, 1000)] })])
      assert.equal(parseSlideList(text), undefined, text);
  });

  test('work with a list and stretches of strangers grows no faster than they do', () => {
    const count = 20_000;
    const text = formatSlideList({ slides: Array.from({ length: count }, () => slide(1000, 1e8)) });
    const stretches = Array.from({ length: count }, (_, at) => ({ fromMs: at * 5000, toMs: at * 5000 + 4000 }));
    const before = process.cpuUsage();
    slidesWithin(parseSlideList(text)!.slides, stretches);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 2_000_000, `${user} µs`);
  });
});
