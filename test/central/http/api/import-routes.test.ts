import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { ImportReport } from '#central/timetable/import/report.ts';
import { lectureImport } from '#central/http/api/import-routes.ts';
import { hallName, semesterCsv, semesterOf } from '#test/support/semester.ts';
import { openRig } from '../../rig.ts';

const rig = await openRig([lectureImport]);
await rig.addAgents(...Array.from({ length: 9 }, (_, n) => hallName(n)));
after(() => rig.close());
beforeEach(async () => {
  await rig.services.database.deleteFrom('events').execute();
  await rig.services.database.deleteFrom('series').execute();
});

const send = async (payload: string | Buffer, query = '', type = 'text/csv') => {
  const headers = { ...rig.as('scheduler'), 'content-type': type };
  const reply = await rig.app.inject({ method: 'POST', url: `/api/v1/import${query}`, headers, payload });
  return { status: reply.statusCode, report: reply.json<ImportReport>() };
};
const events = () =>
  rig.services.database.selectFrom('events').selectAll().orderBy('starts_at').orderBy('agent').execute();
const revisions = async () => {
  const rows = await rig.services.database.selectFrom('agent_calendars').selectAll().orderBy('agent').execute();
  return new Map(rows.map((row) => [row.agent, row.revision_ms]));
};

const semester = semesterOf(170);

test('170 lectures in one request, and a change of hall for one', async () => {
  const first = await send(semesterCsv(semester));
  assert.equal(first.status, 200);
  assert.deepEqual(first.report.counts, { lectures: 170, created: 170, changed: 0, unchanged: 0, cancelled: 0 });
  assert.equal(first.report.newSeries.length, 7);
  assert.equal(first.report.timeZone, 'Europe/Paris');
  const rows = await events();
  assert.equal(rows.length, 170);
  assert.equal(rows[0]?.starts_at?.toISOString(), '2026-09-14T06:30:00.000Z');
  assert.equal(rows[0]?.workflow, 'schedule-and-upload', 'what agents are told where nobody says another');
  assert.deepEqual(
    rows[0]?.terms.map(({ name, value }) => [name, value]),
    [
      ['title', 'Thermodynamique 1'],
      ['creator', 'M. Dupont'],
      ['creator', 'Mme Curie'],
    ],
  );
  const before = await revisions();

  const again = await send(semesterCsv(semester));
  assert.deepEqual(again.report.counts, { lectures: 170, created: 0, changed: 0, unchanged: 170, cancelled: 0 });
  assert.deepEqual(await events(), rows, 'nothing was touched');
  assert.deepEqual(await revisions(), before);

  // All halls are taken at 08:30: the first lecture goes to another hall in the evening slot of nobody.
  const moved = semester.map((one, n) => (n === 0 ? { ...one, hall: 'Amphi_B', start: '19:00', end: '21:00' } : one));
  const change = await send(semesterCsv(moved));
  assert.deepEqual(change.report.counts, { lectures: 170, created: 0, changed: 1, unchanged: 169, cancelled: 0 });
  assert.deepEqual(change.report.changes, [
    {
      what: 'changed',
      line: 2,
      id: rows[0]?.id,
      title: 'Thermodynamique 1',
      hall: 'Amphi_B',
      date: '2026-09-14',
      start: '19:00',
      end: '21:00',
      fields: ['hall', 'start', 'end'],
      was: { title: 'Thermodynamique 1', hall: 'Amphi_A', date: '2026-09-14', start: '08:30', end: '10:30' },
    },
  ]);
  const changed = [...(await revisions())].filter(([agent, revision]) => before.get(agent) !== revision);
  assert.deepEqual(
    changed.map(([agent]) => agent),
    ['Amphi_A', 'Amphi_B'],
    'the calendars of both halls changed',
  );
  assert.equal((await events()).length, 170);
});

test('a try tells the same and writes nothing', async () => {
  const { status, report } = await send(semesterCsv(semester), '?dryRun=true');
  assert.deepEqual([status, report.dryRun, report.applied, report.counts.created], [200, true, false, 170]);
  assert.deepEqual([await events(), await rig.services.database.selectFrom('series').selectAll().execute()], [[], []]);
});

