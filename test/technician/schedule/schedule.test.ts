import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { scheduleCommand } from '#technician/schedule/schedule-command.ts';
import { hallName, semesterCsv, semesterOf } from '#test/support/semester.ts';
import { openRig } from '#test/central/rig.ts';
import { typeCommand } from '../type-command.ts';

const rig = await openRig(MODULES);
await rig.addAgents(...Array.from({ length: 9 }, (_, n) => hallName(n)));
const server = await rig.app.listen({ host: '127.0.0.1', port: 0 });
const folder = await mkdtemp(join(tmpdir(), 'amphi-schedule-'));
const file = join(folder, 'lectures.csv');
after(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => rig.services.database.deleteFrom('events').execute());

/** What somebody types, what is printed, and the exit code. */
async function typed(...words: string[]): Promise<{ code: number; out: string; lines: string[]; err: string }> {
  const env = { AMPHI_CONFIG_HOME: folder, AMPHI_SERVER: server, AMPHI_USER: 'scheduler', AMPHI_PASSWORD: 'scheduler' };
  const { code, stdout, stderr } = await typeCommand(scheduleCommand(), words, env);
  const out = stdout.replace(/\n$/, '');
  return { code, out, lines: out.split('\n'), err: stderr.replace(/\n$/, '') };
}

const semester = semesterOf(170);
const [first] = semester;

test('170 lectures with one command, again, and one in another hall', async () => {
  await writeFile(file, semesterCsv(semester));
  const tried = await typed('import', file, '--dry-run');
  assert.equal(tried.code, 0);
  assert.match(tried.out, /^170 lectures: 170 created, 0 changed, 0 unchanged \(a try: nothing was done\)\.$/m);
  const done = await typed('import', file);
  assert.match(done.out, /^line 2 +created +2026-09-14 08:30-10:30 +Amphi_A +Thermodynamique 1$/m);
  assert.match(done.out, /^… and 150 more \(--all shows them\)$/m);
  assert.match(done.out, /^170 lectures: 170 created, 0 changed, 0 unchanged\.$/m);
  assert.match((await typed('import', file)).out, /^170 lectures: 0 created, 0 changed, 170 unchanged\.$/m);
  await writeFile(
    file,
    semesterCsv(
      semester.map((one) => (one === first ? { ...one, hall: 'Amphi_B', start: '19:00', end: '21:00' } : one)),
    ),
  );
  const changed = await typed('import', file);
  assert.match(
    changed.out,
    /^line 2  changed  2026-09-14 19:00-21:00  Amphi_B  Thermodynamique 1 \(was in Amphi_A, on 2026-09-14 08:30-10:30\)$/m,
  );
  assert.match(changed.out, /^170 lectures: 0 created, 1 changed, 169 unchanged\.$/m);
});

test('mistakes and conflicts have file and line, and the exit code tells of them', async () => {
  assert.ok(first);
  await writeFile(
    file,
    semesterCsv([first, { ...first, title: 'En trop', series: 'X' }, { ...first, hall: 'Amfi_B' }]),
  );
  const { code, lines } = await typed('import', file);
  assert.equal(code, 1);
  assert.match(
    lines[0] ?? '',
    /lectures\.csv:3: "En trop" wants Amphi_A at 08:30, but "Thermodynamique 1" has it .* \(line 2\)$/,
  );
  assert.match(lines[1] ?? '', /lectures\.csv:4: no hall is called "Amfi_B": is it Amphi_B\?$/);
  assert.equal(lines.at(-1), 'Nothing was done: 1 mistake and 1 conflict in 3 lectures.');
  const json = await typed('import', file, '--json');
  assert.equal((JSON.parse(json.out) as { mistakes: unknown[] }).mistakes.length, 1);
  const skipped = await typed('import', file, '--unknown-halls', 'skip', '--dry-run');
  assert.equal(skipped.code, 1, 'the conflict is there yet');
});

