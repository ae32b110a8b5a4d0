import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { noteBookedTake } from '#agent/schedule/hand-over/booked-hand-overs.ts';
import { newHandOver, type HandOver } from '#agent/schedule/hand-over/hand-over.ts';
import { openHandOverStore, type HandOverStore } from '#agent/schedule/hand-over/hand-over-store.ts';
import { withFetchedTrack } from '#agent/schedule/hand-over/package.ts';
import { openPickups } from '#agent/schedule/hand-over/pickups.ts';
import { openHandOverQueue, type HandOverQueue, type QueueOptions } from '#agent/schedule/hand-over/queue.ts';
import type { Recording, Recordings } from '#agent/schedule/recordings.ts';
import { ServerTrouble } from '#agent/schedule/server/answer.ts';
import type { Opencast } from '#agent/schedule/server/opencast.ts';
import { emptyMediaPackage, formatMediaPackage } from '#lib/opencast/media-package.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { at, EIGHT, folderFor, keepingLog, partOf, plannedOf, recordingOf } from '../samples.ts';

interface Bench {
  clock: VirtualClock;
  store: HandOverStore;
  queue: HandOverQueue;
  recordings: Map<string, Recording>;
  /** What the server was asked, and what it answers instead of success. */
  asked: string[];
  trouble: (what: string) => ServerTrouble | undefined;
  minute: number;
  busy: Set<string>;
  stands: (take?: string) => HandOver;
  /** Waits until the queue has nothing to do now. */
  idle: () => Promise<void>;
}

const PACKAGE = formatMediaPackage(emptyMediaPackage('68b19d11-6aca-413e-b2b3-eda72eebc65a', EIGHT));
const WITH_TRACK = withFetchedTrack(PACKAGE, partOf(1), 'presenter/source', 'http://oc/track.mp4');

type More = Partial<QueueOptions & Pick<Recordings, 'tracksOf'>>;

async function bench(t: TestContext, recordings: Recording[], more: More = {}): Promise<Bench> {
  const folder = await folderFor(t);
  const { log } = keepingLog();
  const clock = virtualClock(0, EIGHT);
  const store = await openHandOverStore(join(folder, 'hand-over'), log);
  const made = { clock, store, asked: [], minute: 600, busy: new Set(), trouble: () => undefined } as unknown as Bench;
  made.recordings = new Map(
    recordings.map((one) => [one.id, { ...one, parts: one.parts.map((is) => ({ ...is, folder })) }]),
  );
  for (const { name, bytes } of recordings.flatMap(({ parts }) => parts))
    await writeFile(join(folder, name), Buffer.alloc(bytes));
  const ask: Opencast['ask'] = async (what) => {
    made.asked.push(what);
    const trouble = made.trouble(what);
    if (trouble) throw trouble;
    if (what.startsWith('sending')) return WITH_TRACK;
    return what === 'ingesting' ? '<workflow id="12"/>' : PACKAGE;
  };
  const opencast = {
    settings: { url: 'https://oc', agent: 'D', services: {} },
    ask,
    locate: async () => 'https://oc/ingest',
    at: async (_: string, path: string) => `https://oc/ingest${path}`,
    recordingState: async () => undefined,
  } as unknown as Opencast;
  made.queue = openHandOverQueue({
    store,
    recordings: {
      list: () => [...made.recordings.values()],
      find: (id) => made.recordings.get(id),
      markDelivered(id) {
        const known = made.recordings.get(id);
        if (known) known.deliveredAtMs = clock.nowMs();
        return known !== undefined;
      },
      tracksOf: more.tracksOf ?? (() => []),
    },
    clock,
    log,
    retry: { firstMs: 10_000, mostMs: 60_000 },
    byHand: true,
    since: { isNew: () => true },
    minuteOfDay: () => made.minute,
    ingest: {
      opencast,
      urlOf: (ticket, name) => `http://box/${ticket}/${name}`,
      settings: {
        way: 'upload',
        flavor: 'presenter/source',
        flavorB: 'presentation/source',
        manifestFlavor: 'technical/extron',
      },
    },
    withTracks: true,
    pace: async () => undefined,
    isBusy: (take) => made.busy.has(take),
    random: () => 0.5,
    onChange: () => undefined,
    ...more,
  });
  made.stands = (take = 'a') => store.find(take) ?? assert.fail(`no hand-over of ${take}`);
  made.idle = async () => {
    await until('the queue rests', async () => {
      await sleep(5);
      return clock.waiting > 0;
    });
  };
  t.after(() => made.queue.close());
  await made.idle();
  return made;
}