test('one mistake or one conflict, and nothing is done', async () => {
  const wrong = semesterCsv([...semester, { ...(semester[0] as (typeof semester)[0]), hall: 'Gymnase' }]);
  const mistaken = await send(wrong);
  assert.deepEqual([mistaken.status, mistaken.report.applied, mistaken.report.mistakes.length], [422, false, 1]);
  assert.equal(mistaken.report.mistakes[0]?.line, 172);
  const late = { ...(semester[0] as (typeof semester)[0]), title: 'En trop', series: 'UE0', start: '09:00' };
  const clash = await send(semesterCsv([...semester, late]));
  assert.deepEqual([clash.status, clash.report.conflicts.map(({ line }) => line)], [422, [172]]);
  assert.deepEqual(await events(), []);
});

test('a conflict with what somebody scheduled by hand names it', async () => {
  await rig.services.database
    .insertInto('events')
    .values({
      id: 'by-hand',
      title: 'Réunion',
      agent: 'Amphi_A',
      starts_at: new Date('2026-09-14T08:00:00Z'),
      ends_at: new Date('2026-09-14T09:00:00Z'),
    })
    .execute();
  const { status, report } = await send(semesterCsv(semester));
  assert.equal(status, 422);
  assert.deepEqual(
    report.conflicts.map(({ line, other }) => [line, other.id, other.title]),
    [
      [2, 'by-hand', 'Réunion'],
      [11, 'by-hand', 'Réunion'],
    ],
  );
});

test('letters of Windows, a form with a file, a calendar', async () => {
  const latin = Buffer.from(semesterCsv(semester.slice(1, 2)), 'latin1');
  const [, second] = semester;
  assert.equal((await send(latin)).report.changes[0]?.title, second?.title);
  const boundary = 'xxx';
  const form = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="l.ics"\r\ncontent-type: text/calendar\r\n\r\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nSUMMARY:Été\nLOCATION:amphi i\nDTSTART:20260914T063000Z\nDTEND:20260914T083000Z\nEND:VEVENT\nEND:VCALENDAR\r\n--${boundary}--\r\n`;
  const { status, report } = await send(form, '', `multipart/form-data; boundary=${boundary}`);
  assert.deepEqual([status, report.changes[0]?.title, report.changes[0]?.start], [200, 'Été', '08:30']);
});

test('what is no timetable, a wrong question, and who may not', async () => {
  for (const [payload, query] of [
    ['', ''],
    ['<html>', ''],
    ['PK\u0003\u0004', ''],
    ['Titre;Salle', '?timeZone=Mars'],
    ['Titre;Salle', '?unknownHalls=guess'],
    ['Titre;Salle', '?dryrun=true'],
  ] as const) {
    const { status, report } = await send(payload, query);
    assert.equal(status, 400, payload + query);
    assert.match((report as unknown as { error: string }).error, /\w/);
  }
  const headers = { ...rig.as('viewer'), 'content-type': 'text/csv' };
  const reply = await rig.app.inject({ method: 'POST', url: '/api/v1/import', headers, payload: 'x' });
  assert.equal(reply.statusCode, 403);
});

test('a lecture is found by its identifier however long ago it was to be', async () => {
  const table = (day: string): string => `Id;UE;Titre;Salle;Date;Horaire\n7;UE3;Rein;Amphi_A;${day};8h30-10h30\n`;
  await send(table('12/09/2016'));
  const { report } = await send(table('12/09/2096'));
  assert.deepEqual(report.counts, { lectures: 1, created: 0, changed: 1, unchanged: 0, cancelled: 0 });
  const uid = (day: string): string =>
    `BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a#b\nSUMMARY:T\nLOCATION:Amphi_A, Amphi_B\nDTSTART:${day}T163000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n`;
  await send(uid('20160912'));
  assert.equal((await send(uid('20960912'))).report.counts.changed, 2);
});

test('a hall that is made is there for its box, and for the next import', async () => {
  const line = semesterCsv([{ ...(semester[0] as (typeof semester)[0]), hall: 'Amphi_Neuf' }]);
  assert.equal((await send(line)).status, 422);
  assert.equal((await send(line, '?unknownHalls=create&dryRun=true')).report.newHalls.length, 1);
  assert.equal(rig.services.roster.get('Amphi_Neuf'), undefined);
  await send(line, '?unknownHalls=create');
  assert.equal(rig.services.roster.get('Amphi_Neuf')?.state, 'unknown');
  assert.equal((await send(line)).report.counts.unchanged, 1);
});

test('who imported what is kept', async () => {
  await send(semesterCsv(semester.slice(0, 1)));
  const [entry] = await rig.services.database
    .selectFrom('audit_log')
    .selectAll()
    .where('kind', '=', 'event')
    .orderBy('id', 'desc')
    .limit(1)
    .execute();
  assert.deepEqual([entry?.account, entry?.action], ['scheduler', 'create']);
});
