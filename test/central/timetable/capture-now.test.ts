import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { openRoster } from '#central/agents/roster.ts';
import { auditEntries } from '#central/identity/audit.ts';
import { prolongAll, prolongCapture, startCapture, stopCapture } from '#central/timetable/capture-now.ts';
import { addEvents } from '#central/timetable/schedule.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { freshDatabase } from '../postgres.ts';

const MINUTE_MS = 60_000;
const TYPE = 'org.opencastproject.registration.type';
const START_MS = Date.UTC(2026, 9, 19, 6);

const opened = await freshDatabase();
const { database } = opened;
let clock: VirtualClock = virtualClock(0, START_MS);
const roster = await openRoster({ database, clock, log: silentLog, offlineAfterMs: 120_000 });
after(async () => {
  await roster.close();
  await opened.close();
});
beforeEach(async () => {
  await database.deleteFrom('events').execute();
  await database.deleteFrom('audit_log').execute();
  for (const { name } of roster.all()) await roster.remove(name);
  await roster.tellConfiguration('Amphi_D', {}, '10.0.0.2');
  clock = virtualClock(0, START_MS);
});

const needs = () => ({ database, roster, clock, config: { workflow: 'publish' } });
const start = (agent = 'Amphi_D') => startCapture(needs(), undefined, agent, undefined);
const stop = (agent = 'Amphi_D') => stopCapture(needs(), undefined, agent);
const prolong = (agent = 'Amphi_D') => prolongCapture(needs(), undefined, agent);
const events = () => database.selectFrom('events').selectAll().orderBy('starts_at').execute();
/** `0-5`: begins at once, and ends after five minutes. */
const spans = async (): Promise<string[]> =>
  (await events()).map(({ starts_at, ends_at }) =>
    [starts_at, ends_at].map((at) => ((at?.getTime() ?? NaN) - START_MS) / MINUTE_MS).join('-'),
  );
const plan = (id: string, fromMinutes: number, toMinutes: number, agentId = 'Amphi_D') =>
  addEvents(needs(), undefined, [
    {
      id,
      words: { title: id },
      slot: { agentId, startsAtMs: START_MS + fromMinutes * MINUTE_MS, endsAtMs: START_MS + toMinutes * MINUTE_MS },
    },
  ]);

describe('what is begun by hand', () => {
  test('is an event of five minutes, processed as the server does where nobody says how', async () => {
    const done = await start();
    const [row] = await events();
    assert.deepEqual(done, { kind: 'done', ids: [row?.id] });
    assert.deepEqual([row?.source, row?.source_key, row?.workflow], ['capture-now', row?.id, 'publish']);
    assert.deepEqual(await spans(), ['0-5']);
  });

  test('does not begin where another would be cut: nothing is written, and no hall is registered', async () => {
    await plan('soon', 4, 60, 'Foyer');
    const done = await start('Foyer');
    assert.deepEqual(done.kind === 'conflict' && done.with.map(({ id }) => id), ['soon']);
    assert.equal((await events()).length, 1);
    assert.equal(roster.get('Foyer'), undefined);
    await database.deleteFrom('events').execute();
    await plan('later', 5, 60, 'Foyer');
    assert.equal((await start('Foyer')).kind, 'done', 'five minutes are free');
  });

  test('ends when it is stopped, after a second at the least', async () => {
    await start();
    clock.advance(2 * MINUTE_MS);
    assert.equal((await stop())?.kind, 'done');
    assert.deepEqual(await spans(), ['0-2']);
    await database.deleteFrom('events').execute();
    clock = virtualClock(0, START_MS);
    await start();
    clock.advance(300);
    await stop();
    assert.deepEqual(await spans(), [`0-${1 / 60}`]);
  });

  test('is told with its new end, and by whom', async () => {
    await start();
    clock.advance(MINUTE_MS);
    const who = { account: 1, name: 'marie', role: 'scheduler' as const, agent: null, address: '10.0.0.9' };
    await stopCapture(needs(), who, 'Amphi_D');
    const [entry] = await auditEntries(database, { limit: 1 });
    assert.deepEqual([entry?.account, entry?.action], ['marie', 'update']);
    assert.deepEqual(entry?.change, { end: '2026-10-19T06:01:00.000Z' });
  });

  test('registers a hall that nobody knows, for as long; one that is known stays as it is', async () => {
    await start('Foyer');
    assert.equal(roster.get('Foyer')?.configuration[TYPE], 'ad-hoc');
    await start();
    assert.deepEqual(roster.get('Amphi_D')?.configuration, {});
    for (const name of ['Foyer', 'Amphi_D']) await stop(name);
    assert.deepEqual(
      roster.all().map(({ name }) => name),
      ['Amphi_D'],
    );
  });
});

describe('what is planned', () => {
  test('is stopped and lengthened by hand like what was begun so', async () => {
    await plan('lecture', -10, 50);
    await prolong();
    assert.deepEqual(await spans(), ['-10-55']);
    await stop();
    assert.deepEqual(await spans(), ['-10-0']);
    assert.deepEqual([await stop(), await prolong()], [undefined, undefined], 'nothing is recorded now');
  });

  test('in another hall is left alone', async () => {
    await plan('elsewhere', -10, 50, 'Amphi_E');
    assert.deepEqual([await stop(), await prolong()], [undefined, undefined]);
    assert.deepEqual(await spans(), ['-10-50']);
  });

  test('is never shortened by lengthening: the next may begin sooner than in a minute', async () => {
    await plan('lecture', -10, 50);
    await plan('next', 50.5, 60);
    assert.deepEqual(await prolong(), { kind: 'done', ids: ['lecture'] });
    assert.deepEqual(await spans(), ['-10-50', '50.5-60']);
  });

  test('keeps a minute before the next, of the same hall alone', async () => {
    await plan('lecture', -10, 50);
    await plan('next', 54, 60);
    await plan('elsewhere', 50, 60, 'Amphi_E');
    await prolong();
    assert.equal((await spans())[0], '-10-53');
    const [, , next] = await events();
    assert.equal(next?.id, 'next', 'and moves nothing else');
  });
});

describe('by itself', () => {
  test('what was begun by hand goes on when less than a minute and a half is left', async () => {
    await start();
    clock.advance(3.5 * MINUTE_MS);
    await prolongAll(needs());
    assert.deepEqual(await spans(), ['0-5'], 'a minute and a half is enough');
    clock.advance(1);
    await prolongAll(needs());
    assert.deepEqual(await spans(), ['0-10']);
  });

  test('what is over stays so, and what was planned ends as it was planned', async () => {
    await start();
    await plan('lecture', -10, 6, 'Amphi_E');
    clock.advance(5 * MINUTE_MS);
    await prolongAll(needs());
    assert.deepEqual(await spans(), ['-10-6', '0-5']);
  });
});
