/** Words on slides, which are read while a recording grows: real bytes of a film over HTTP, the real tesseract, PostgreSQL. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { removeEvents } from '#central/timetable/schedule.ts';
import { CUT_SUFFIX, writeCut } from '#central/store/lists/cut-file.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { startTextsAhead } from '#central/texts-ahead.ts';
import { dropOldTexts } from '#central/workflows/texts/kept-texts.ts';
import { extractText } from '#central/workflows/operations/find/slides/extract-text.ts';
import { ffmetadata, finishedArgv } from '#lib/ffmpeg/finished-file.ts';
import { formatLayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import type { Slide } from '#lib/analysis/slides/slide-detector.ts';
import { slidesThroughCut } from '#lib/analysis/slides/slide-pieces.ts';
import { formatSlideList } from '#lib/analysis/slides/slide-list.ts';
import { stillsOf } from '#lib/analysis/texts/slide-texts.ts';
import { lengthOf, type Interval } from '#lib/media/intervals.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { makeDeck, trueSlides } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';
import { openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { tusAgent, type TusAgent } from '../../intake/growing/growing-rig.ts';
import { addedBy, textFile } from '../operations/find/find-rig.ts';
import { openOperationRig, type OperationRig } from '../operations/operation-rig.ts';
import { countedTesseract, type CountedTesseract } from './counted-tesseract.ts';

const size = { widthPx: 1280, heightPx: 720 };
const DECK = makeDeck({
  name: 'texts ahead',
  seed: 21,
  look: 'light',
  bodies: ['points', 'table'],
  count: 5,
  lastsMs: [5000, 6000],
  scenes: [
    {
      fromMs: 0,
      slides: { x: 0, y: 0.15, width: 0.7, height: 0.7 },
      camera: { x: 0.7, y: 0.3, width: 0.3, height: 0.4 },
    },
  ],
});
const RECT = { x: 0, y: 0.15 * 720, width: 0.7 * 1280, height: 0.7 * 720 };
const LAYOUT = formatLayoutTrack({
  durationMs: DECK.lengthMs,
  layouts: [{ atMs: 0, sizePx: size, windows: [{ channel: 'A', rect: RECT, shown: true }] }],
});

/** The slides of the deck as a box finds them; each has one addition, with which it keeps its title. */
const SLIDES = trueSlides(DECK, 2000).map(({ atMs }, at, all): Slide => {
  const toMs = all[at + 1]?.atMs ?? DECK.lengthMs;
  return { fromMs: atMs, toMs, pictureMs: toMs - 1000, additionsMs: at === 1 ? [atMs + 2500] : [] };
});
/** Pictures that are read of some first slides that have ended: each, and one for the title before the addition. */
const picturesOf = (slides: number): number => slides + (slides > 1 ? 1 : 0);

let on: IngestRig;
let operations: OperationRig;
let agent: TusAgent;
let tesseract: CountedTesseract;
let fragments: Buffer;
let finished: string;
let ahead: ReturnType<typeof startTextsAhead>;

