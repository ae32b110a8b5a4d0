import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Client } from 'pg';
import { addElement, elementsBrought, packageIn, type ReceivedElement } from '#central/intake/elements.ts';
import { openGrowingUploads } from '#central/intake/growing/growing.ts';
import { openFetcher } from '#central/intake/fetch.ts';
import type { HandOver, IntakeNeeds } from '#central/intake/hand-over.ts';
import { discard, removeOldPackages } from '#central/intake/housekeeping.ts';
import { ingest } from '#central/intake/ingest.ts';
import type { Who } from '#central/identity/who.ts';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import { isActive, workflowsOf } from '#central/workflows/workflows.ts';
import { emptyMediaPackage } from '#lib/opencast/media-package.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { freshDatabase, type TestDatabase } from '../postgres.ts';
import { openTestWorkflows } from '../test-workflows.ts';

const clock = virtualClock();
const who: Who = { account: 1, name: 'box', role: 'agent', agent: null, address: '10.0.0.1' };
const dublinCore = (terms: string): string =>
  `<dublincore xmlns="http://www.opencastproject.org/xsd/1.0/dublincore/" xmlns:dcterms="http://purl.org/dc/terms/">${terms}</dublincore>`;

let opened: TestDatabase;
let store: MediaStore;
let needs: IntakeNeeds;
let folder = '';
let testWorkflows: Awaited<ReturnType<typeof openTestWorkflows>>;
let closeGrowing = async (): Promise<void> => undefined;
before(async () => {
  opened = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'amphi-intake-'));
  store = await openMediaStore(join(folder, 'media'), 0);
  const fetcher = openFetcher({ store, hosts: { agents: () => [], allowed: [] }, log: silentLog, waitsMs: [20] });
  const { database } = opened;
  testWorkflows = await openTestWorkflows(opened, store, clock, { standard: 'of-the-server' });
  const growing = await openGrowingUploads({ database, store, ffmpeg: 'ffmpeg', log: silentLog });
  closeGrowing = () => growing.close();
  needs = {
    database,
    store,
    fetcher,
    growing,
    ffprobe: 'ffprobe',
    clock,
    log: silentLog,
    workflows: testWorkflows.workflows,
    config: { workflow: 'of-the-server' },
  };
});
after(async () => {
  await testWorkflows.close();
  await closeGrowing();
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});
const TABLES = ['events', 'series', 'media_packages', 'event_versions', 'files', 'workflows', 'audit_log'] as const;
beforeEach(async () => {
  const { database } = opened;
  for (const table of ['events', 'series', 'media_packages', 'audit_log'] as const)
    await database.deleteFrom(table).execute();
  for (const name of await readdir(store.folder)) if (!name.startsWith('.')) await store.remove(name);
});

const received = async (text: string, some: Partial<ReceivedElement> = {}): Promise<ReceivedElement> => ({
  ...(await store.receive(Readable.from([Buffer.from(text)]))),
  kind: 'track',
  flavor: 'presenter/source',
  tags: [],
  fileName: 'a.mp4',
  ...some,
});
const episode = (terms: string): Promise<ReceivedElement> =>
  received(dublinCore(terms), { kind: 'catalog', flavor: 'dublincore/episode', fileName: 'dc.xml' });
const series = (terms: string): Promise<ReceivedElement> =>
  received(dublinCore(terms), { kind: 'catalog', flavor: 'dublincore/series', fileName: 's.xml' });
const handOver = (id: string, all: readonly ReceivedElement[], some: Partial<HandOver> = {}): HandOver => ({
  mediaPackage: emptyMediaPackage(id),
  received: all,
  definition: undefined,
  instance: undefined,
  parameters: [],
  who,
  url: 'http://c',
  ...some,
});
const counts = async (): Promise<Record<string, number>> => {
  const found = await Promise.all(
    TABLES.map(async (table) => {
      const { n } = await opened.database
        .selectFrom(table)
        .select((of) => of.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return [table, n] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, n]) => n > 0));
};
/** Everything in the media folder, by its name alone. */
const kept = async (): Promise<string[]> => {
  const all = await readdir(store.folder, { recursive: true, withFileTypes: true });
  return all.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
};
const schedule = (id: string, some: object = {}) =>
  opened.database
    .insertInto('events')
    .values({
      id,
      title: 'Prévu',
      agent: 'Amphi_D',
      series: 'UE5',
      workflow: 'of-the-event',
      workflow_configuration: '{"publish":"true","trim":"false"}',
      starts_at: new Date(clock.nowMs()),
      ends_at: new Date(clock.nowMs() + 1000),
      ...some,
    })
    .execute();
