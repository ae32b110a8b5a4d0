import assert from 'node:assert/strict';
import { access, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { after, before, mock, test } from 'node:test';
import { removeDeletedMedia, startHousekeeping } from '#central/intake/housekeeping.ts';
import { removeEvents } from '#central/timetable/schedule.ts';
import type { Who } from '#central/identity/who.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { filesOf, openIngestRig, type IngestRig } from '../ingest-rig.ts';

let on: IngestRig;
before(async () => {
  on = await openIngestRig();
});
after(() => on.close());

const SCHEDULER: Who = { account: 1, name: 'marie', role: 'scheduler', agent: null, address: '10.0.0.1' };
const LATER = (): Date => new Date(Date.now() + 60_000);

async function recorded(title: string): Promise<{ id: string; paths: string[] }> {
  const form = { title, flavor: 'presenter/source', file: { file: on.movie, name: 'x.mp4' } };
  const done = await on.send('/ingest/addMediaPackage', form);
  assert.equal(done.status, 200, done.text);
  const { id } = await on.rig.services.database
    .selectFrom('events')
    .select('id')
    .where('title', '=', title)
    .executeTakeFirstOrThrow();
  return { id, paths: (await filesOf(on.rig, id)).map(({ path }) => path) };
}

const there = async (paths: readonly string[]): Promise<boolean[]> =>
  Promise.all(
    paths.map((path) =>
      access(on.rig.services.store.at(path)).then(
        () => true,
        () => false,
      ),
    ),
  );

test('media of an event that a person deleted go after a while, and nothing else does', async () => {
  const [gone, kept, byServer] = [await recorded('gone'), await recorded('kept'), await recorded('by the server')];
  await removeEvents(on.rig.services, SCHEDULER, [gone.id]);
  await removeEvents(on.rig.services, undefined, [byServer.id]);
  const needs = { ...on.rig.services, log: silentLog };
  assert.equal(await removeDeletedMedia(needs, new Date(Date.now() - 60_000)), 0, 'not at once');
  assert.ok((await there(gone.paths)).every(Boolean));
  assert.equal(await removeDeletedMedia(needs, LATER()), gone.paths.length);
  assert.deepEqual(new Set(await there(gone.paths)), new Set([false]));
  assert.deepEqual(new Set(await there([...kept.paths, ...byServer.paths])), new Set([true]));
  assert.equal(await removeDeletedMedia(needs, LATER()), 0);
});

test('an event that is deleted while it is recorded keeps its title, hall, series and access when the recording comes', async () => {
  const { database, roster } = on.rig.services;
  await roster.tellState('Amphi_D', 'capturing', { address: '127.0.0.1' });
  const id = crypto.randomUUID();
  const acl = [{ role: 'ROLE_STUDENT', action: 'read', allow: true }];
  await database
    .insertInto('events')
    .values({
      id,
      title: 'Algèbre',
      series: 'UE1',
      acl: JSON.stringify(acl),
      agent: 'Amphi_D',
      hall: 'Amphi_D',
      starts_at: new Date(Date.now() - 60_000),
      ends_at: new Date(Date.now() + 3_600_000),
    })
    .execute();
  await removeEvents(on.rig.services, SCHEDULER, [id]);
  const package_ = `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${id}"><title>Amphi_D</title></mediapackage>`;
  const added = await on.send('/ingest/addTrack', {
    mediaPackage: package_,
    flavor: 'presenter/source',
    file: { file: on.movie, name: 'x.mp4' },
  });
  assert.equal((await on.send('/ingest/ingest', { mediaPackage: added.text })).status, 200);
  const event = await database.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  assert.deepEqual(
    [event.title, event.hall, event.series, event.acl, event.agent, event.starts_at],
    ['Algèbre', 'Amphi_D', 'UE1', acl, null, null],
    'and it is in no calendar',
  );
  await removeDeletedMedia({ ...on.rig.services, log: silentLog }, LATER());
  assert.ok((await there((await filesOf(on.rig, id)).map(({ path }) => path))).every(Boolean));
});

test('a fetch that nobody went on with for a week goes by itself; a younger one stays', async () => {
  const { store } = on.rig.services;
  const dayMs = 24 * 3_600_000;
  const [old, young] = ['old', 'young'].map((name) => store.partial(`http://box/${name}.mp4`)) as [string, string];
  for (const [path, days] of [
    [old, 7.1],
    [young, 6.9],
  ] as const) {
    await writeFile(path, 'half');
    const seconds = (Date.now() - days * dayMs) / 1000;
    await utimes(path, seconds, seconds);
  }
  const isThere = (path: string): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    );
  mock.timers.enable({ apis: ['setInterval'] });
  const clock = virtualClock(0, Date.now());
  const end = startHousekeeping({ ...on.rig.services, clock, log: silentLog, keepDeletedDays: 30 });
  assert.deepEqual([await isThere(old), await isThere(young)], [true, true]);
  mock.timers.tick(dayMs / 4);
  mock.timers.reset();
  end();
  await until('the old one is gone', async () => !(await isThere(old)));
  assert.ok(await isThere(young));
  await rm(young);
});
