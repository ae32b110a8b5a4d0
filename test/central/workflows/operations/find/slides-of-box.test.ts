import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { ElementRow } from '#central/store/tables.ts';
import { extractText } from '#central/workflows/operations/find/slides/extract-text.ts';
import { segmentVideo } from '#central/workflows/operations/find/slides/segment-video.ts';
import { formatLayoutTrack, type TimedLayout } from '#lib/analysis/slides/layout-track.ts';
import type { Slide } from '#lib/analysis/slides/slide-detector.ts';
import { formatSlideList } from '#lib/analysis/slides/slide-list.ts';
import { parseMpeg7 } from '#lib/opencast/mpeg7.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import type { Rect } from '#lib/media/geometry.ts';
import { makeDeck, trueSlides, type Deck } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, numberedFilm, textFile } from './find-rig.ts';

const sizePx = { widthPx: 1280, heightPx: 720 };
const LEFT = { x: 0, y: 0.15, width: 0.7, height: 0.7 };
const RIGHT = { x: 0.7, y: 0.3, width: 0.3, height: 0.4 };

let opened: TestDatabase;
let rig: OperationRig;
let deck: Deck;
let middleMs: number;
let film: string;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  // A camera that moves beside the slides; from the middle on they have changed places and sizes.
  const plain = makeDeck({
    name: 'of a box',
    seed: 9,
    look: 'light',
    bodies: ['points'],
    count: 5,
    lastsMs: [9000, 11_000],
  });
  // In the midst of the third slide.
  middleMs = (plain.shown[2]!.fromMs + plain.shown[3]!.fromMs) / 2;
  const scenes = [
    { fromMs: 0, slides: LEFT, camera: RIGHT },
    {
      fromMs: middleMs,
      slides: { x: 0.4, y: 0.2, width: 0.6, height: 0.6 },
      camera: { x: 0, y: 0.2, width: 0.4, height: 0.6 },
    },
  ];
  deck = { ...plain, scenes };
  film = await madeOnce('box-deck-9-3.mp4', (path) =>
    writeDeck(deck, path, { ffmpeg: rig.needs.ffmpeg, size: sizePx, fps: 5, bitrateKbps: 1500, groupPictures: 10 }),
  );
});
after(async () => {
  await rig.close();
  await opened.close();
});

const KEYS = { 'source-flavor': '*/trimmed', 'target-tags': 'engage-download' };

const px = ({ x, y, width, height }: Rect): Rect => ({
  x: x * 1280,
  y: y * 720,
  width: width * 1280,
  height: height * 720,
});
const layoutsOf = ({ scenes = [] }: Deck): TimedLayout[] =>
  scenes.map(({ fromMs, slides, camera }) => ({
    atMs: fromMs,
    sizePx,
    windows: [
      { channel: 'A', rect: px(slides), shown: true },
      ...(camera ? [{ channel: 'B' as const, rect: px(camera), shown: true }] : []),
    ],
  }));

/** An attachment of the box. */
const told = async (name: string, flavor: string, text: string): Promise<ElementRow> =>
  rig.element(await textFile(rig.store.folder, name, text), flavor, { kind: 'attachment' });
const layoutTrack = (layouts: readonly TimedLayout[], durationMs = deck.lengthMs): Promise<ElementRow> =>
  told('B_S1_layout.json', 'presenter/layout', formatLayoutTrack({ durationMs, layouts }));
const slideList = (slides: readonly Slide[], durationMs = deck.lengthMs): Promise<ElementRow> =>
  told('B_S1_slides.json', 'presenter/slides', formatSlideList({ slides, durationMs }));

const slide = (fromMs: number, toMs: number): Slide => ({ fromMs, toMs, pictureMs: toMs - 1000, additionsMs: [] });
const trueTimes = (): number[] => trueSlides(deck, 2000).map(({ atMs }) => atMs);

async function segmented(elements: readonly ElementRow[]) {
  const { result, lines } = await rig.run(segmentVideo(rig.needs), KEYS, [...elements]);
  const added = result.kind === 'done' ? addedBy(result) : [];
  const { segments } = added[0] ? parseMpeg7(await readFile(rig.pathOf(added[0]), 'utf8')) : { segments: [] };
  return { result, added, log: lines.join('\n'), times: segments.map(({ fromMs, toMs }) => [fromMs, toMs]) };
}

