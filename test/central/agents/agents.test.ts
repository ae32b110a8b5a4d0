import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { alarmsOf, deleteHall, hallsNow, setHall, type HallNow, type LectureNow } from '#central/agents/halls.ts';
import { openRoster, type Roster } from '#central/agents/roster.ts';
import {
  countScheduled,
  currentOf,
  deleteEvents,
  endingBetween,
  eventsAt,
  eventsNamed,
  followerOf,
  neverRecorded,
  nextOf,
  notIngested,
  scheduledEvents,
} from '#central/catalogue/events.ts';
import { keepState, newestStates, stateOf } from '#central/catalogue/recording-states.ts';
import {
  changeSeries,
  countSeries,
  createSeries,
  deleteSeries,
  insertSeries,
  searchSeries,
  seriesByIds,
  seriesNamed,
  storeSeries,
} from '#central/catalogue/series.ts';
import { auditEntries } from '#central/identity/audit.ts';
import type { Who } from '#central/identity/who.ts';
import { addEvents, changeEvent, removeEvents, removeOld } from '#central/timetable/schedule.ts';
import { saidZones, zoneOfAgent, zoneOfHalls } from '#central/timetable/zones.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { freshDatabase, type TestDatabase } from '../postgres.ts';

const HOUR_MS = 3_600_000;
const who: Who = { account: 1, name: 'marie', role: 'scheduler', agent: null, address: '10.0.0.1' };
let opened: TestDatabase;
let clock: VirtualClock;
let roster: Roster;
before(async () => {
  opened = await freshDatabase();
});
after(() => opened.close());
beforeEach(async (t) => {
  for (const table of ['events', 'series', 'agents', 'halls', 'audit_log'] as const)
    await opened.database.deleteFrom(table).execute();
  clock = virtualClock();
  roster = await openRoster({ database: opened.database, clock, log: silentLog, offlineAfterMs: 120_000 });
  if ('after' in t) t.after(() => roster.close());
});

const needs = () => ({ database: opened.database, roster, clock, config: { workflow: 'fast' } });
const slot = (agentId: string, startHour: number, hours = 1) => ({
  agentId,
  startsAtMs: clock.nowMs() + startHour * HOUR_MS,
  endsAtMs: clock.nowMs() + (startHour + hours) * HOUR_MS,
});
const plan = (id: string, agentId: string, startHour: number, hours = 1) =>
  addEvents(needs(), who, [{ id, words: { title: id }, slot: slot(agentId, startHour, hours) }]);
const idsOf = (rows: readonly { id: string }[]): string => rows.map(({ id }) => id).join();
const audited = async (): Promise<string> =>
  (await auditEntries(opened.database, { limit: 100 })).map(({ action, object }) => `${action} ${object}`).join();

