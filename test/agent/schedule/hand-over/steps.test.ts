import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afresh,
  isCovered,
  isOpenAt,
  newHandOver,
  nextStep,
  telling,
  withSpan,
  type ByteSpan,
  type HandOver,
  type Step,
} from '#agent/schedule/hand-over/hand-over.ts';
import {
  episodeOf,
  flavorOf,
  holdsTracks,
  processingFields,
  trackFile,
  trackFlavor,
  withFetchedTrack,
} from '#agent/schedule/hand-over/package.ts';
import { parseCatalog } from '#lib/opencast/dublin-core.ts';
import { emptyMediaPackage, formatMediaPackage, parseMediaPackage } from '#lib/opencast/media-package.ts';
import { at, EIGHT, partOf, plannedOf, recordingOf } from '../samples.ts';
import { PACKAGE, server, UID } from './ingest-server.ts';

test('the steps of each way, in their order', () => {
  const way = (byHand: boolean, by: 'upload' | 'fetch'): Step[] => {
    const steps: Step[] = ['recording'];
    while (steps.at(-1) !== 'done') steps.push(nextStep(steps.at(-1)!, { byHand, way: by }));
    return steps.slice(1);
  };
  assert.deepEqual(way(false, 'upload'), ['create', 'catalog', 'tracks', 'manifest', 'ingest', 'done']);
  assert.deepEqual(way(true, 'fetch'), [
    'create',
    'catalog',
    'schedule',
    'tracks',
    'manifest',
    'ingest',
    'fetching',
    'done',
  ]);
  assert.equal(nextStep('done', { byHand: true, way: 'upload' }), 'done');
});

test('the hours of sending, also over midnight', () => {
  const open = (hours: string | undefined, ...minutes: number[]): boolean[] =>
    minutes.map((minute) => isOpenAt(hours, minute));
  assert.deepEqual(open('19:00-07:30', 1139, 1140, 0, 449, 450), [false, true, true, true, false]);
  assert.deepEqual(open('07:30-19:00', 449, 450, 1139, 1140), [false, true, true, false]);
  assert.deepEqual([...open(undefined, 5), ...open('08:00-08:00', 5), ...open('always', 5)], [true, true, true]);
});

test('ranges of bytes are joined where they touch', () => {
  const joined = (...spans: ByteSpan[]): ByteSpan[] => {
    let all: ByteSpan[] = [];
    for (const span of spans) all = withSpan(all, span);
    return all;
  };
  assert.deepEqual(joined([10, 19], [0, 9]), [[0, 19]]);
  assert.deepEqual(joined([0, 9], [11, 19]), [
    [0, 9],
    [11, 19],
  ]);
  assert.deepEqual(joined([0, 9], [11, 19], [10, 10]), [[0, 19]]);
  assert.deepEqual(joined([0, 99], [5, 10]), [[0, 99]]);
  const rows: [ByteSpan[] | undefined, boolean][] = [
    [undefined, false],
    [[], false],
    [[[0, 98]], false],
    [[[1, 99]], false],
    [
      [
        [0, 50],
        [60, 99],
      ],
      false,
    ],
    [[[0, 99]], true],
    [[[0, 200]], true],
  ];
  for (const [spans, covered] of rows) assert.equal(isCovered(spans, 100), covered, JSON.stringify(spans));
});

test('states to tell: none twice in a row, the last eight', () => {
  let handOver = newHandOver('a', 1);
  for (const state of ['capturing', 'capturing', 'uploading', 'capturing'] as const)
    handOver = telling(handOver, state);
  assert.deepEqual(handOver.tell, ['capturing', 'uploading', 'capturing']);
  for (let count = 0; count < 9; count++) handOver = telling(handOver, count % 2 === 0 ? 'uploading' : 'upload_error');
  assert.deepEqual([handOver.tell.length, handOver.tell[0]], [8, 'upload_error']);
});