test('what a later file no longer names is told, and cancelled on demand', async () => {
  assert.ok(first);
  // Of the next century: what is past is never cancelled.
  const three = ['2096-09-17', '2096-09-18', '2096-09-19'].map((day, n) => ({
    ...first,
    day,
    title: `Cours ${n + 1}`,
  }));
  await writeFile(file, semesterCsv(three));
  assert.match((await typed('import', file)).out, /^3 lectures: 3 created/m);
  await writeFile(file, semesterCsv(three.filter((_, n) => n !== 1)));
  const told = await typed('import', file);
  assert.match(told.out, /^No longer in the file.*\n +2096-09-18 08:30-10:30  Amphi_A  Cours 2$/m);
  assert.match(told.out, /^2 lectures: 0 created, 0 changed, 2 unchanged\.$/m);
  const done = await typed('import', file, '--cancel-missing');
  assert.match(done.out, /cancelled  2096-09-18 08:30-10:30  Amphi_A  Cours 2$/m);
  assert.match(done.out, /^2 lectures: 0 created, 0 changed, 2 unchanged, 1 cancelled\.$/m);
});

test('what was cancelled by hand is told, and an import is taken back as a whole', async () => {
  assert.ok(first);
  const three = ['2095-09-17', '2095-09-18', '2095-09-19'].map((day, n) => ({ ...first, day, title: `TD ${n + 1}` }));
  await writeFile(file, semesterCsv(three.slice(0, 2)));
  await typed('import', file);
  const [gone] = await rig.services.database.selectFrom('events').select('id').where('title', '=', 'TD 1').execute();
  await typed('cancel', gone?.id ?? '');
  await writeFile(file, semesterCsv(three));
  const told = await typed('import', file);
  assert.match(
    told.out,
    /^Was cancelled by hand.*\nline 2  2095-09-17 08:30-10:30  Amphi_A  TD 1 \(by scheduler on .*\)$/m,
  );
  assert.match(told.out, /^3 lectures: 1 created, 0 changed, 1 unchanged\.$/m);
  const number = /^amphi schedule undo (\d+) takes all of it back\.$/m.exec(told.out)?.[1] ?? '';
  assert.match(
    (await typed('imports')).lines[0] ?? '',
    new RegExp(`^${number} .* scheduler +1 created, .* lectures\\.csv$`),
  );
  const tried = await typed('undo', '--dry-run');
  assert.equal(tried.err, '');
  assert.match(tried.out, /^removed  2095-09-19 08:30-10:30  Amphi_A  TD 3$/m);
  assert.match(tried.out, /1 removed, 0 as before, 0 put back \(a try: nothing was done\)\.$/m);
  assert.equal((await typed('undo', number)).code, 0);
  assert.match((await typed('list', '--from', '2095-09-17', '--to', '2095-09-20')).out, /^[^\n]* TD 2 [^\n]*$/);
  assert.match((await typed('undo', number)).err, /scheduler undid import/);
  assert.match((await typed('undo', 'last')).err, /id/);
});

test('a lecture is added, listed, moved and cancelled', async () => {
  const added = await typed(
    'add',
    '--hall',
    'Amphi_D',
    '--title',
    'Soutenance',
    '--start',
    '2026-12-14 08:30',
    '--duration',
    '1h30',
    '--presenter',
    'Mme Curie',
    '--series',
    'UE9',
  );
  assert.equal(added.code, 0);
  const id = added.out;
  const list = (...more: string[]) => typed('list', '--from', '2026-12-14', '--to', '2026-12-15', ...more);
  assert.equal((await list()).out, `2026-12-14 08:30-10:00  Amphi_D  UE9  scheduled  ${id}  Soutenance (Mme Curie)`);
  assert.equal((await list('--hall', 'Amphi_E')).out, 'Nothing is scheduled then.');
  const other = (
    await typed('add', '--hall', 'Amphi_E', '--title', 'Autre', '--start', '2026-12-14T09:00', '--end', '9h30')
  ).out;
  const taken = await typed('move', id, '--hall', 'Amphi_E');
  assert.deepEqual([taken.code, taken.out], [1, 'Amphi_E is taken on 2026-12-14 from 09:00 to 09:30: "Autre"']);
  const moved = await typed('move', id, '--hall', 'Amphi_E', '--start', '2026-12-15 14:00');
  assert.deepEqual([moved.code, moved.out], [0, `${id} is in Amphi_E on 2026-12-15 from 14:00 to 15:30`]);
  assert.equal((await typed('cancel', id, other)).code, 0);
  assert.equal((await list()).out, 'Nothing is scheduled then.');
  assert.deepEqual([(await typed('cancel', id)).err], [`amphi schedule: there is no event ${id}`]);
});