const BY_HAND = [
  'creating a media package',
  'adding the catalog',
  'scheduling what was recorded by hand',
  'sending B_S1R1.mp4',
  'ingesting',
];

test('a finished recording goes through all steps, is marked, and told as finished', async (t) => {
  const { asked, stands, recordings, clock } = await bench(t, [recordingOf('a')]);
  assert.deepEqual(asked, BY_HAND);
  const { step, workflowId, deliveredAtMs, attempt, tell, ticket } = stands();
  assert.deepEqual([step, workflowId, deliveredAtMs, attempt], ['done', '12', clock.nowMs(), 0]);
  assert.deepEqual(tell, ['uploading', 'upload_finished']);
  assert.match(ticket ?? '', /^[0-9a-f]{32}$/);
  assert.equal(recordings.get('a')?.deliveredAtMs, clock.nowMs());
});

test('what is not finished, is older than the box, or was delivered is left out', async (t) => {
  const all = [
    recordingOf('open', { status: 'recording' }),
    recordingOf('old', { startedAtMs: at(-1) }),
    recordingOf('delivered', { deliveredAtMs: 1 }),
    recordingOf('new'),
  ];
  const { store } = await bench(t, all, { since: { isNew: ({ startedAtMs }) => startedAtMs >= EIGHT } });
  assert.deepEqual(
    store.list().map(({ take }) => take),
    ['new'],
  );
  const byHand = await bench(t, [recordingOf('new')], { byHand: false });
  assert.deepEqual([byHand.store.list().length, byHand.asked.length], [0, 0]);
  assert.equal(await byHand.queue.send('unknown'), false);
  assert.equal(await byHand.queue.send('new'), true);
  await until('it is sent', () => byHand.store.find('new')?.step === 'done');
});

test('the test recording of the first steps stays on the box, until somebody sends it', async (t) => {
  const { asked, queue, stands } = await bench(t, [recordingOf('a', { bookingId: 'trial' })]);
  assert.deepEqual([asked, queue.list()[0]?.waitsFor], [[], 'it is a test recording']);
  assert.equal(await queue.send('a'), true);
  await until('it is sent', () => stands().step === 'done');
});

test('a failure waits longer each time, keeps its step, and is told after the third', async (t) => {
  const made = await bench(t, [recordingOf('a')], { since: { isNew: () => false } });
  const { clock, queue, stands, asked, idle } = made;
  made.trouble = (what) => (what === 'ingesting' ? new ServerTrouble('full', 'it has no room') : undefined);
  await queue.send('a');
  const waits: number[] = [];
  for (let failures = 1; failures <= 5; failures++) {
    await until('it failed', () => stands().attempt === failures);
    await idle();
    const { nextAtMs, error, step, tell } = stands();
    waits.push(nextAtMs - clock.nowMs());
    assert.deepEqual([step, error, tell.includes('upload_error')], ['ingest', 'it has no room', failures >= 3]);
    assert.equal(queue.list()[0]?.waitsFor, 'it has no room');
    clock.advance(nextAtMs - clock.nowMs() + 50);
  }
  assert.deepEqual(waits, [10_000, 20_000, 40_000, 60_000, 60_000]);
  made.trouble = () => undefined;
  await idle();
  clock.advance(120_000);
  await until('it is done', () => stands().step === 'done');
  assert.equal(asked.filter((what) => what.startsWith('sending')).length, 1, 'what was sent is not sent again');
});