const eventOf = (id: string) =>
  opened.database.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('what nobody scheduled', () => {
  test('becomes an event in its series, with version, files, state, audit and workflow', async () => {
    const all = [
      await episode(
        '<dcterms:title>Libre</dcterms:title><dcterms:isPartOf>UE5</dcterms:isPartOf><dcterms:creator>M. Lévy</dcterms:creator>',
      ),
      await series('<dcterms:title>Cardiologie</dcterms:title><dcterms:identifier>UE5</dcterms:identifier>'),
      await received('film'),
    ];
    const acl = [{ role: 'ROLE_USER', action: 'read', allow: true }];
    const done = await ingest(needs, handOver('p1', all, { acl, parameters: [{ name: 'trim', value: 'true' }] }));
    const event = await eventOf('p1');
    assert.deepEqual(
      [event.title, event.series, event.agent, event.recording_state, event.acl],
      ['Libre', 'UE5', null, 'upload_finished', acl],
    );
    assert.equal(event.recording_state_at?.getTime(), clock.nowMs());
    assert.deepEqual(
      [done.workflow.definition, done.workflow.state, done.workflow.version, done.workflow.configuration],
      ['of-the-server', 'instantiated', 1, { trim: 'true' }],
    );
    assert.ok(isActive(done.workflow));
    const { series: title, tracks, catalogs } = done.mediaPackage;
    assert.deepEqual([title, tracks.length, catalogs.length], ['UE5', 1, 2]);
    assert.match(tracks[0]?.url ?? '', /^http:\/\/c\/files\/mediapackage\/p1\/[\da-f-]{36}\/a\.mp4$/);
    assert.deepEqual(await counts(), {
      events: 1,
      series: 1,
      event_versions: 1,
      files: 3,
      workflows: 1,
      audit_log: 3,
    });
    const told = await opened.database.selectFrom('audit_log').selectAll().orderBy('id').execute();
    assert.deepEqual(
      told.map(({ account, action, kind, object }) => `${account} ${action} ${kind} ${object}`),
      ['box create event p1', 'box create series UE5', 'box ingest event p1'],
    );
  });

  test('keeps our catalogs in place of those that were brought, and nothing else in the folder', async () => {
    const all = [await episode('<dcterms:title>Libre</dcterms:title>'), await received('film')];
    await ingest(needs, handOver('p1', all));
    assert.deepEqual(await kept(), ['a.mp4', 'dublincore.xml']);
    const [catalog] = await opened.database.selectFrom('files').selectAll().where('kind', '=', 'catalog').execute();
    const text = await readFile(store.at(catalog?.path ?? ''), 'utf8');
    assert.match(text, /<dcterms:identifier>p1</);
    assert.match(text, /<dcterms:title>Libre</);
  });

  test('is called by its catalog, else by its package, else by its first file', async () => {
    const film = await received('one');
    await ingest(needs, handOver('p1', [film]));
    assert.equal((await eventOf('p1')).title, 'a.mp4');
    const named = { ...emptyMediaPackage('p2'), title: 'Du paquet', series: 'UE1' };
    await ingest(needs, handOver('p2', [await received('two')], { mediaPackage: named }));
    const event = await eventOf('p2');
    assert.deepEqual([event.title, event.series], ['Du paquet', 'UE1']);
  });

  test('leaves a series that is known as it is', async () => {
    await opened.database.insertInto('series').values({ id: 'UE5', title: 'Comme avant' }).execute();
    const said = '<dcterms:title>Autre</dcterms:title><dcterms:identifier>UE5</dcterms:identifier>';
    await ingest(needs, handOver('p1', [await series(said), await received('film')]));
    const [row] = await opened.database.selectFrom('series').selectAll().execute();
    assert.equal(row?.title, 'Comme avant');
  });
});