test('a lecture each week keeps its hour when the clocks change', async () => {
  const words = ['add', '--hall', 'Amphi_D', '--title', 'TD', '--start', '2026-10-19 08:30', '--end', '09:30'];
  const { lines } = await typed(...words, '--every', 'MO,WE', '--until', '2026-10-28');
  assert.equal(lines.length, 4);
  const { out } = await typed('list', '--from', '2026-10-19', '--to', '2026-10-28');
  assert.deepEqual(out.match(/^\S+ \S+/gm), [
    '2026-10-19 08:30-09:30',
    '2026-10-21 08:30-09:30',
    '2026-10-26 08:30-09:30',
    '2026-10-28 08:30-09:30',
  ]);
  for (const wrong of [
    ['--every', 'MO'],
    ['--every', 'LU', '--until', '2026-10-28'],
    ['--every', 'MO', '--until', 'soon'],
  ]) {
    assert.equal((await typed(...words, ...wrong)).code, 2, wrong.join(' '));
  }
});

test('what was recorded is not cancelled but by force', async () => {
  const { out: id } = await typed(
    'add',
    '--hall',
    'Amphi_D',
    '--title',
    'Gravé',
    '--start',
    '2026-12-14 08:30',
    '--duration',
    '60',
  );
  await rig.services.database
    .updateTable('events')
    .set({ recording_state: 'upload_finished' })
    .where('id', '=', id)
    .execute();
  const refused = await typed('cancel', id);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /"Gravé" was recorded/);
  assert.equal((await typed('cancel', id, '--force')).code, 0);
});

test('what is typed wrongly, and a server that is not there', async () => {
  for (const [words, why] of [
    [['import', join(folder, 'none.csv')], /there is no such file/],
    [['import', folder], /it is a folder/],
    [['list', '--time-zone', 'Mars'], /no time zone/],
    [['list', '--from', 'monday'], /no day/],
    [['list', '--server', 'nowhere'], /no address/],
    [['list', '--user', 'nobody'], /wrong user, password or token/],
    [
      ['add', '--hall', 'Amphi_Z', '--title', 'T', '--start', '2026-12-14 08:30', '--end', '9:30'],
      /no hall is called Amphi_Z/,
    ],
    [['add', '--hall', 'Amphi_D', '--title', 'T', '--start', '14/12/2026'], /no date and time/],
    [['add', '--hall', 'Amphi_D', '--title', 'T', '--start', '2026-12-14 08:30'], /when does it end/],
    [['move', 'none', '--start', '2026-12-14 08:30'], /there is no event none/],
  ] as const) {
    const { code, err } = await typed(...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(err, why, words.join(' '));
  }
});

test('a hall whose box never called is on the clock of the others, in what is told, listed and repeated', async () => {
  await rig.services.roster.tellState('Amphi_Neuf', 'unknown', { address: '' });
  const words = [
    'add',
    '--hall',
    'Amphi_Neuf',
    '--title',
    'TD',
    '--start',
    '19/10/2026 9h00',
    '--duration',
    '90',
  ] as const;
  const added = await typed(...words, '--every', 'MO', '--until', '26/10/2026');
  assert.equal(added.code, 0, added.err);
  assert.equal(added.err, 'in Amphi_Neuf on 2026-10-19, 09:00-10:30, on the clock of Europe/Paris');
  const { out } = await typed('list', '--from', '19/10/2026', '--to', '26/10/2026');
  assert.deepEqual(out.match(/^\S+ \S+/gm), ['2026-10-19 09:00-10:30', '2026-10-26 09:00-10:30']);
});