test('a server that asks to wait longer is obeyed', async (t) => {
  const made = await bench(t, [recordingOf('a')], { since: { isNew: () => false } });
  made.trouble = () => new ServerTrouble('busy', 'later', { retryAfterMs: 300_000 });
  await made.queue.send('a');
  await until('it failed', () => made.stands().attempt === 1);
  assert.equal(made.stands().nextAtMs - made.clock.nowMs(), 300_000);
});

test('a server that is back is tried soon, not at the end of a long wait', async (t) => {
  const made = await bench(t, [recordingOf('a')], { since: { isNew: () => false } });
  const { clock, queue, stands, idle } = made;
  made.trouble = () => new ServerTrouble('unreachable', 'away', { retryAfterMs: 3_000_000 });
  await queue.send('a');
  await until('it failed', () => stands().attempt === 1);
  await idle();
  made.trouble = () => undefined;
  queue.serverIsBack();
  assert.equal(stands().nextAtMs - clock.nowMs(), 5000, 'within the first wait, by chance');
  await idle();
  clock.advance(5050);
  await until('it is done', () => stands().step === 'done');
});

test('what a server has lost begins anew; what it refused at once only waits', async (t) => {
  const made = await bench(t, [recordingOf('a')], { since: { isNew: () => false } });
  made.trouble = (what) => (what.startsWith('sending') ? new ServerTrouble('missing', 'gone') : undefined);
  await made.queue.send('a');
  await until('it failed', () => made.stands().attempt === 1);
  const { step, tracks, mediaPackage, error } = made.stands();
  assert.deepEqual([step, tracks, mediaPackage, error], ['create', 0, undefined, 'gone']);
});

test('a server that refuses a recording with its tracks gets it again once, without them', async (t) => {
  const since = { isNew: (): boolean => false };
  const made = await bench(t, [recordingOf('a')], { since, tracksOf: () => [{ kind: 'slides', text: '{}' }] });
  const sent = (): string[] => made.asked.filter((what) => what.includes('slides') || what === 'ingesting');
  made.trouble = (what) =>
    what === 'ingesting' && sent().length === 2 ? new ServerTrouble('refused', 'no slides here') : undefined;
  await made.queue.send('a');
  await until('it was refused', () => made.stands().attempt === 1);
  await made.idle();
  made.clock.advance(20_000);
  await until('the server has it', () => made.stands().step === 'done');
  assert.deepEqual(sent(), ['sending B_S1_slides.json', 'ingesting', 'ingesting']);
});

test('tracks that cannot be made do not hold a recording up', async (t) => {
  const { asked } = await bench(t, [recordingOf('a')], { tracksOf: () => assert.fail('a bug') });
  assert.deepEqual(asked, BY_HAND);
});

test('an ingest whose answer was lost is asked for before it is sent again', async (t) => {
  const made = await bench(t, [recordingOf('a')], { since: { isNew: () => false } });
  const { clock, queue, stands, asked, idle } = made;
  made.trouble = (what) => (what === 'ingesting' ? new ServerTrouble('busy', 'lost', { unsure: true }) : undefined);
  await queue.send('a');
  await until('it failed', () => stands().attempt === 1);
  assert.equal(stands().unsure, true);
  made.trouble = () => undefined;
  await idle();
  clock.advance(11_000);
  await until('it is done', () => stands().step === 'done');
  const again = asked.slice(asked.indexOf('ingesting') + 1);
  assert.match(again[0] ?? '', /asking whether/);
  assert.equal(stands().unsure, undefined);
});