test('a hand-over that begins anew keeps what it is of, and nothing of the server', () => {
  const known: HandOver = {
    ...newHandOver('a', 1, plannedOf('e', 0, 1)),
    step: 'ingest',
    tracks: 2,
    attempt: 5,
    mediaPackage: PACKAGE,
    ticket: 'secret',
    unsure: true,
    error: 'old',
    tell: ['uploading'],
  };
  assert.deepEqual(afresh(known, 9), {
    ...newHandOver('a', 1, plannedOf('e', 0, 1)),
    step: 'create',
    nextAtMs: 9,
    tell: ['uploading'],
  });
});

test('flavors, workflow and parameters', () => {
  assert.deepEqual(
    [0, 1, 2].map((index) => flavorOf('presenter/source', index)),
    ['presenter/source', 'presenter/source-1', 'presenter/source-2'],
  );
  const booking = plannedOf('e', 0, 1, { workflow: 'own', workflowConfiguration: { publish: 'true' } });
  assert.deepEqual(processingFields(booking, 'default', 1), [
    ['workflowDefinitionId', 'own'],
    ['workflowInstanceId', 'e'],
    ['publish', 'true'],
  ]);
  assert.deepEqual(processingFields({ ...booking, source: 'ical' }, 'default', 3).slice(-1), [['3Files', 'true']]);
  assert.ok(
    !processingFields({ ...booking, source: 'ical' }, undefined, 1).some(([name]) => name === 'workflowInstanceId'),
  );
  assert.deepEqual(processingFields(undefined, 'default', 1), [['workflowDefinitionId', 'default']]);
  assert.deepEqual(processingFields(undefined, undefined, 1), []);
});

test("the catalog is the server's own, else one of what is known", () => {
  const booking = plannedOf('e', 0, 1, { presenters: ['A', 'B'], seriesId: 's1', episodeXml: '<own/>' });
  const recording = recordingOf('a', { startedAtMs: EIGHT + 999, endedAtMs: at(1) + 1 });
  Object.assign(recording.metadata, { presenter: 'C', rights: 'CC', subject: '' });
  assert.equal(episodeOf(recording, booking, 'D', 'id'), '<own/>');
  const { episodeXml: _, ...plain } = booking;
  const made = parseCatalog(episodeOf(recording, plain, 'D', 'id'));
  assert.deepEqual(
    [made.title, made.identifier, made.creators, made.isPartOf, made.spatial, made.rightsHolder, made.subjects],
    ['Title of e', 'id', ['A', 'B'], 's1', 'D', 'CC', []],
  );
  assert.deepEqual(made.temporal, { startsAtMs: EIGHT, endsAtMs: at(1) });
  assert.equal(made.extentMs, 60_000);
  const byHand = parseCatalog(episodeOf(recordingOf('a', { endedAtMs: EIGHT }), undefined, 'D', 'id'));
  assert.deepEqual([byHand.title, byHand.temporal], ['B', { startsAtMs: EIGHT, endsAtMs: EIGHT + 1000 }]);
});

test('a package of the server holds the files by their names or their sizes', () => {
  const added = withFetchedTrack(PACKAGE, partOf(1, { sha256: 'ab' }), 'presenter/source', 'http://box/x/B_S1R1.mp4');
  const [track] = parseMediaPackage(added).tracks;
  const { flavor, url, sizeBytes, durationMs, checksum, mimeType } = track ?? assert.fail();
  assert.deepEqual(
    [flavor, url, sizeBytes, durationMs, checksum, mimeType],
    ['presenter/source', 'http://box/x/B_S1R1.mp4', 1000, 60_000, { type: 'sha256', value: 'ab' }, 'video/mp4'],
  );
  assert.equal(holdsTracks(added, [partOf(1, { bytes: 5 })]), true, 'by its name');
  assert.equal(holdsTracks(added, [partOf(9)]), true, 'by its size');
  assert.equal(holdsTracks(added, [partOf(1), partOf(9, { bytes: 7 })]), false);
  assert.equal(holdsTracks(added, []), false);
});

const CREATE = `PUT /ingest/createMediaPackageWithID/${UID}`;

