import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { ImportReport } from '#central/timetable/import/report.ts';
import type { UndoReport } from '#central/timetable/undo-import.ts';
import { MODULES } from '#central/modules.ts';
import { askOf, openRig } from '../../rig.ts';

const rig = await openRig(MODULES);
await rig.addAgents('Amphi_A', 'Amphi_B');
after(() => rig.close());
const { database } = rig.services;
beforeEach(async () => {
  for (const table of ['events', 'series', 'imports', 'deleted_events'] as const)
    await database.deleteFrom(table).execute();
});
const ask = askOf(rig);

/** Lines of a table of the next century: what has begun is never undone. */
type Line = [title: string, hall: string, day: string, when: string];
const table = (...lines: Line[]): string =>
  ['UE;Titre;Salle;Date;Horaire', ...lines.map((line) => ['UE5', ...line].join(';'))].join('\n');
const one: Line = ['Rein', 'Amphi_A', '14/09/2096', '8h30-10h30'];
const two: Line = ['Cœur', 'Amphi_A', '21/09/2096', '8h30-10h30'];
const three: Line = ['Foie', 'Amphi_A', '28/09/2096', '8h30-10h30'];

async function send(payload: string, query = '', file = 'cours.csv'): Promise<ImportReport> {
  const headers = { ...rig.as('scheduler'), 'content-type': 'text/csv' };
  const url = `/api/v1/import?file=${file}${query}`;
  const reply = await rig.app.inject({ method: 'POST', url, headers, payload });
  assert.equal(reply.statusCode, 200, reply.body);
  return reply.json<ImportReport>();
}
const undo = async (id: number | undefined, query = ''): Promise<UndoReport> => {
  const { status, text, json } = await ask('POST', `/api/v1/imports/${id}/undo${query}`);
  assert.equal(status, 200, text);
  return json as UndoReport;
};
const rows = () => database.selectFrom('events').selectAll().orderBy('starts_at').execute();
const titles = async (): Promise<string[]> => (await rows()).map(({ title, agent }) => `${title} in ${agent}`);
const idOf = async (title: string): Promise<string> => (await rows()).find((row) => row.title === title)?.id ?? '';
const begun = (id: string) =>
  database.updateTable('events').set({ recording_state: 'capturing' }).where('id', '=', id).execute();

test('the last lecture that a file has no more is told, and cancelled for who says so', async () => {
  await send(table(one, two, three));
  const { missing } = await send(table(one, two));
  assert.deepEqual(
    missing.map(({ title, date }) => [title, date]),
    [['Foie', '2096-09-28']],
  );
  assert.equal((await send(table(one, two))).missing.length, 1, 'and again, as long as it is there');
  assert.equal((await send(table(one, two), '&cancelMissing=true')).counts.cancelled, 1);
  assert.deepEqual((await send(table(one, two))).missing, []);
});

test('what somebody cancels by hand is told and not made again, what an import cancels is', async () => {
  await send(table(one, two, three));
  const id = await idOf('Cœur');
  await ask('DELETE', `/api/events/${id}`);
  const told = await send(table(one, two, three), '&dryRun=true');
  assert.deepEqual(
    [told.cancelledByHand[0]?.title, told.cancelledByHand[0]?.by, told.counts.created],
    ['Cœur', 'scheduler', 0],
  );
  await send(table(one, two, three));
  assert.deepEqual(await titles(), ['Rein in Amphi_A', 'Foie in Amphi_A']);
  const again = await send(table(one, two, three), '&restore=true');
  assert.deepEqual([again.changes[0]?.id, again.counts.created], [id, 1], 'the event that it was');

  await send(table(one, two), '&cancelMissing=true');
  assert.equal((await send(table(one, two, three))).counts.created, 1, 'the timetable has it again');
});

