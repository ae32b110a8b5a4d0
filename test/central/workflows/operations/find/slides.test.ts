import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { extractLinks, extractText as textOfPdf, getDocumentProxy } from 'unpdf';
import type { ElementRow } from '#central/store/tables.ts';
import { extractText } from '#central/workflows/operations/find/slides/extract-text.ts';
import { knownWords } from '#central/workflows/operations/find/slides/known-words.ts';
import { languageOf } from '#central/workflows/operations/find/slides/languages.ts';
import { listFlavor } from '#central/workflows/operations/find/slides/found-slides.ts';
import { segmentVideo } from '#central/workflows/operations/find/slides/segment-video.ts';
import { segmentpreviews } from '#central/workflows/operations/find/slides/segmentpreviews.ts';
import { formatSlideList, parseSlideList } from '#lib/analysis/slides/slide-list.ts';
import { DCTERMS_NAMESPACE } from '#lib/opencast/dublin-core.ts';
import { formatMpeg7, parseMpeg7 } from '#lib/opencast/mpeg7.ts';
import { makeDeck, trueSlides, type Deck } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, numberedFilm, textFile } from './find-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
let deck: Deck;
let film: string;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  const term = (name: string, value: string) => ({ namespace: DCTERMS_NAMESPACE, name, value });
  await opened.database.insertInto('series').values({ id: 'UE3', title: 'Physiologie' }).execute();
  await opened.database
    .insertInto('series_elements')
    .values({
      series: 'UE3',
      type: 'words',
      mime_type: 'text/plain',
      content: Buffer.from('hémoglobine, β-bloquant\nPurkinje'),
    })
    .execute();
  const terms = JSON.stringify([term('creator', 'Pr Dupont'), term('language', 'fre')]);
  await opened.database
    .insertInto('events')
    .values({ id: 'lecture-1', title: 'Le cœur', series: 'UE3', terms })
    .execute();
  deck = makeDeck({ name: 'operations', seed: 7, look: 'light', bodies: ['points'], count: 4, lastsMs: [4000, 6000] });
  film = await madeOnce('find-deck-7-1.mp4', (path) =>
    writeDeck(deck, path, {
      ffmpeg: rig.needs.ffmpeg,
      size: { widthPx: 1280, heightPx: 720 },
      fps: 5,
      bitrateKbps: 750,
      groupPictures: 10,
    }),
  );
});
after(async () => {
  await rig.close();
  await opened.close();
});

const KEYS = { 'source-flavor': '*/trimmed', 'target-tags': 'engage-download' };
const parsed = async (element: ElementRow) => parseMpeg7(await readFile(rig.pathOf(element), 'utf8'));

interface FoundSlides {
  slides: ElementRow;
  catalog: ElementRow;
  list: ElementRow;
  lines: string[];
}

let once: Promise<FoundSlides> | undefined;
/** What segment-video finds, for all tests. */
const found = (): Promise<FoundSlides> => (once ??= find());

async function find(): Promise<FoundSlides> {
  const slides = await rig.element(film, 'presentation/trimmed');
  const camera = await rig.element(await numberedFilm(4, '30'), 'presenter/trimmed');
  const { result, lines } = await rig.run(segmentVideo(rig.needs), KEYS, [camera, slides]);
  const [catalog, list] = addedBy(result);
  return { slides, catalog: catalog!, list: list!, lines };
}

test('segment-video finds the slides of the film with the slides', async () => {
  const { slides, catalog, list, lines } = await found();
  const { segments, durationMs } = await parsed(catalog);
  const truth = trueSlides(deck, 2000);
  assert.equal(segments.length, truth.length);
  for (const [at, { fromMs }] of segments.entries())
    assert.ok(Math.abs(fromMs - truth[at]!.atMs) <= 2100, `slide ${at} at ${fromMs}, not ${truth[at]!.atMs}`);
  assert.ok(Math.abs(durationMs - slides.duration_ms!) < 500);
  assert.deepEqual([catalog.kind, catalog.flavor, catalog.tags], ['catalog', 'mpeg-7/segments', ['engage-download']]);
  assert.deepEqual([list.flavor, list.tags], ['presentation/slides+json', []]);
  assert.match(lines.join('\n'), /looked for in presentation\/trimmed, not in presenter\/trimmed/);
});