describe('the timetable', () => {
  test('takes events that are back to back, and none that overlap, all or none', async () => {
    assert.equal((await plan('a', 'D', 0)).kind, 'done');
    assert.equal((await plan('b', 'D', 1)).kind, 'done');
    assert.equal((await plan('c', 'E', 0)).kind, 'done', 'another hall');
    const drafts = ['x', 'y'].map((id, n) => ({ id, words: { title: id }, slot: slot('D', 1.5 + n) }));
    const refused = await addEvents(needs(), who, drafts);
    assert.equal(refused.kind === 'conflict' && idsOf(refused.with), 'b');
    const among = ['x', 'y'].map((id) => ({ id, words: { title: id }, slot: slot('D', 9) }));
    assert.equal((await addEvents(needs(), who, among)).kind, 'conflict', 'they overlap each other');
    const again = await plan('a', 'F', 20);
    assert.equal(again.kind === 'conflict' && idsOf(again.with), 'a', 'its id is there');
    assert.equal(await countScheduled(opened.database), 3);
    assert.equal(await audited(), 'create c,create b,create a');
    assert.equal((await eventsNamed(opened.database, ['a']))[0]?.workflow, 'fast', 'that of the server');
  });

  test('two who want a hall at the same moment: one has it', async () => {
    const done = await Promise.all(['a', 'b', 'c'].map((id) => plan(id, 'D', 0)));
    assert.deepEqual(done.map(({ kind }) => kind).toSorted(), ['conflict', 'conflict', 'done']);
  });

  test('moves an event where there is room, or where one may put it all the same', async () => {
    await plan('a', 'D', 0);
    await plan('b', 'D', 1);
    const later = { slot: { endsAtMs: clock.nowMs() + 1.5 * HOUR_MS } };
    const refused = await changeEvent(needs(), who, 'a', later);
    assert.equal(refused.kind === 'conflict' && idsOf(refused.with), 'b');
    assert.equal((await changeEvent(needs(), who, 'a', { words: { title: 'T' } })).kind, 'done', 'it does not move');
    assert.equal((await changeEvent(needs(), who, 'a', later, { allowConflict: true })).kind, 'done');
    assert.equal((await changeEvent(needs(), who, 'none', later)).kind, 'missing');
    await assert.rejects(changeEvent(needs(), who, 'a', { slot: { endsAtMs: 0 } }), { statusCode: 400 });
    await opened.database.insertInto('events').values({ id: 'free', title: 'free' }).execute();
    await assert.rejects(changeEvent(needs(), who, 'free', later), /agent, start and end are needed/);
  });

  test('forgets what is removed, and what is old and was never recorded', async () => {
    await plan('old', 'D', -30);
    await plan('recorded', 'D', -20);
    await keepState(opened.database, 'recorded', 'capturing', clock.nowMs());
    await plan('new', 'D', 1);
    assert.deepEqual(await neverRecorded(opened.database, clock.nowMs()), ['old']);
    await removeOld(needs(), who, 40 * HOUR_MS);
    assert.equal(await countScheduled(opened.database), 3);
    await removeOld(needs(), who, 24 * HOUR_MS);
    assert.equal(idsOf(await scheduledEvents(opened.database)), 'recorded,new');
    assert.equal((await removeEvents(needs(), who, ['new', 'none'])).kind, 'done');
    assert.equal((await removeEvents(needs(), who, ['new'])).kind, 'missing');
    assert.deepEqual(await deleteEvents(opened.database, []), []);
    assert.match(await audited(), /^delete new,delete old,/);
  });

  test('says what is now, what is next, and what follows', async () => {
    const { database } = opened;
    await plan('over', 'D', -2);
    await plan('now', 'D', -0.5);
    await plan('next', 'D', 0.5);
    await plan('later', 'D', 3);
    const now = clock.nowMs();
    assert.equal((await currentOf(database, 'D', now))?.id, 'now');
    assert.equal((await nextOf(database, 'D', now))?.id, 'next');
    assert.equal(await currentOf(database, 'E', now), undefined);
    assert.equal((await currentOf(database, 'D', now + 0.5 * HOUR_MS))?.id, 'next', 'one ends as the other begins');
    const current = await currentOf(database, 'D', now);
    assert.equal((await followerOf(database, current!))?.id, 'next');
    assert.equal(idsOf(await scheduledEvents(database, { agent: 'D', startsFromMs: now })), 'next,later');
    assert.equal(idsOf(await scheduledEvents(database, { endsToMs: now })), 'over');
    assert.equal(idsOf(await scheduledEvents(database, { startsToMs: now, endsFromMs: now })), 'now');
    assert.equal(idsOf(await eventsAt(database, [slot('D', 0, 1)], ['now'])), 'next');
    assert.deepEqual(await eventsAt(database, [], []), []);
    await database.updateTable('events').set({ source: 's' }).where('id', 'in', ['now', 'next']).execute();
    assert.equal(idsOf(await endingBetween(database, 's', now, now + HOUR_MS)), 'now');
  });

  test('keeps what agents tell of recordings, and what of them has not come', async () => {
    const { database } = opened;
    const now = clock.nowMs();
    for (const [n, state] of ['uploading', 'capture_error', 'unknown', null].entries()) {
      await plan(`e${n}`, 'D', -10 + n);
      await keepState(database, `e${n}`, state, now + n);
    }
    assert.equal(idsOf(await notIngested(database, now - 99 * HOUR_MS, now)), 'e0');
    assert.equal(idsOf(await notIngested(database, now - HOUR_MS, now)), '', 'it is longer ago');
    const version = { event: 'e0', version: 1, package: 'e0', content: '', manifest: '' };
    await database.insertInto('event_versions').values(version).execute();
    assert.equal(idsOf(await notIngested(database, now - 99 * HOUR_MS, now)), '');
    assert.equal(idsOf(await newestStates(database)), 'e2,e1,e0');
    assert.deepEqual(await stateOf(database, 'e1'), { id: 'e1', state: 'capture_error', atMs: now + 1 });
    assert.equal(await stateOf(database, 'e3'), undefined);
    assert.equal(await keepState(database, 'none', 'capturing', now), false);
  });
});