test('a package is made with the id of its event, or where that cannot be, with any', async (t) => {
  const { step, asked, answers } = await server(t);
  const made = await step({ step: 'create', tracks: 2, attempt: 3, error: 'old' });
  assert.deepEqual(
    [made.step, made.mediaPackageId, made.parts, made.tracks, made.attempt, made.error],
    ['catalog', UID, ['B_S1R1.mp4', 'B_S1R2.mp4'], 0, 0, undefined],
  );
  for (const trouble of ['missing', 'forbidden', 'refused'] as const) {
    answers[CREATE] = trouble;
    await step({ step: 'create' });
    assert.deepEqual(asked.slice(-2), [CREATE, 'GET /ingest/createMediaPackage'], trouble);
  }
  answers[CREATE] = 'busy';
  await assert.rejects(step({ step: 'create' }), { kind: 'busy' });
  answers['GET /ingest/createMediaPackage'] = '<html><p>';
  await assert.rejects(step({ step: 'create', booking: plannedOf('no uuid', 0, 1) }), { kind: 'busy', unsure: true });
});

test('what a server does not take and need not is left out; what it must have is not', async (t) => {
  const { step, answers } = await server(t);
  answers['POST /ingest/addDCCatalog'] = 'refused';
  assert.equal((await step({ step: 'catalog' })).step, 'tracks', 'it knows its own event better');
  await assert.rejects(step({ step: 'catalog', booking: plannedOf('e', 0, 1, { source: 'ical' }) }), {
    kind: 'refused',
  });
  const { booking: _, ...byHand } = newHandOver('a', 1);
  for (const trouble of ['refused', 'conflict', 'forbidden', 'missing'] as const) {
    answers['POST /ingest/schedule'] = trouble;
    assert.equal((await step({ ...byHand, step: 'schedule' })).step, 'tracks', trouble);
  }
  answers['POST /ingest/schedule'] = 'busy';
  await assert.rejects(step({ step: 'schedule' }), { kind: 'busy' });
  answers['POST /ingest/addTrack'] = 'refused';
  await assert.rejects(step({ step: 'tracks' }), { kind: 'refused' });
  assert.equal((await step({ step: 'manifest' })).step, 'ingest', 'there is no manifest in the folder');
});

test('layouts and slides are attachments; a server that takes none gets the recording all the same', async (t) => {
  const { step, answers, asked } = await server(t);
  const tracks = [
    { kind: 'layout' as const, text: '{"é":1}' },
    { kind: 'layout' as const, stream: 2 as const, text: '{}' },
    { kind: 'slides' as const, text: '{}' },
  ];
  const attach = 'POST /ingest/addAttachment';
  let at = await step({ step: 'manifest' }, { tracks });
  assert.deepEqual(
    [at.step, at.attached, asked.filter((line) => line === attach).length],
    ['manifest', 2, 1],
    'one by one',
  );
  while (at.step === 'manifest') at = await step(at, { tracks });
  assert.deepEqual([at.step, at.attached, at.withoutTracks], ['ingest', 4, undefined]);
  assert.deepEqual(
    asked.filter((line) => line === attach),
    [attach, attach, attach],
  );
  for (const trouble of ['refused', 'missing', 'forbidden', 'conflict', 'full']) {
    answers[attach] = trouble;
    const without = await step({ step: 'manifest' }, { tracks });
    assert.deepEqual([without.step, without.withoutTracks], ['ingest', true], trouble);
  }
  for (const trouble of ['busy', 'unreachable']) {
    answers[attach] = trouble;
    await assert.rejects(step({ step: 'manifest', attempt: 1 }, { tracks }), { kind: trouble });
    assert.equal((await step({ step: 'manifest', attempt: 2 }, { tracks })).step, 'ingest', trouble);
  }
  answers[attach] = 'login';
  await assert.rejects(step({ step: 'manifest', attempt: 99 }, { tracks }), { kind: 'login' });
  asked.length = 0;
  assert.equal((await step({ step: 'manifest', withoutTracks: true }, { tracks })).step, 'ingest');
  assert.ok(!asked.includes(attach), 'what the server does not want is not sent again');
  const flavors = { flavor: 'slides/source', flavorB: 'camera/source' };
  assert.deepEqual(
    tracks.map((track) => [trackFlavor(track, flavors), trackFile('B', track).name, trackFile('B', track).bytes]),
    [
      ['slides/layout', 'B_S1_layout.json', 8],
      ['camera/layout', 'B_S2_layout.json', 2],
      ['slides/slides', 'B_S1_slides.json', 2],
    ],
  );
});