describe('a scheduled event', () => {
  test('stays what it was planned to be; its version says who brought it', async () => {
    await schedule('e1');
    const all = [await episode('<dcterms:title>Du boîtier</dcterms:title>'), await received('film')];
    const parameters = [
      { name: 'org.opencastproject.workflow.config.trim', value: 'true' },
      { name: 'straight', value: 'yes' },
    ];
    const { workflow } = await ingest(needs, handOver('e1', all, { parameters }));
    assert.equal((await eventOf('e1')).title, 'Prévu');
    assert.equal(workflow.definition, 'of-the-event');
    assert.deepEqual(workflow.configuration, { publish: 'true', trim: 'true', straight: 'yes' });
    const version = await opened.database.selectFrom('event_versions').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([version.account, version.agent, version.package, version.version], ['box', 'Amphi_D', 'e1', 1]);
    assert.match(version.manifest, /<title>Prévu</);
  });

  test('is found by the id of the package, else by the UID that the agent names', async () => {
    await schedule('e1');
    const { mediaPackage } = await ingest(needs, handOver('p1', [await received('film')], { instance: 'e1' }));
    assert.equal(mediaPackage.id, 'e1');
    await ingest(needs, handOver('p2', [await received('film 2')], { instance: '42' }));
    assert.equal((await eventOf('p2')).agent, null, 'a number is that of a workflow');
    await ingest(needs, handOver('p3', [await received('film 3')], { instance: 'not-there' }));
    assert.equal((await eventOf('p3')).agent, null);
  });

  test('gets what the agent names before what the event names', async () => {
    await schedule('e1');
    const { workflow } = await ingest(needs, handOver('e1', [await received('film')], { definition: 'of-the-agent' }));
    assert.equal(workflow.definition, 'of-the-agent');
  });

  test('whose catalog cannot be read is ingested all the same: ours stands in its place', async () => {
    await schedule('e1');
    const broken = await received('{"json":1}', { kind: 'catalog', flavor: 'dublincore/episode', fileName: 'dc.json' });
    await ingest(needs, handOver('e1', [broken, await received('film')]));
    assert.deepEqual(await kept(), ['a.mp4', 'dublincore.xml']);
    await assert.rejects(
      ingest(
        needs,
        handOver('nobody', [
          await received('{"json":1}', { kind: 'catalog', flavor: 'dublincore/episode', fileName: 'dc.json' }),
          await received('film'),
        ]),
      ),
      { statusCode: 400, message: /catalog of the episode cannot be read/ },
    );
  });
});

describe('the same content', () => {
  test('once more is the same version and workflow, and nothing of it stays', async () => {
    const first = await ingest(needs, handOver('p1', [await received('film')]));
    const before = [await counts(), await kept()];
    const second = await ingest(needs, handOver('p1', [await received('film')]));
    assert.equal(second.workflow.id, first.workflow.id);
    assert.deepEqual(second.mediaPackage.tracks, first.mediaPackage.tracks);
    assert.deepEqual([await counts(), await kept()], before);
  });

  test('but another film is the next version', async () => {
    await ingest(needs, handOver('p1', [await received('film')]));
    const { workflow } = await ingest(needs, handOver('p1', [await received('another film')]));
    assert.equal(workflow.version, 2);
    const third = await ingest(needs, handOver('p1', [await received('film')]));
    assert.equal(third.workflow.version, 3, 'the newest counts');
    assert.equal((await workflowsOf(opened.database, 'p1')).length, 3);
    assert.deepEqual(
      (await workflowsOf(opened.database, 'p1', 2)).map(({ id }) => id),
      [workflow.id],
    );
  });

  test('from three at once is kept once', async () => {
    const films = await Promise.all([1, 2, 3].map(() => received('film')));
    const done = await Promise.all(films.map((film) => ingest(needs, handOver('p1', [film]))));
    assert.equal(new Set(done.map(({ workflow }) => workflow.id)).size, 1);
    assert.deepEqual(await counts(), { events: 1, event_versions: 1, files: 2, workflows: 1, audit_log: 2 });
    assert.deepEqual(await kept(), ['a.mp4', 'dublincore.xml']);
  });
});