describe('series', () => {
  const series = (id: string, title = id) => ({ id, title, terms: [], acl: [] });

  test('are made, stored anew, changed and removed, each with its entry in the audit log', async () => {
    const { database } = opened;
    await createSeries(database, who, series('UE1', 'Chimie'));
    assert.equal((await storeSeries(database, who, series('UE2'))).isNew, true);
    assert.equal((await storeSeries(database, who, series('UE2', 'Physique'))).isNew, false);
    const acl = [{ role: 'r', action: 'read', allow: true }];
    await plan('e', 'D', 0);
    await changeEvent(needs(), who, 'e', { seriesId: 'UE1', acl });
    const options = { nowMs: clock.nowMs(), told: { acl } };
    await changeSeries(database, who, 'UE1', { acl }, options);
    assert.deepEqual((await eventsNamed(database, ['e']))[0]?.acl, acl);
    await changeSeries(database, who, 'UE1', { title: 'Chimie 2', overridesEvents: true }, options);
    const row = await seriesNamed(database, 'UE1');
    assert.deepEqual([row?.title, row?.acl, row?.modified_at.getTime()], ['Chimie 2', acl, clock.nowMs()]);
    assert.deepEqual((await eventsNamed(database, ['e']))[0]?.acl, []);
    assert.equal(await deleteSeries(database, who, 'UE1'), true);
    assert.equal(await deleteSeries(database, who, 'UE1'), false);
    assert.equal((await eventsNamed(database, ['e']))[0]?.series, 'UE1', 'its events stay');
    assert.equal(
      await audited(),
      'delete UE1,update UE1,update UE1,update e,create e,update UE2,create UE2,create UE1',
    );
  });

  test('are found by a part of title or id, page by page', async () => {
    const { database } = opened;
    await insertSeries(database, [series('UE1', 'Chimie 50%'), series('UE2', 'Anatomie'), series('x', 'Biologie')]);
    await insertSeries(database, []);
    const found = async (search: object): Promise<string> => {
      const { total, series: all } = await searchSeries(database, { limit: 10, offset: 0, ...search });
      return `${total} ${idsOf(all)}`;
    };
    assert.equal(await found({}), '3 UE2,x,UE1');
    assert.equal(await found({ limit: 1, offset: 1 }), '3 x');
    assert.equal(await found({ text: 'ue' }), '2 UE2,UE1');
    assert.equal(await found({ text: '%' }), '1 UE1');
    assert.equal(await found({ title: 'IE' }), '3 UE2,x,UE1');
    assert.equal(await found({ id: 'x' }), '1 x');
    assert.equal(await countSeries(database), 3);
    assert.deepEqual([...(await seriesByIds(database, ['x', 'x', 'none'])).keys()], ['x']);
    assert.equal((await seriesByIds(database, [])).size, 0);
  });
});

describe('agents', () => {
  test('say when something of them is other than before', async () => {
    const tell = (state: string, url?: string) => roster.tellState('D', state, { url, address: '10.0.0.7' });
    assert.equal(await tell('idle'), true);
    assert.equal(await tell('idle'), false);
    assert.equal(await tell('capturing'), true);
    assert.equal(await tell('capturing', 'http://d'), true);
    assert.equal(await tell('capturing', 'http://d'), false);
    assert.equal(roster.get('D')?.url, 'http://d');
    assert.deepEqual(
      roster.all().map(({ address }) => address),
      ['10.0.0.7'],
    );
    assert.equal(await roster.setHall('none', null), false);
    assert.equal(await roster.remove('D'), true);
    assert.equal(await roster.remove('D'), false);
  });

  test('keep the time of their state while it lasts; unknown alone is no contact', async () => {
    const first = clock.nowMs();
    await roster.tellState('D', 'idle', { address: 'a' });
    clock.advance(1000);
    await roster.tellState('D', 'idle', { address: 'a' });
    assert.deepEqual([roster.get('D')?.stateSinceMs, roster.get('D')?.seenMs], [first, first + 1000]);
    clock.advance(1000);
    await roster.tellState('D', 'unknown', { address: 'a' });
    assert.deepEqual([roster.get('D')?.stateSinceMs, roster.get('D')?.seenMs], [first + 2000, first + 1000]);
  });

  test('are the same after a restart, with when they were last heard', async () => {
    await roster.tellState('D', 'idle', { address: 'a' });
    clock.advance(7000);
    await roster.tellState('D', 'idle', { address: 'a' });
    await roster.tellDetails('D', { previewUrl: 'http://p' }, 'a');
    const before = roster.all();
    await roster.close();
    const again = await openRoster({ database: opened.database, clock, log: silentLog, offlineAfterMs: 120_000 });
    assert.deepEqual(again.all(), before);
    await again.close();
  });

  test('that are silent are offline, and are back when they are heard', async () => {
    await roster.tellState('D', 'capturing', { address: 'a' });
    clock.advance(120_001);
    await roster.close();
    assert.equal(roster.get('D')?.state, 'offline');
    assert.equal(await roster.tellState('D', 'idle', { address: 'a' }), true);
    assert.equal(roster.get('D')?.state, 'idle');
  });

  test('say in which time zone they are; the most count', async () => {
    for (const [name, zone] of [
      ['A', 'Europe/Paris'],
      ['B', 'America/Cayenne'],
      ['C', 'America/Cayenne'],
      ['D', 'Mars/Olympus'],
    ] as const)
      await roster.tellConfiguration(name, { 'capture.device.timezone': zone }, 'a');
    assert.deepEqual(
      saidZones(roster).map(({ agent, zone }) => `${agent} ${zone.name}`),
      ['A Europe/Paris', 'B America/Cayenne', 'C America/Cayenne'],
    );
    assert.equal(zoneOfHalls(roster)?.agent, 'B');
    assert.equal(zoneOfAgent(roster, 'A').name, 'Europe/Paris');
    assert.equal(zoneOfAgent(roster, 'D').name, 'America/Cayenne', 'of one that says none: that of most');
  });
});