describe('extract-text', () => {
  test('reads words, titles and pages, with what finds them again', async () => {
    const { slides, catalog, list } = await found();
    const needs = {
      ...rig.needs,
      addressAt: (event: string, ms: number) => `https://server/play/${event}?t=${ms / 1000}`,
    };
    const { result } = await rig.run(extractText(needs), KEYS, [slides, catalog, list]);
    const [texts, chapters, pdf, ...more] = addedBy(result);
    assert.deepEqual(more, []);
    const { segments } = await parsed(texts!);
    const read = segments.flatMap((segment) => segment.texts.flatMap(({ text }) => text.split(/\s+/)));
    const words = deck.shown.flatMap(({ title, lines }) => [title, ...lines].flatMap((text) => text.split(/\s+/)));
    const missing = words.filter((word) => !read.includes(word));
    assert.ok(missing.length <= words.length * 0.05, `missing: ${missing.join(' ')} of ${words.length}`);
    assert.deepEqual(
      new Set(segments.flatMap((segment) => segment.texts.map(({ language }) => language))),
      new Set(['fr']),
    );
    const track = await readFile(rig.pathOf(chapters!), 'utf8');
    assert.match(track, /^WEBVTT\n\n00:00:00\.000 --> /);
    for (const { title } of deck.shown) assert.ok(track.includes(`\n${title}\n`), `${title} in ${track}`);
    assert.deepEqual([chapters!.flavor, chapters!.tags], ['presentation/chapters+vtt', ['engage-download', 'lang:fr']]);
    const pages = await getDocumentProxy(new Uint8Array(await readFile(rig.pathOf(pdf!))));
    const { totalPages, text } = await textOfPdf(pages);
    assert.equal(totalPages, trueSlides(deck, 2000).length);
    assert.match(text[0]!, new RegExp(deck.shown[0]!.title));
    assert.match((await extractLinks(pages)).links[1]!, /^https:\/\/server\/play\/lecture-1\?t=\d/);
    assert.deepEqual([pdf!.flavor, pdf!.mime_type], ['presentation/slides+pdf', 'application/pdf']);
  });

  test('an addition with another title begins a chapter, one that keeps the title none', async () => {
    const slides = await rig.element(film, 'presentation/trimmed');
    const truth = trueSlides(deck, 2000);
    const toMs = slides.duration_ms!;
    // All that the deck shows as one slide, to which the others were added; a point of a list is added to the first one.
    const additionsMs = [truth[0]!.atMs + 1500, ...truth.slice(1).map(({ atMs }) => atMs)];
    const one = { fromMs: 0, toMs, pictureMs: toMs - 1000, additionsMs };
    const list = await rig.element(
      await textFile(rig.store.folder, 'one.json', formatSlideList({ slides: [one] })),
      listFlavor(slides),
    );
    const { result } = await rig.run(extractText(rig.needs), KEYS, [slides, list]);
    const track = await readFile(rig.pathOf(addedBy(result)[1]!), 'utf8');
    const titles = [...track.matchAll(/--> .*\n(.*)\n/g)].map(([, title]) => title);
    assert.deepEqual(
      titles,
      truth.map(({ slide }) => deck.shown[slide]!.title),
      track,
    );
    const starts = [...track.matchAll(/(\d\d):(\d\d)\.(\d{3}) -->/g)].map(
      ([, minutes, seconds, ms]) => Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(ms),
    );
    assert.deepEqual(starts, [0, ...truth.slice(1).map(({ atMs }) => Math.round(atMs))]);
  });

  test('without tesseract there are pages and no words, and the log says why', async () => {
    const { slides, catalog } = await found();
    const needs = { ...rig.needs, tesseract: '/nothing/tesseract' };
    const { result, lines } = await rig.run(extractText(needs), KEYS, [slides, catalog]);
    assert.deepEqual(
      addedBy(result).map(({ flavor }) => flavor),
      ['presentation/chapters+vtt', 'presentation/slides+pdf'],
    );
    assert.match(lines.join('\n'), /no words are read: this server has no tesseract/);
  });

  test('without segments there is nothing to read', async () => {
    const slides = await rig.element(film, 'presentation/trimmed');
    const { result } = await rig.run(extractText(rig.needs), KEYS, [slides]);
    assert.ok(result.kind === 'skip' && /segment-video has to come before/.test(result.why));
  });

  test('segments of others that cannot be read are refused in words', async () => {
    const slides = await rig.element(film, 'presentation/trimmed');
    const wrong = await rig.element(await textFile(rig.store.folder, 'seg.xml', '<html/>'), 'mpeg-7/segments', {
      kind: 'catalog',
    });
    await assert.rejects(rig.run(extractText(rig.needs), KEYS, [slides, wrong]), {
      name: 'OperationFailed',
      message: /the segments seg.xml cannot be read: .*not <Mpeg7>/,
    });
  });
});