describe('segment-video with what a box says', () => {
  test('looks in the window of the slides, over a change of the layout', async () => {
    const source = await rig.element(film, 'presenter/trimmed');
    const { times, log, added } = await segmented([source, await layoutTrack(layoutsOf(deck))]);
    const truth = trueTimes();
    assert.equal(times.length, truth.length, JSON.stringify(times));
    for (const [at, [fromMs]] of times.entries())
      assert.ok(Math.abs(fromMs! - truth[at]!) <= 2100, `slide ${at} at ${fromMs}, not ${truth[at]}`);
    assert.match(log, /in 2 windows that the box has told/);
    // What is read of the slides is read in their window: all of their words, and none is cut off.
    const { result } = await rig.run(extractText(rig.needs), KEYS, [
      source,
      ...added,
      await layoutTrack(layoutsOf(deck)),
    ]);
    const [texts] = addedBy(result);
    const read = await readFile(rig.pathOf(texts!), 'utf8');
    const words = deck.shown.flatMap(({ title, lines }) => [title, ...lines].flatMap((text) => text.split(/\s+/)));
    const missing = words.filter((word) => !read.includes(word));
    assert.ok(missing.length <= words.length * 0.15, `missing: ${missing.join(' ')} of ${words.length}`);
  });

  test('takes the slides that the box found, and does not look again', async () => {
    const source = await rig.element(film, 'presenter/trimmed');
    // Nobody would find these in the film.
    const slides = [slide(0, 1234), slide(1234, 20_000), { ...slide(20_000, deck.lengthMs), sameAs: 0 }];
    const { times, log, added } = await segmented([
      source,
      await layoutTrack(layoutsOf(deck)),
      await slideList(slides),
    ]);
    assert.deepEqual(times, [
      [0, 1234],
      [1234, 20_000],
      [20_000, deck.lengthMs],
    ]);
    assert.match(log, /slides were found by the box: 3/);
    assert.equal(JSON.parse(await readFile(rig.pathOf(added[1]!), 'utf8')).slides[2].sameAs, 0);
  });

  test('while the slides are not seen there is none; a recording that never shows them is left out', async () => {
    const source = await rig.element(film, 'presenter/trimmed');
    const [first, second] = layoutsOf(deck);
    const camera = { sizePx, windows: [{ channel: 'B' as const, rect: px(LEFT), shown: true }] };
    const some = await segmented([
      source,
      await layoutTrack([
        { atMs: 0, ...camera },
        { ...second!, atMs: middleMs },
      ]),
    ]);
    assert.ok(
      some.times.every(([fromMs]) => fromMs! >= middleMs - 100),
      JSON.stringify(some.times),
    );
    const never = await segmented([source, await layoutTrack([{ atMs: 0, ...camera }])]);
    assert.ok(
      never.result.kind === 'skip' && /never shows the slides/.test(never.result.why),
      JSON.stringify(never.result),
    );
    const muted = { ...first!, windows: first!.windows.map((window) => ({ ...window, shown: false })) };
    assert.equal((await segmented([source, await layoutTrack([muted])])).result.kind, 'skip');
  });

  test('times follow the cut list of a film that was cut', async () => {
    const source = await rig.element(film, 'presenter/trimmed');
    const lengthMs = deck.lengthMs;
    // The recording was longer: ten seconds before the film, and five in its midst, were cut out.
    const segments = [
      { fromMs: 10_000, toMs: 18_000 },
      { fromMs: 23_000, toMs: lengthMs + 15_000 },
    ];
    const track = { kind: 'video' as const, src: 'film.mp4', id: 't', flavor: 'presenter/source' };
    const list = formatCutList({ durationMs: lengthMs + 15_000, tracks: [track], segments });
    const cut = await rig.element(await textFile(rig.store.folder, 'cut.smil', list), 'smil/cutting', {
      kind: 'catalog',
    });
    const slides = [slide(0, 12_000), slide(12_000, 21_000), slide(21_000, lengthMs + 15_000)];
    const { times } = await segmented([source, cut, await slideList(slides, lengthMs + 15_000)]);
    assert.deepEqual(times, [
      [0, 2000],
      [2000, 8000],
      [8000, lengthMs],
    ]);
    // Without the list, nobody knows which times are meant: the film is looked at.
    const { log } = await segmented([source, await slideList(slides, lengthMs + 15_000)]);
    assert.match(log, /another length than its recording/);
    assert.match(log, /slides in presenter\/trimmed, by/);
  });

  test('anything else under these flavors does no harm', async () => {
    const source = await rig.element(film, 'presenter/trimmed');
    const { log, times } = await segmented([
      source,
      await told('x.json', 'presenter/layout', '{"durationMs":1e300}'),
      await told('y.json', 'presenter/slides', '<html/>'),
    ]);
    assert.match(log, /x\.json is left out: it is no track of a box[^]*y\.json is left out/);
    assert.ok(times.length >= 1);
  });

  test('of two films the one is looked at in which the box found or showed slides', async () => {
    const slides = await rig.element(film, 'presenter/trimmed');
    const camera = await rig.element(await numberedFilm(4, '30'), 'presentation/trimmed');
    const ofCamera = formatLayoutTrack({
      durationMs: 4000,
      layouts: [{ atMs: 0, sizePx, windows: [{ channel: 'B', rect: px(LEFT), shown: true }] }],
    });
    const layouts = [await layoutTrack(layoutsOf(deck)), await told('c.json', 'presentation/layout', ofCamera)];
    assert.match(
      (await segmented([slides, camera, ...layouts])).log,
      /looked for in presenter\/trimmed, not in presentation/,
    );
    const found = await slideList([slide(0, deck.lengthMs)]);
    assert.match(
      (await segmented([camera, slides, found])).log,
      /looked for in presenter\/trimmed, not in presentation/,
    );
    assert.match((await segmented([camera, slides])).log, /looked for in presentation\/trimmed, not in presenter/);
  });
});