describe('an import is undone', () => {
  test('as a whole: what it made, changed and cancelled, and its series', async () => {
    await send(table(one, two));
    const before = await rows();
    const moved: Line = ['Rein', 'Amphi_B', '15/09/2096', '14h-16h'];
    const { importId } = await send(table(moved, three), '&cancelMissing=true');
    assert.deepEqual(await titles(), ['Rein in Amphi_B', 'Foie in Amphi_A']);
    const tried = await undo(importId, '?dryRun=true');
    assert.deepEqual(
      [tried.removed.length, tried.restored.length, tried.putBack.length, tried.applied],
      [1, 1, 1, false],
    );
    assert.deepEqual([tried.restored[0]?.was.hall, tried.restored[0]?.hall], ['Amphi_B', 'Amphi_A']);
    assert.deepEqual(await titles(), ['Rein in Amphi_B', 'Foie in Amphi_A']);
    assert.equal((await undo(importId)).applied, true);
    const plain = (all: typeof before) => all.map(({ modified_at: _at, ...row }) => row);
    assert.deepEqual(plain(await rows()), plain(before));
    const again = await ask('POST', `/api/v1/imports/${importId}/undo`);
    assert.equal(again.status, 409);
    assert.match(again.text, /scheduler undid import/);
  });

  test('with the series that it made, if nobody uses it', async () => {
    const { importId } = await send(table(one));
    await undo(importId);
    assert.deepEqual(await database.selectFrom('series').selectAll().execute(), []);
    assert.equal((await send(table(one))).counts.created, 1, 'and what is undone was not cancelled by hand');
  });

  test('but for what was recorded, and what a later import named', async () => {
    const first = await send(table(one, two));
    await begun(await idOf('Rein'));
    await send(table(two), '', 'autre.csv');
    const { left, removed } = await undo(first.importId);
    assert.deepEqual(
      [left.map(({ title, why }) => `${title}: ${why}`).toSorted(), removed],
      [['Cœur: later', 'Rein: recorded'], []],
    );
    assert.equal((await rows()).length, 2);
  });

  test('not where others have the hall by now, and they are named', async () => {
    await send(table(one, two));
    const { importId } = await send(table(one, two.with(2, '05/10/2096') as Line));
    await database
      .insertInto('events')
      .values({
        id: 'by-hand',
        title: 'Réunion',
        agent: 'Amphi_A',
        starts_at: new Date('2096-09-21T07:00:00Z'),
        ends_at: new Date('2096-09-21T08:00:00Z'),
      })
      .execute();
    const told = await undo(importId);
    assert.deepEqual([told.applied, told.conflicts.map(({ title }) => title)], [false, ['Réunion']]);
    assert.equal(
      (await rows())
        .find(({ title }) => title === 'Cœur')
        ?.starts_at?.toISOString()
        .slice(0, 10),
      '2096-10-05',
    );
  });

  test('and says where somebody changed something since', async () => {
    const { importId } = await send(table(one));
    const form = {
      scheduling: JSON.stringify({ agent_id: 'Amphi_B', start: '2096-09-14T06:30:00Z', end: '2096-09-14T08:30:00Z' }),
    };
    assert.equal((await ask('PUT', `/api/events/${await idOf('Rein')}/scheduling`, form)).status, 204);
    assert.deepEqual(
      (await undo(importId)).removed.map(({ changedSince }) => changedSince),
      [true],
    );
  });

  test('by those who may schedule alone, and only one that is kept', async () => {
    assert.equal((await ask('POST', '/api/v1/imports/1/undo', undefined, { as: 'viewer' })).status, 403);
    assert.equal((await ask('POST', '/api/v1/imports/999999/undo')).status, 404);
    assert.equal((await ask('POST', '/api/v1/imports/first/undo')).status, 400);
  });
});

test('imports are listed, the newest first; one that changed nothing is not kept again', async () => {
  await send(table(one, two));
  await send(table(one, two));
  await send(table(one, two, three));
  const { imports } = (await ask('GET', '/api/v1/imports')).json as {
    imports: { counts: object; source: string; by: string }[];
  };
  assert.deepEqual(
    imports.map(({ counts, source, by }) => [counts, source, by]),
    [
      [{ created: 1, changed: 0, unchanged: 2, cancelled: 0 }, 'cours.csv', 'scheduler'],
      [{ created: 2, changed: 0, unchanged: 0, cancelled: 0 }, 'cours.csv', 'scheduler'],
    ],
  );
});

test('halls that an import made go with it, but for those that something else uses, and why is said', async () => {
  const day = '14/09/2096';
  const halls = ['Neuve_1', 'Neuve_2', 'Neuve_3', 'Neuve_4', 'Neuve_5'];
  const lines = halls.map((hall, n): Line => [`Cours ${n}`, hall, day, '8h30-10h30']);
  const { importId, newHalls } = await send(table(...lines), '&unknownHalls=create');
  assert.equal(newHalls.length, 5);
  await rig.services.roster.tellState('Neuve_2', 'idle', { address: '10.0.0.2' });
  await database.insertInto('halls').values({ name: 'Amphithéâtre neuf' }).execute();
  await rig.services.roster.setHall('Neuve_3', 'Amphithéâtre neuf');
  await send(table(['Autre', 'Neuve_4', day, '14h-16h']), '', 'autre.csv');
  const expected = {
    removed: ['Neuve_1', 'Neuve_5'],
    left: [
      { hall: 'Neuve_2', why: 'called' },
      { hall: 'Neuve_3', why: 'settled' },
      { hall: 'Neuve_4', why: 'used' },
    ],
  };
  assert.deepEqual((await undo(importId, '?dryRun=true')).halls, expected);
  assert.ok(rig.services.roster.get('Neuve_1'), 'a try removes nothing');
  const done = await undo(importId);
  assert.deepEqual(done.halls, expected);
  const left = halls.filter((hall) => rig.services.roster.get(hall));
  assert.deepEqual(left, ['Neuve_2', 'Neuve_3', 'Neuve_4']);
  const kept = await database
    .selectFrom('agents')
    .select('name')
    .where('name', 'like', 'Neuve%')
    .orderBy('name')
    .execute();
  assert.deepEqual(
    kept.map(({ name }) => name),
    left,
  );
  const again = await send(table(...lines), '&unknownHalls=create');
  assert.deepEqual(again.newHalls.map(({ agentId }) => agentId).toSorted(), ['Neuve_1', 'Neuve_5']);
  assert.deepEqual((await undo(again.importId)).halls, { removed: ['Neuve_1', 'Neuve_5'], left: [] });
  for (const hall of left) await rig.services.roster.remove(hall);
});