test('files are sent in the hours of sending alone', async (t) => {
  const made = await bench(t, [recordingOf('a')], { hours: '19:00-07:00', byHand: false });
  await made.queue.send('a');
  await made.idle();
  assert.equal(made.queue.list()[0]?.waitsFor, 'the hours of sending: 19:00-07:00');
  assert.deepEqual(made.asked, []);
  made.minute = 19 * 60;
  await made.idle();
  made.clock.advance(30_000);
  await until('it is done', () => made.stands().step === 'done');
});

test('an event that is not over keeps its recording back', async (t) => {
  const made = await bench(t, [recordingOf('a')], { byHand: false });
  made.busy.add('a');
  await made.queue.send('a');
  await made.idle();
  assert.equal(made.queue.list()[0]?.waitsFor, 'its event is not over');
  made.busy.clear();
  made.clock.advance(30_000);
  await until('it is done', () => made.stands().step === 'done');
});

test('a recording of nothing is held and told as an error; one that is held is sent when asked for', async (t) => {
  const made = await bench(t, [recordingOf('a', { parts: [partOf(1, { state: 'failed' })] })]);
  assert.deepEqual([made.stands().held, made.stands().tell], ['nothing was recorded', ['capture_error']]);
  assert.equal(made.queue.list()[0]?.waitsFor, 'nothing was recorded');
  const held = await bench(t, [recordingOf('b')], { byHand: false });
  await held.store.put({ ...newHandOver('b', EIGHT), held: 'cancelled' });
  held.queue.look();
  await held.idle();
  assert.equal(held.asked.length, 0);
  await held.queue.send('b');
  await until('it is done', () => held.stands('b').step === 'done');
  const before = held.asked.length;
  await held.queue.send('b');
  await until('it is sent again', () => held.asked.length === 2 * before && held.stands('b').step === 'done');
});

test('a recording that goes on is not sent, even if somebody asks for it', async (t) => {
  const made = await bench(t, [recordingOf('a', { status: 'recording' })]);
  assert.equal(await made.queue.send('a'), true);
  await made.idle();
  assert.equal(made.queue.list()[0]?.waitsFor, 'it is being recorded, or finished');
  assert.deepEqual(made.asked, []);
  made.recordings.get('a')!.status = 'partial';
  made.queue.look();
  await until('it is done', () => made.stands().step === 'done');
});

test('the oldest goes first; what was removed is forgotten, what was delivered when there is too much of it', async (t) => {
  const made = await bench(t, [recordingOf('a'), recordingOf('b')], { byHand: false });
  const { store, queue, recordings, clock, idle } = made;
  await store.put({ ...newHandOver('b', EIGHT - 5), step: 'tracks' });
  await store.put(newHandOver('gone', EIGHT));
  // The clock is set ahead by decades: what was delivered is remembered all the same, but for the oldest of 501.
  clock.setWall(Date.UTC(2069, 0, 1));
  const done = Array.from({ length: 501 }, (_, n) => `done-${n}`);
  for (const [n, take] of done.entries()) await store.put({ ...newHandOver(take, EIGHT - 1000 + n), step: 'done' });
  made.busy.add('busy');
  await store.put(newHandOver('busy', EIGHT));
  recordings.delete('a');
  queue.look();
  await idle();
  assert.deepEqual(
    store
      .list()
      .map(({ take }) => take)
      .toSorted(),
    ['b', 'busy', ...done.slice(1)].toSorted(),
  );
  assert.equal(queue.list().find(({ take }) => take === 'b')?.totalBytes, 1000);
  assert.equal(clock.waiting, 1);
});

