import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { formatMpeg7 } from '#lib/opencast/mpeg7.ts';
import { openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { handOver, read, type Asker } from '../opencast/recorded-rig.ts';
import { openPublishingRig, type PublishingRig } from './published-rig.ts';

let on: IngestRig;
let publishing: PublishingRig;
before(async () => {
  on = await openIngestRig();
  publishing = openPublishingRig(on);
  const { database } = on.rig.services;
  await database
    .insertInto('series')
    .values({ id: 'PAES_2026_S2_UE3', title: 'Biophysique générale', terms: '[]' })
    .execute();
  const acl = [{ role: 'C1_Learner', action: 'read' }];
  await handOver(on, {
    id: 'heart',
    acl,
    terms: { title: 'Le cœur et les chevaux', creator: 'Irène Joliot-Curie', isPartOf: 'PAES_2026_S2_UE3' },
  });
  await handOver(on, {
    id: 'trees',
    acl,
    terms: { title: 'Forêts boréales', description: 'Arbres, mousses, lichens' },
  });
  await handOver(on, { id: 'secret', acl: [{ role: 'C9', action: 'read' }], terms: { title: 'Secret horses' } });
  const segment = (fromMs: number, toMs: number, text: string) => ({
    fromMs,
    toMs,
    texts: text === '' ? [] : [{ text, language: 'fr' }],
    notes: [],
  });
  const slides = formatMpeg7({
    uri: 'x',
    durationMs: 180_000,
    segments: [
      segment(0, 60_000, 'Plan du cours'),
      segment(60_000, 120_000, 'Équations différentielles <b> & résonances'),
      segment(120_000, 180_000, ''),
    ],
  });
  const captions =
    'WEBVTT\n\n00:00:05.000 --> 00:00:09.000\nBienvenue\n\n00:02:10.000 --> 00:02:14.000\nregardez les ventricules gauches\n';
  const chapters =
    'WEBVTT\n\n00:00:00.000 --> 00:02:00.000\nIntroduction\n\n00:02:00.000 --> 00:03:00.000\nHémodynamique\n';
  const picture = (n: number) => ({
    name: `slide-${n}.jpg`,
    flavor: 'presentation/segment+preview',
    content: `picture ${n}`,
  });
  await publishing.publish('heart', [
    { name: 'low.mp4', flavor: 'presenter/delivery', content: on.movie },
    { name: 'texts.xml', flavor: 'mpeg-7/text', content: slides },
    { name: 'fr.vtt', flavor: 'captions/delivery', content: captions, tags: ['lang:fr'] },
    { name: 'chapters.vtt', flavor: 'chapters/delivery', content: chapters, more: { kind: 'track' } },
    { name: 'of-slides.vtt', flavor: 'presentation/chapters+vtt', content: chapters, more: { kind: 'attachment' } },
    { name: 'faults-fr.vtt', flavor: 'faults/vtt+fr', content: chapters, more: { kind: 'attachment' } },
    picture(1),
    picture(2),
    picture(3),
  ]);
});
after(() => on.close());

const LEARNER: Asker = { as: 'admin', roles: 'C1_Learner' };
const search = async (q: string, who: Asker = LEARNER, more = '') =>
  (await read(on, `/search/episode.json?q=${encodeURIComponent(q)}${more}`, who)).json;
const idsOf = async (q: string, who: Asker = LEARNER): Promise<string[]> =>
  ((await search(q, who)).result as { mediapackage: { id: string } }[])
    .map(({ mediapackage }) => mediapackage.id)
    .toSorted();

describe('a search by words', () => {
  for (const [what, q, ids] of [
    ['a title', 'chevaux', ['heart']],
    ['the singular of a plural in French', 'forêt', ['trees']],
    ['a plural of a singular', 'cœurs', ['heart']],
    ['a word without its accents', 'boreales', ['trees']],
    ['a word in capitals, without accents', 'FORETS', ['trees']],
    ['a ligature as two letters', 'coeur', ['heart']],
    ['a person without accents', 'irene', ['heart']],
    ['a half of a double name', 'curie', ['heart']],
    ['the title of the series', 'biophysique', ['heart']],
    ['a part of the id of the series', 'UE3', ['heart']],
    ['a description', 'lichen', ['trees']],
    ['the beginning of a word', 'lich', ['trees']],
    ['a beginning with an asterisk', 'bor*', ['trees']],
    ['a text of a slide', 'equation differentielle', ['heart']],
    ['a word that was spoken', 'ventricule', ['heart']],
    ['words of title, series and slide together', 'coeur biophysique résonance', ['heart']],
    ['words that stand in two lectures', 'coeur lichens', []],
    ['an article beside a word', 'la forêt', ['trees']],
    ['an elision', "l'équation", ['heart']],
    ['a phrase', '"équations différentielles"', ['heart']],
    ['a phrase in the wrong order', '"différentielles équations"', []],
    ['a part of a word, as before', 'icules', []],
    ['a part of a word of a title, as before', 'oréal', ['trees']],
    ['a pattern', 'l?chens', ['trees']],
    ['signs alone', '%', []],
    ['signs of queries of the database', "' & | ! :* <-> (", []],
  ] as const)
    test(`finds ${what}: ${q}`, async () => assert.deepEqual(await idsOf(q), ids));

  test('finds nothing that the roles may not read', async () => {
    assert.deepEqual(await idsOf('horses', LEARNER), []);
    assert.deepEqual(await idsOf('horses', { as: 'admin' }), ['secret']);
    assert.deepEqual(await idsOf('ventricule', {}), []);
  });

  test('finds a series by its stems too', async () => {
    for (const q of ['biophysiques', 'generale', 'ue3', 'ophys']) {
      const { json } = await read(on, `/search/series.json?q=${q}`, { as: 'admin' });
      assert.equal(json.total, 1, q);
    }
  });

  test('changes with the metadata, at once', async () => {
    const { database } = on.rig.services;
    await database
      .updateTable('series')
      .set({ title: 'Thermodynamique' })
      .where('id', '=', 'PAES_2026_S2_UE3')
      .execute();
    assert.deepEqual(await idsOf('thermodynamiques'), ['heart']);
    assert.deepEqual(await idsOf('biophysique'), []);
  });
});

describe('slides in the answer of a search', () => {
  test('have times, texts, pictures, and say which one was sought: both shapes', async () => {
    const [one] = (await search('différentielle')).result;
    assert.deepEqual(
      one.segments.segment.map((s: Record<string, unknown>) => [
        s['index'],
        s['time'],
        s['duration'],
        s['text'],
        s['hit'],
      ]),
      [
        [0, 0, 60_000, 'Plan du cours', false],
        [1, 60_000, 60_000, 'Équations différentielles <b> & résonances', true],
        [2, 120_000, 60_000, '', false],
      ],
    );
    const { preview } = one.segments.segment[1].previews;
    assert.equal(preview.type, 'presentation');
    assert.equal((await read(on, preview.$, LEARNER)).text, 'picture 2');
    const old = (await search('différentielle', LEARNER, '&v=15'))['search-results'].result;
    assert.deepEqual([old.segments.segment[1].time, old.segments.segment[1].hit], ['60000', 'true']);
    const { text } = await read(on, '/search/episode.xml?id=heart', LEARNER);
    assert.match(text, /<segment index="1" time="60000" duration="60000" relevance="0" hit="false"><text>/);
  });

  test('and captions have the times to jump to, in our own search', async () => {
    const { json } = await read(on, `/api/v1/lectures?q=${encodeURIComponent('ventricule équation')}`, LEARNER);
    assert.equal(json.total, 1);
    assert.deepEqual(json.lectures[0].hits, [
      { kind: 'slide', startMs: 60_000, text: 'Équations différentielles <b> & résonances' },
      { kind: 'caption', startMs: 130_000, text: 'regardez les ventricules gauches' },
    ]);
    assert.equal((await read(on, '/api/v1/lectures?q=ventricule')).json.total, 0, 'not without an account');
    const chapter = (await read(on, '/api/v1/lectures?q=h%C3%A9modynamique', LEARNER)).json.lectures[0].hits;
    assert.deepEqual(chapter, [{ kind: 'chapter', startMs: 120_000, text: 'Hémodynamique' }]);
    assert.equal((await read(on, '/api/v1/lectures?limit=0')).status, 400);
  });

  test('are a part of what a player gets, with films, captions and downloads', async () => {
    const { json } = await read(on, '/api/v1/lectures/heart', LEARNER);
    assert.deepEqual(
      [json.title, json.series.id, json.creators],
      ['Le cœur et les chevaux', 'PAES_2026_S2_UE3', ['Irène Joliot-Curie']],
    );
    const [picture] = json.pictures;
    assert.deepEqual([picture.name, picture.files[0].widthPx, picture.files[0].heightPx], ['presenter', 320, 180]);
    assert.deepEqual(
      json.slides.map((one: { startMs: number }) => one.startMs),
      [0, 60_000, 120_000],
    );
    for (const url of [picture.files[0].url, json.slides[1].picture, json.captions[0].url]) {
      assert.equal((await read(on, url, LEARNER)).status, 200, url);
      assert.equal((await read(on, url)).status, 401, url);
    }
    const named = (all: { url: string; language?: string }[]) =>
      all.map(({ url, language }) => [url.split('/').at(-1), language]);
    assert.deepEqual(named(json.captions), [['fr.vtt', 'fr']], 'chapters and faults are no captions');
    assert.deepEqual(named(json.chapters), [['chapters.vtt', null]], 'those that a person wrote');
    assert.deepEqual(
      [json.pictures.length, json.pictures[0].files.length, json.sounds],
      [1, 1, []],
      'texts are neither films nor sound',
    );
    assert.ok(json.downloads.some((one: { fileName: string }) => one.fileName === 'fr.vtt'));
    for (const who of [{}, { as: 'admin', roles: 'C9' }] as Asker[])
      assert.equal((await read(on, '/api/v1/lectures/heart', who)).status, 404);
  });

  test('are left out where lectures are listed: a list has what a list shows', async () => {
    const { json } = await read(on, '/api/v1/lectures?series=PAES_2026_S2_UE3', LEARNER);
    assert.deepEqual(Object.keys(json.lectures[0]).toSorted(), [
      'cover',
      'creators',
      'durationMs',
      'hits',
      'id',
      'series',
      'startsAt',
      'title',
    ]);
  });

  test('go when it is taken back', async () => {
    await publishing.retract('heart');
    assert.deepEqual(await idsOf('ventricule', { as: 'admin' }), []);
    assert.deepEqual(await idsOf('chevaux', { as: 'admin' }), []);
  });
});