describe('halls', () => {
  const one = async (name: string): Promise<HallNow> => {
    const found = (await hallsNow(needs())).find((hall) => hall.name === name);
    assert.ok(found, name);
    return found;
  };

  test('have one agent; an agent without a hall is a hall by its own name', async () => {
    for (const name of ['box-1', 'box-2']) await roster.tellState(name, 'idle', { address: 'a' });
    assert.equal(await setHall(needs(), who, 'Amphi', { title: 'Amphithéâtre', agent: 'box-1' }), true);
    assert.equal(await setHall(needs(), who, 'Amphi', { site: 'Nord', agent: 'box-2' }), true);
    assert.equal(await setHall(needs(), who, 'Foyer', { agent: 'nobody' }), false);
    assert.deepEqual(
      (await hallsNow(needs())).map(({ name, title, site, agent }) => [name, title, site, agent]),
      [
        ['Amphi', 'Amphithéâtre', 'Nord', 'box-2'],
        ['box-1', null, null, 'box-1'],
      ],
    );
    assert.equal(await deleteHall(needs(), who, 'Amphi'), true);
    assert.equal(await deleteHall(needs(), who, 'Amphi'), false);
    assert.equal((await one('box-2')).agent, 'box-2');
    assert.equal(await audited(), 'delete Amphi,update Amphi,update Amphi');
  });

  test('tell their lectures, and what was recorded and has not come', async () => {
    await roster.tellState('D', 'idle', { address: 'a' });
    await roster.tellDetails('D', { handOvers: [{ recording: 'kept', error: 'no network' }] }, 'a');
    await plan('over', 'D', -3);
    await keepState(opened.database, 'over', 'uploading', clock.nowMs());
    await plan('now', 'D', -0.5);
    await plan('next', 'D', 2);
    const hall = await one('D');
    assert.deepEqual([hall.now?.id, hall.next?.id, hall.lastContactAgeSeconds], ['now', 'next', 0]);
    assert.deepEqual(hall.handOvers, [
      { recording: 'kept', error: 'no network' },
      { recording: 'over', step: 'uploading' },
    ]);
    assert.deepEqual(
      hall.alarms.map(({ name }) => name),
      ['not-recording'],
    );
  });

  test('have an alarm when an agent is silent, cannot record, or is late by more than 30 s', () => {
    const lecture = (recording: string | null): LectureNow => ({
      id: 'e',
      title: 'T',
      startsAt: '2026-11-20T08:00:00.000Z',
      endsAt: '2026-11-20T09:00:00.000Z',
      recording,
    });
    const startMs = Date.UTC(2026, 10, 20, 8);
    const names = (state: string, now: LectureNow | null, nowMs = startMs + 30_001): string =>
      alarmsOf({ state, details: {}, stateSinceMs: 0 }, now, nowMs)
        .map(({ name }) => name)
        .join();
    assert.equal(names('idle', null), '');
    assert.equal(names('idle', lecture(null)), 'not-recording');
    assert.equal(names('idle', lecture(null), startMs + 30_000), '');
    assert.equal(names('capturing', lecture(null)), '');
    assert.equal(names('idle', lecture('capture_finished')), '');
    assert.equal(names('offline', lecture(null)), 'offline,not-recording');
    assert.equal(names('error', null), 'error');
  });
});
