import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { openCalendars, type AgentCalendar } from '#central/timetable/calendars.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { freshDatabase } from '../postgres.ts';

const opened = await freshDatabase();
const { database } = opened;
const calendars = await openCalendars(database, opened.connection, silentLog);
after(async () => {
  await calendars.close();
  await opened.close();
});

const add = (id: string, agent: string, hour: number) =>
  database
    .insertInto('events')
    .values({
      id,
      title: id,
      agent,
      starts_at: new Date(Date.UTC(2026, 9, 19, hour)),
      ends_at: new Date(Date.UTC(2026, 9, 19, hour + 1)),
    })
    .execute();
beforeEach(async () => {
  await database.deleteFrom('events').execute();
  await add('d1', 'Amphi_D', 10);
  await add('e1', 'Amphi_E', 8);
  calendars.suspect();
});
const ids = ({ entries }: AgentCalendar): string => entries.map(({ id }) => id).join();

test('a calendar is that of one agent, or of all, in order of time', async () => {
  assert.equal(ids(await calendars.of('Amphi_D')), 'd1');
  const all = await calendars.of(undefined);
  assert.equal(ids(all), 'e1,d1');
  const revisions = await Promise.all(['Amphi_D', 'Amphi_E'].map((agent) => calendars.of(agent)));
  assert.equal(all.revisionMs, Math.max(...revisions.map(({ revisionMs }) => revisionMs)));
});

test('an agent that never had an event has an empty calendar, which is not kept', async () => {
  const [one, other] = [await calendars.of('nobody'), await calendars.of('nobody')];
  assert.deepEqual([one.revisionMs, one.entries.length], [0, 0]);
  assert.notEqual(one, other);
});

test('a calendar is kept while nothing in it changes, also where another does', async () => {
  const [ofD, ofE, all] = [await calendars.of('Amphi_D'), await calendars.of('Amphi_E'), await calendars.of(undefined)];
  calendars.suspect();
  assert.equal(await calendars.of('Amphi_D'), ofD);
  assert.equal(await calendars.of(undefined), all);
  await add('d2', 'Amphi_D', 14);
  calendars.suspect();
  assert.equal(ids(await calendars.of('Amphi_D')), 'd1,d2');
  assert.equal(await calendars.of('Amphi_E'), ofE);
  assert.equal(ids(await calendars.of(undefined)), 'e1,d1,d2');
});

test('what is taken out is in it no more, and the mark is another', async () => {
  const before = await calendars.of('Amphi_D');
  await database.deleteFrom('events').where('agent', '=', 'Amphi_D').execute();
  calendars.suspect();
  const after_ = await calendars.of('Amphi_D');
  assert.equal(ids(after_), '');
  assert.ok(after_.revisionMs > before.revisionMs);
});

test('what another connection writes is heard without being asked for', async () => {
  await calendars.of('Amphi_E');
  await add('e2', 'Amphi_E', 12);
  await until('the new event is in the calendar', async () => ids(await calendars.of('Amphi_E')) === 'e1,e2');
});

test('many who ask at once get one and the same', async () => {
  const asked = await Promise.all(Array.from({ length: 20 }, () => calendars.of(undefined)));
  assert.deepEqual(new Set(asked.map(ids)), new Set(['e1,d1']));
});