describe('when something fails in the middle', () => {
  /** Makes the database refuse what is written last of each step. */
  const failAt = async (table: string): Promise<() => Promise<void>> => {
    const client = new Client(opened.connection);
    await client.connect();
    await client.query(`create function fail_${table}() returns trigger language plpgsql as $$
      begin raise exception 'no room in ${table}'; end $$`);
    await client.query(`create trigger fail before insert on ${table} for each row execute function fail_${table}()`);
    return async () => {
      await client.query(`drop trigger fail on ${table}`);
      await client.query(`drop function fail_${table}()`);
      await client.end();
    };
  };

  for (const table of ['events', 'series', 'event_versions', 'files', 'workflows', 'audit_log']) {
    test(`at ${table}: neither the database nor the folder has anything of it, and the next try works`, async () => {
      const all = async () => [
        await episode('<dcterms:title>Libre</dcterms:title><dcterms:isPartOf>UE5</dcterms:isPartOf>'),
        await series('<dcterms:title>Cardiologie</dcterms:title><dcterms:identifier>UE5</dcterms:identifier>'),
        await received('film'),
      ];
      const mend = await failAt(table);
      try {
        await assert.rejects(ingest(needs, handOver('p1', await all())), new RegExp(`no room in ${table}`));
      } finally {
        await mend();
      }
      assert.deepEqual(await counts(), {});
      assert.deepEqual(await kept(), []);
      await ingest(needs, handOver('p1', await all()));
      assert.equal((await counts())['workflows'], 1);
    });
  }

  test('who runs workflows hears of those that were kept alone', async () => {
    const client = new Client(opened.connection);
    await client.connect();
    const heard: string[] = [];
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('listen amphi_workflow');
    const mend = await failAt('workflows');
    await assert.rejects(ingest(needs, handOver('p1', [await received('film')])));
    await mend();
    const { workflow } = await ingest(needs, handOver('p1', [await received('film')]));
    await client.query('select 1');
    await client.end();
    assert.deepEqual(heard, [String(workflow.id)]);
  });

  test('a package without a film is refused, and what came with it is not kept', async () => {
    const only = await episode('<dcterms:title>Libre</dcterms:title>');
    await assert.rejects(ingest(needs, handOver('p1', [only])), { statusCode: 400, message: /no track/ });
    assert.deepEqual([await counts(), await kept()], [{}, []]);
  });
});

describe('a package that is brought in several requests', () => {
  const named = (id: string, element: string): HandOver['mediaPackage'] =>
    packageIn(
      `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${id}"><media><track id="${element}" type="presenter/source"><url>http://c/x</url></track></media></mediapackage>`,
    );

  test('is ingested with the files that it names, which are no longer on their way', async () => {
    const row = await addElement(needs, 'p1', await received('film', { fileName: '../cours é.mp4' }), 'box');
    assert.equal(row.file_name, 'cours_é.mp4');
    assert.equal((await elementsBrought(opened.database, 'p1', { flavor: 'presenter/source' })).length, 1);
    await ingest(needs, handOver('p1', [], { mediaPackage: named('p1', row.id) }));
    assert.equal((await elementsBrought(opened.database, 'p1', {})).length, 0);
    const again = await ingest(needs, handOver('p1', [], { mediaPackage: named('p1', row.id) }));
    assert.equal(again.workflow.version, 1, 'the answer was lost');
  });

  test('keeps its files when the ingest fails: the agent tries again', async () => {
    const row = await addElement(needs, 'p1', await received('film'), 'box');
    const unknown = { ...named('p1', row.id), catalogs: named('p1', crypto.randomUUID()).tracks };
    await assert.rejects(ingest(needs, handOver('p1', [], { mediaPackage: unknown })), /cannot|no registered/);
    assert.deepEqual(await kept(), ['a.mp4']);
    await ingest(needs, handOver('p1', [], { mediaPackage: named('p1', row.id) }));
  });

  test('that an agent gives up goes, and that nobody touches for a week', async () => {
    await addElement(needs, 'p1', await received('film'), 'box');
    await addElement(needs, 'p2', await received('film'), null);
    await discard(needs, 'p1');
    assert.deepEqual(await kept(), ['a.mp4']);
    const touched = await opened.database.selectFrom('media_packages').selectAll().executeTakeFirstOrThrow();
    const week = 7 * 24 * 3_600_000;
    await removeOldPackages(needs, touched.touched_at.getTime() + week);
    assert.deepEqual(await kept(), ['a.mp4']);
    await removeOldPackages(needs, touched.touched_at.getTime() + week + 1);
    assert.deepEqual([await kept(), await counts()], [[], {}]);
  });

  test('has an id that is the name of a folder, and nothing worse', () => {
    for (const id of ['..', '.', 'a/b', '', 'a b', 'é'])
      assert.throws(() => packageIn(`<mediapackage id="${id}"/>`), { statusCode: 400 }, id);
    for (const text of [undefined, '', '  ', '<a', '<other/>'])
      assert.throws(() => packageIn(text), { statusCode: 400 });
    assert.equal(packageIn('<mediapackage id="UE5-2016.10_(a)"/>').id, 'UE5-2016.10_(a)');
  });
});