test('segmentpreviews takes a picture of each slide, with the time of its slide', async () => {
  const { slides, catalog, list } = await found();
  const keys = { ...KEYS, 'target-flavor': '*/segment+preview', 'encoding-profile': 'player-slides.http' };
  const pictures = addedBy((await rig.run(segmentpreviews(rig.needs), keys, [slides, catalog, list])).result);
  const { segments } = await parsed(catalog);
  assert.deepEqual(
    pictures.map(({ start_ms: ms }) => ms),
    segments.map(({ fromMs }) => fromMs),
  );
  for (const { flavor, mime_type: type, size_bytes: bytes } of pictures)
    assert.ok(flavor === 'presentation/segment+preview' && type === 'image/jpeg' && bytes > 500);
  // Several are taken by one FFmpeg: each is the picture that its own FFmpeg takes.
  const known = parseSlideList(await readFile(rig.store.at(list.path), 'utf8'))?.slides ?? [];
  assert.ok(known.length > 1);
  for (const [n, { sameAs: _same, ...slide }] of known.entries()) {
    const of = await textFile(rig.store.folder, `slide-${n}.json`, formatSlideList({ slides: [slide] }));
    const alone = await rig.element(of, list.flavor, { kind: 'attachment' });
    const [picture] = addedBy((await rig.run(segmentpreviews(rig.needs), keys, [slides, alone])).result);
    assert.equal(picture?.md5, pictures[n]?.md5, `slide ${n}`);
  }
  // Also for segments that another program has found, of which one lies after the end.
  const uri = 'film.mp4';
  const segment = (fromMs: number, toMs: number) => ({ fromMs, toMs, texts: [], notes: [] });
  const text = formatMpeg7({ uri, durationMs: 900_000, segments: [segment(0, 3000), segment(800_000, 900_000)] });
  const other = await rig.element(await textFile(rig.store.folder, 'other.xml', text), 'mpeg-7/segments', {
    kind: 'catalog',
  });
  const { result, lines } = await rig.run(segmentpreviews(rig.needs), keys, [slides, other]);
  assert.deepEqual(
    addedBy(result).map(({ start_ms: ms }) => ms),
    [0],
  );
  assert.match(lines.join('\n'), /there is no picture at 898/);
});

test('a sound alone has no slides', async () => {
  const sound = await rig.element(await numberedFilm(6, '30', ['-vn']), 'presenter/trimmed');
  assert.equal((await rig.run(segmentVideo(rig.needs), KEYS, [sound])).result.kind, 'skip');
});

test('of 0.2 s there is one slide', async () => {
  const short = await rig.element(await numberedFilm(0.2, '30'), 'presenter/trimmed');
  const [catalog] = addedBy((await rig.run(segmentVideo(rig.needs), KEYS, [short])).result);
  assert.equal((await parsed(catalog!)).segments.length, 1);
});

test('words that are likely: of the event, its series, and the list of the series', async () => {
  const { words, language, title } = await knownWords(opened.database, 'lecture-1');
  for (const word of ['cœur', 'Dupont', 'Physiologie', 'hémoglobine', 'β-bloquant', 'Purkinje'])
    assert.ok(words.includes(word), word);
  assert.deepEqual([title, language], ['Le cœur', { bcp: 'fr', recognised: ['fra', 'eng'] }]);
  assert.deepEqual(await knownWords(opened.database, 'nobody'), { title: '', language: languageOf(''), words: [] });
  assert.deepEqual(languageOf('en-GB'), { bcp: 'en', recognised: ['eng', 'fra'] });
  assert.deepEqual(languageOf('Deutsch').recognised, ['deu', 'eng', 'fra']);
});