test('hand-overs are on disk, each in its file, and are read again', async (t) => {
  const folder = await folderFor(t);
  const { log, lines } = keepingLog();
  const store = await openHandOverStore(folder, log);
  await store.put(newHandOver('b/../x', 2));
  await store.put(newHandOver('a', 1));
  await store.update('a', (one) => ({ ...one, tracks: 3 }));
  await store.update('none', () => assert.fail('there is none'));
  await store.close();
  await writeFile(join(folder, 'torn.json'), '{"version":1');
  await writeFile(join(folder, 'later.json'), JSON.stringify({ ...newHandOver('later', 0), version: 2 }));
  await writeFile(join(folder, 'note.txt'), 'no');
  const again = await openHandOverStore(folder, log);
  assert.deepEqual(
    again.list().map(({ take, tracks }) => [take, tracks]),
    [
      ['a', 3],
      ['b/../x', 0],
    ],
  );
  assert.deepEqual(lines, ['what was handed over of a recording: the file is damaged and was set aside']);
  await again.remove('b/../x');
  assert.deepEqual((await readdir(folder)).toSorted(), ['a.json', 'later.json', 'note.txt', 'torn.json.damaged']);
});

test('what the timetable does with a take is written down', async (t) => {
  const { log } = keepingLog();
  const store = await openHandOverStore(await folderFor(t), log);
  const [booking, changed] = [plannedOf('e', 0, 60), plannedOf('e', 0, 90)];
  noteBookedTake(store, { event: 'changed', take: 'a', booking }, 1);
  noteBookedTake(store, { event: 'ended', take: 'a', booking, why: 'done' }, 1);
  assert.equal(store.find('a'), undefined, 'of a take that is not known nothing is');
  noteBookedTake(store, { event: 'began', take: 'a', booking }, 5);
  assert.deepEqual(store.find('a'), { ...newHandOver('a', 5, booking), tell: ['capturing'] });
  noteBookedTake(store, { event: 'changed', take: 'a', booking: changed }, 6);
  noteBookedTake(store, { event: 'ended', take: 'a', booking, why: 'moved' }, 7);
  const { held, nextAtMs, tell, booking: known } = store.find('a') ?? assert.fail();
  assert.match(held ?? '', /moved to another time/);
  assert.deepEqual([nextAtMs, tell, known], [7, ['capturing', 'capture_finished'], changed]);
  noteBookedTake(store, { event: 'began', take: 'a', booking }, 8);
  assert.equal(store.find('a')?.held, undefined);
  noteBookedTake(store, { event: 'ended', take: 'a', booking, why: 'by hand' }, 9);
  assert.equal(store.find('a')?.held, undefined);
  noteBookedTake(store, { event: 'ended', take: 'a', booking, why: 'cancelled' }, 9);
  assert.match(store.find('a')?.held ?? '', /cancelled/);
  await store.close();
});

test('a ticket opens the files of its recording, and what was fetched is counted', async (t) => {
  const { log } = keepingLog();
  const store = await openHandOverStore(await folderFor(t), log);
  await store.put({ ...newHandOver('a', 1), ticket: 'secret', step: 'fetching', nextAtMs: 99 });
  await store.put({ ...newHandOver('b', 1), ticket: 'used', step: 'done' });
  const recordings = { list: () => [], markDelivered: () => true, find: (id: string) => recordingOf(id) };
  let told = 0;
  const pickups = openPickups(store, recordings, () => told++);
  for (const [ticket, name] of [
    ['secret', 'B_S1R2.mp4'],
    ['used', 'B_S1R1.mp4'],
    ['', 'B_S1R1.mp4'],
    ['secret', '../B_S1R1.mp4'],
  ] as const)
    assert.equal(pickups.find(ticket, name), undefined, `${ticket} ${name}`);
  const pickup = pickups.find('secret', 'B_S1R1.mp4');
  assert.deepEqual([pickup?.path, pickup?.size], ['/data/B/B_S1R1.mp4', 1000]);
  pickup?.given([0, 99]);
  pickup?.given([100, 199]);
  await until('it is told', () => told === 2);
  assert.deepEqual(store.find('a')?.fetched, { 'B_S1R1.mp4': [[0, 199]] });
  assert.equal(store.find('a')?.nextAtMs, 0);
  await store.close();
});