test('a track counts when the answer is our package with one more', async (t) => {
  const { step, answers } = await server(t);
  const other = formatMediaPackage(emptyMediaPackage('11111111-6aca-413e-b2b3-eda72eebc65a', EIGHT));
  for (const answer of [PACKAGE, other, withFetchedTrack(other, partOf(1), 'p/s', 'http://x/a.mp4'), '<html/>', '']) {
    answers['POST /ingest/addTrack'] = answer;
    await assert.rejects(step({ step: 'tracks' }), { kind: 'busy', unsure: true }, answer.slice(0, 60));
  }
});

test('files are sent one by one, those that were there at the beginning', async (t) => {
  const { step, asked, answers } = await server(t);
  const withTrack = (xml: string, name: string): string =>
    withFetchedTrack(xml, partOf(1, { name }), 'p/s', `http://x/${name}`);
  answers['POST /ingest/addTrack'] = withTrack(PACKAGE, 'B_S1R1.mp4');
  const first = await step({ step: 'tracks' });
  assert.deepEqual([first.step, first.tracks], ['tracks', 1]);
  answers['POST /ingest/addTrack'] = withTrack(first.mediaPackage ?? '', 'B_S1R2.mp4');
  const second = await step({
    step: 'tracks',
    tracks: 1,
    ...(first.mediaPackage ? { mediaPackage: first.mediaPackage } : {}),
  });
  assert.deepEqual([second.step, second.tracks, asked.length], ['manifest', 2, 2]);
  answers['POST /ingest/addTrack'] = withTrack(PACKAGE, 'B_S1R2.mp4');
  assert.equal((await step({ step: 'tracks', parts: ['B_S1R2.mp4'] })).step, 'manifest');
  assert.equal((await step({ step: 'tracks', tracks: 5 })).step, 'manifest');
  assert.equal(asked.length, 3);
});

test('a server that refuses a recording with tracks gets it without them', () => {
  const known: HandOver = { ...newHandOver('a', 1), step: 'ingest', attached: 2 };
  assert.equal(afresh(known, 9).withoutTracks, true);
  assert.equal(afresh(afresh(known, 9), 9).withoutTracks, true);
  assert.equal(afresh({ ...known, step: 'tracks' }, 9).withoutTracks, undefined);
});

test('a user who may ask nothing waits, and sends it again only after that', async (t) => {
  const made = await server(t);
  for (const line of ['workflow/mediaPackage', 'api/events', 'assets/episode'])
    made.answers[`GET /${line}/${UID}${line.startsWith('w') ? '/hasActiveWorkflows' : ''}`] = 'forbidden';
  made.answers['POST /ingest/ingest'] = '<workflow id="3"/>';
  await assert.rejects(made.step({ step: 'ingest', attempt: 1 }, { askFirst: true }), { kind: 'busy', message: /403/ });
  assert.ok(!made.asked.includes('POST /ingest/ingest'));
  assert.equal((await made.step({ step: 'ingest', attempt: 4 }, { askFirst: true })).workflowId, '3');
});

test('a server that fetches has it when it has all bytes of all files', async (t) => {
  const { step } = await server(t);
  const fetch = { settings: { way: 'fetch', flavor: 'a/b', flavorB: 'e/f', manifestFlavor: 'c/d' } } as const;
  const fetched = { 'B_S1R1.mp4': [[0, 999]], 'B_S1R2.mp4': [[0, 998]] } as unknown as Record<string, ByteSpan[]>;
  await assert.rejects(step({ step: 'fetching', fetched }, fetch), {
    kind: 'busy',
    message: 'the server has not fetched all of it yet',
  });
  fetched['B_S1R2.mp4'] = [[0, 999]];
  assert.equal((await step({ step: 'fetching', fetched }, fetch)).step, 'done');
  const track = await step({ step: 'tracks', ticket: 'secret' }, fetch);
  assert.equal(parseMediaPackage(track.mediaPackage ?? '').tracks[0]?.url, 'http://box/secret/B_S1R1.mp4');
  const done = { ...newHandOver('a', 1), step: 'done' as const };
  assert.equal((await step(done)).step, 'done');
});
