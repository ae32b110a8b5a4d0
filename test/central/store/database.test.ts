import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { migrate } from '#central/store/migrate.ts';
import { json } from '#central/store/tables.ts';
import { freshDatabase, type TestDatabase } from '../postgres.ts';

let opened: TestDatabase;
before(async () => {
  opened = await freshDatabase();
});
after(() => opened.close());

const revisions = async (): Promise<Record<string, number>> => {
  const rows = await opened.database.selectFrom('agent_calendars').selectAll().execute();
  return Object.fromEntries(rows.map(({ agent, revision_ms }) => [agent, revision_ms]));
};

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 26, hour));
const lecture = (id: string, agent: string, hour: number) => ({
  id,
  agent,
  title: id,
  series: 'PAES_2016_S2',
  starts_at: at(hour),
  ends_at: at(hour + 1),
});

test('a change of what stands in a calendar makes its revision larger, and that of no other agent', async () => {
  const { database } = opened;
  await database
    .insertInto('events')
    .values([lecture('a', 'Amphi_A', 8), lecture('b', 'Amphi_B', 8)])
    .execute();
  const first = await revisions();
  assert.deepEqual(Object.keys(first).toSorted(), ['Amphi_A', 'Amphi_B']);
  await database
    .updateTable('events')
    .set({ ends_at: at(10) })
    .where('id', '=', 'a')
    .execute();
  const second = await revisions();
  assert.ok(second['Amphi_A']! > first['Amphi_A']!);
  assert.equal(second['Amphi_B'], first['Amphi_B']);
  await database.updateTable('events').set({ recording_state: 'capturing' }).execute();
  assert.deepEqual(await revisions(), second, 'a state is in no calendar');
});

test('an event that moves to another hall changes both calendars; a series changes those of its events', async () => {
  const { database } = opened;
  const before = await revisions();
  await database.updateTable('events').set({ agent: 'Amphi_C' }).where('id', '=', 'b').execute();
  const moved = await revisions();
  assert.ok(moved['Amphi_B']! > before['Amphi_B']!);
  assert.ok(moved['Amphi_C']! > 0);
  await database
    .insertInto('series')
    .values({ id: 'PAES_2016_S2', title: 'PAES', terms: json([]) })
    .execute();
  const renamed = await revisions();
  assert.ok(renamed['Amphi_A']! > moved['Amphi_A']! && renamed['Amphi_C']! > moved['Amphi_C']!);
  assert.equal(renamed['Amphi_B'], moved['Amphi_B'], 'it has no event left');
});

test('what makes no sense is not stored: an end before its start, half a schedule', async () => {
  const { database } = opened;
  const broken = { ...lecture('x', 'Amphi_A', 9), ends_at: at(8) };
  await assert.rejects(database.insertInto('events').values(broken).execute(), /check constraint/);
  await assert.rejects(
    database.insertInto('events').values({ id: 'y', title: 'y', agent: 'Amphi_A' }).execute(),
    /check constraint/,
  );
});

test('a database that is newer than the program is not touched', async () => {
  const own = await freshDatabase();
  try {
    await own.database
      .withTables<{ kysely_migration: { name: string; timestamp: string } }>()
      .insertInto('kysely_migration')
      .values({ name: '0099-from-the-future', timestamp: '2030' })
      .execute();
    await assert.rejects(migrate(own.database), /newer than this program \(it has 0099-from-the-future\)/);
  } finally {
    await own.close();
  }
});