before(async () => {
  on = await openIngestRig();
  const { database, store, workflows, config } = on.rig.services;
  operations = await openOperationRig(database);
  agent = tusAgent(on.url, on.rig.as('agent').authorization);
  tesseract = await countedTesseract(config.data);
  const film = await madeOnce('texts-ahead-21-1.mp4', (path) =>
    writeDeck(DECK, path, { ffmpeg: 'ffmpeg', size, fps: 5, bitrateKbps: 1500, groupPictures: 10 }),
  );
  const growing = join(config.data, 'film.frag');
  finished = join(config.data, 'B_S1R1.mp4');
  const cut = '-movflags +frag_keyframe+empty_moov+default_base_moof+skip_trailer -f mp4'.split(' ');
  await ran(['-v', 'error', '-y', '-i', film, '-c', 'copy', ...cut, growing]);
  await ran(finishedArgv(growing, finished), ffmetadata({ tags: {}, chapters: [] }));
  fragments = await readFile(growing);
  start = () =>
    startTextsAhead({
      database,
      store,
      connection: on.rig.connection,
      log: silentLog,
      definitions: workflows.definitions,
      catalogue: openCatalogue(),
      standard: 'schedule-and-upload',
      programs: { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe' },
      tesseract: tesseract.path,
      clock: realClock,
    });
  ahead = start();
});
after(async () => {
  await ahead.close();
  await operations.close();
  await on.close();
});

let start: () => ReturnType<typeof startTextsAhead>;

async function ran(argv: readonly string[], input = ''): Promise<void> {
  const { code, reason } = await runProgram('ffmpeg', argv, { timeoutMs: PATIENCE_MS, input });
  assert.equal(code, 0, reason);
}

/** A new event that is published without waiting for a person, and an upload for it. */
async function begun(): Promise<{ event: string; path: string; upload: string }> {
  const event = crypto.randomUUID();
  const configuration = JSON.stringify({ straightToPublishing: 'true' });
  await on.rig.services.database
    .insertInto('events')
    .values({ id: event, title: 'Le cœur', workflow_configuration: configuration })
    .execute();
  const about = { recording: event, flavor: 'presenter/source', filename: 'B_S1R1.mp4', event };
  const path = (await agent.create(about)).headers.get('location') ?? assert.fail('no location');
  return { event, path, upload: path.split('/').at(-1)! };
}

async function told(path: string, slides: readonly Slide[]): Promise<void> {
  const answer = await agent.tracks(path, { layout: LAYOUT, slides: formatSlideList({ slides }) });
  assert.deepEqual([answer.status, await answer.json()], [200, { slides: slides.length }]);
}

const readOf = async (upload: string): Promise<number | undefined> =>
  (
    await on.rig.services.database
      .selectFrom('growing_tracks')
      .selectAll()
      .where('upload', '=', upload)
      .executeTakeFirst()
  )?.slides_read;
const keptOf = (event: string) =>
  on.rig.services.database.selectFrom('read_texts').selectAll().where('event', '=', event).execute();

const cutListOf = (kept: readonly Interval[]): string =>
  formatCutList({ tracks: [{ src: 'B_S1R1.mp4', kind: 'video' }], segments: [...kept] });

/** The film as a cut that is not written. */
async function cutOf(whole: ElementRow, kept: readonly Interval[]): Promise<ElementRow> {
  const cut = { source: whole.path, kept, picture: true, sound: false, framesPerSecond: 5 };
  const path = `${whole.path}${CUT_SUFFIX}`;
  await writeCut(operations.store.at(path), cut);
  return { ...whole, path, duration_ms: lengthOf(kept) };
}

/** Runs the operation on the finished file, or on a cut of it. Gives what it read, and the pictures that tesseract was given for that. */
async function extracted(
  event: string,
  kept?: readonly Interval[],
): Promise<{ texts: string; chapters: string; pictures: number }> {
  const before = await tesseract.count();
  const { folder } = operations.store;
  const whole = await operations.element(finished, 'presenter/trimmed');
  const film = kept ? await cutOf(whole, kept) : whole;
  const slides = kept ? slidesThroughCut(SLIDES, kept) : SLIDES;
  const attachment = async (name: string, flavor: string, text: string) =>
    operations.element(await textFile(folder, name, text), flavor, { kind: 'attachment' });
  const elements = [
    film,
    await attachment('layout.json', 'presenter/layout', LAYOUT),
    await attachment('slides.json', 'presenter/slides', formatSlideList({ slides: SLIDES, durationMs: DECK.lengthMs })),
    await attachment('list.json', 'presenter/slides+json', formatSlideList({ slides })),
    ...(kept ? [await attachment('cut.smil', 'smil/cutting', cutListOf(kept))] : []),
  ];
  const operation = extractText({ ...operations.needs, tesseract: tesseract.path });
  const { result } = await operations.run(operation, { 'source-flavor': '*/trimmed' }, elements, { event });
  const [texts, chapters] = await Promise.all(
    addedBy(result).map((element) => readFile(operations.pathOf(element), 'utf8')),
  );
  return { texts: texts!, chapters: chapters!, pictures: (await tesseract.count()) - before };
}

test('slides are read while the recording grows; at its end the last one is, and nothing when it is published again', async () => {
  const { event, path, upload } = await begun();
  const before = await tesseract.count();
  // Some of the slides that have ended are on the disk, and some are not.
  const half = Math.floor(fragments.length * 0.7);
  assert.equal((await agent.append(path, 0, fragments.subarray(0, half))).status, 204);
  await told(path, SLIDES.slice(0, 2));
  await until('the first slide is read', async () => (await readOf(upload)) === 1);
  assert.equal((await tesseract.count()) - before, 1, 'the last one may still change');
  await told(path, SLIDES);
  await until('what is on the disk is read', async () => ((await readOf(upload)) ?? 0) >= 2);
  assert.ok(((await readOf(upload)) ?? 0) < SLIDES.length - 1, 'what is not there is not read');
  assert.equal((await agent.append(path, half, fragments.subarray(half))).status, 204);
  const settled = SLIDES.length - 1;
  await until('what has ended is read', async () => (await readOf(upload)) === settled);
  assert.equal((await tesseract.count()) - before, picturesOf(settled), 'each was read once');
  assert.equal((await keptOf(event)).length, picturesOf(settled));
  assert.deepEqual(
    (await readdir(join(on.rig.services.store.folder, '.growing'))).filter((name) => name !== upload),
    [],
    'nothing is left beside the film',
  );

  const first = await extracted(event);
  assert.equal(first.pictures, 1);
  for (const { title } of DECK.shown)
    assert.ok(first.chapters.includes(`\n${title}\n`), `${title} in ${first.chapters}`);
  const again = await extracted(event);
  assert.equal(again.pictures, 0);
  const cut = await extracted(event, [
    { fromMs: 3001, toMs: 12_000 },
    { fromMs: 14_033, toMs: DECK.lengthMs },
  ]);
  assert.equal(cut.pictures, 0, 'a cut shows the same pictures at other times');
  assert.notEqual(cut.chapters, first.chapters);
  // Another event has nothing of it, and what it reads is the same.
  const other = await extracted((await begun()).event);
  assert.equal(other.pictures, picturesOf(SLIDES.length));
  assert.deepEqual([first.texts, first.chapters], [other.texts, other.chapters]);
  assert.deepEqual([again.texts, again.chapters], [other.texts, other.chapters]);

  await dropOldTexts(on.rig.services.database, new Date(Date.now() - 3600_000));
  assert.ok((await keptOf(event)).length > 0, 'they were wanted just now');
  await dropOldTexts(on.rig.services.database, new Date(Date.now() + 3600_000));
  assert.deepEqual(await keptOf(event), []);
});

test('of an event that is deleted while its slides are read, nothing is left', async () => {
  const { event, path, upload } = await begun();
  await agent.append(path, 0, fragments);
  const before = await tesseract.count();
  await tesseract.hold();
  await told(path, SLIDES);
  await until('a slide is read', async () => (await tesseract.count()) > before);
  await removeEvents(on.rig.services, undefined, [event]);
  await on.rig.services.growing.removeUnneeded();
  await tesseract.open();
  assert.equal(await readOf(upload), undefined);
  await until('its reading is over', async () => {
    const names = await readdir(join(on.rig.services.store.folder, '.growing'));
    return !names.some((name) => /\.(jpg|png|words)$/.test(name));
  });
  assert.deepEqual(await keptOf(event), []);
  assert.ok((await tesseract.count()) - before <= 2, 'no further slide is read');
});

test('a worker that ends gives the slides back, and another one goes on', async () => {
  const { path, upload } = await begun();
  await agent.append(path, 0, fragments);
  const before = await tesseract.count();
  await tesseract.hold();
  await told(path, SLIDES);
  await until('a slide is read', async () => (await tesseract.count()) > before);
  await ahead.close();
  assert.equal(await readOf(upload), 0);
  await tesseract.open();
  ahead = start();
  // It hears of the recording when that has grown, or when other slides were told.
  let count = 0;
  await until('the other one reads them', async () => {
    await told(path, SLIDES.slice(0, 4 + (count++ % 2)));
    return ((await readOf(upload)) ?? 0) >= 3;
  });
});

test('what another workflow does not want is not read', async () => {
  const { event, path, upload } = await begun();
  const plain = { workflow: 'fast', workflow_configuration: '{}' };
  await on.rig.services.database.updateTable('events').set(plain).where('id', '=', event).execute();
  await agent.append(path, 0, fragments);
  await told(path, SLIDES);
  const wanted = await begun();
  await agent.append(wanted.path, 0, fragments);
  await told(wanted.path, SLIDES);
  await until('slides that are wanted are read', async () => (await readOf(wanted.upload)) === SLIDES.length - 1);
  assert.equal(await readOf(upload), 0);
  assert.deepEqual(await keptOf(event), []);
});

test('stills of a film that grows have the bytes of those of the finished one', async () => {
  const growing = join(on.rig.services.config.data, 'film.frag');
  const programs = { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe' };
  // Moments of pictures, between them, and off by the rounding of a cut.
  const moments = [0, 200, 1234, 4999.999, 5000, 5000.0001, 7777.7, 12_400, 12_401, DECK.lengthMs - 1];
  const asked = { folder: operations.store.folder };
  const digests = async (path: string, few: readonly number[]): Promise<string[]> =>
    (await stillsOf(programs, path, few, asked)).map((still) => createHash('sha256').update(still).digest('hex'));
  const together = await digests(finished, moments);
  assert.deepEqual(await digests(growing, moments), together);
  const alone = await Promise.all(moments.map((ms) => digests(growing, [ms])));
  assert.deepEqual(alone.flat(), together);
});
