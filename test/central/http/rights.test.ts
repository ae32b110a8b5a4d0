import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { KnownRoute } from '#central/http/server.ts';
import { ha1Of } from '#central/identity/digest.ts';
import { mayUse, ROLES } from '#central/identity/permissions.ts';
import { addElement } from '#central/intake/elements.ts';
import { openIngestRig, type IngestRig } from '../ingest-rig.ts';
import { Readable } from 'node:stream';

/** What is of another box, and must not be told: it stands in every text of it. */
const SECRET = 'only-for-box-b';
const MP = (id: string): string =>
  `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${id}"><title>x</title></mediapackage>`;

let on: IngestRig;
let routes: readonly KnownRoute[];
/** Where the film of box B is, below the server. */
let film = '';
let film_: string[] = [];
const EVENT = 'event-b';
const PACKAGE = 'package-b';

/** Forms that name what is of box B, by the route that reads them. A route whose rule is `form` must stand here. */
const FORMS: Readonly<Record<string, Record<string, string>[]>> = {
  '/ingest/addTrack': [{ mediaPackage: MP(PACKAGE), flavor: 'presenter/source', url: 'http://127.0.0.1/x.mp4' }],
  '/ingest/addPartialTrack': [{ mediaPackage: MP(PACKAGE), flavor: 'presenter/source', url: 'http://127.0.0.1/x.mp4' }],
  '/ingest/addCatalog': [{ mediaPackage: MP(PACKAGE), flavor: 'a/b', url: 'http://127.0.0.1/x.xml' }],
  '/ingest/addAttachment': [{ mediaPackage: MP(PACKAGE), flavor: 'a/b', url: 'http://127.0.0.1/x.xml' }],
  '/ingest/addDCCatalog': [
    { mediaPackage: MP(PACKAGE), dublinCore: '<a/>' },
    { mediaPackage: MP(EVENT), dublinCore: '<a/>' },
  ],
  '/ingest/discardMediaPackage': [{ mediaPackage: MP(PACKAGE) }],
  '/ingest/ingest': [
    { mediaPackage: MP(EVENT) },
    { mediaPackage: MP(PACKAGE) },
    { mediaPackage: MP('new'), workflowInstanceId: EVENT },
  ],
  '/ingest/ingest/:workflow': [{ mediaPackage: MP(EVENT) }],
  '/ingest/addZippedMediaPackage': [],
  '/ingest/addZippedMediaPackage/:workflow': [],
  '/ingest/addMediaPackage': [{ identifier: EVENT, title: 'x', flavor: 'presenter/source', file: 'x' }],
  '/ingest/addMediaPackage/:workflow': [{ identifier: EVENT, title: 'x', flavor: 'presenter/source', file: 'x' }],
  '/ingest/schedule': [{ mediaPackage: MP(PACKAGE) }],
  '/ingest/schedule/:workflow': [{ mediaPackage: MP(PACKAGE) }],
};
/** Questions after what is of box B, for lists. */
const QUERIES = [
  '',
  '?agentid=Amphi_B',
  '?agent=Amphi_B',
  '?agent=Amphi_B&start=1&end=9999999999999',
  '?agent=Amphi_A&start=1&end=9999999999999',
];

before(async () => {
  on = await openIngestRig();
  routes = on.rig.app.knownRoutes.filter(({ method }) => method !== 'HEAD');
  const { database, roster } = on.rig.services;
  for (const box of ['A', 'B']) {
    const name = `box-${box}`;
    await roster.tellState(`Amphi_${box}`, 'idle', {
      url: `http://${box === 'B' ? SECRET : 'a'}/`,
      address: '127.0.0.1',
    });
    await database
      .insertInto('accounts')
      .values({ name, role: 'agent', agent: `Amphi_${box}`, ha1: ha1Of(name, name) })
      .execute();
  }
  const nowMs = Date.now();
  await database
    .insertInto('events')
    .values({
      id: EVENT,
      title: SECRET,
      agent: 'Amphi_B',
      starts_at: new Date(nowMs - 60_000),
      ends_at: new Date(nowMs + 3_600_000),
      recording_state: 'capturing',
      recording_state_at: new Date(nowMs),
    })
    .execute();
  const asB = { authorization: `Basic ${btoa('box-B:box-B')}` };
  const received = await on.rig.services.store.receive(Readable.from([Buffer.from('half of a film')]));
  const element = { kind: 'track' as const, flavor: 'presenter/source', tags: [], fileName: 'half.mp4' };
  await addElement(on.rig.services, PACKAGE, { ...received, ...element }, 'box-B');
  const form = new FormData();
  form.append('mediaPackage', MP(EVENT));
  form.append('flavor', 'presenter/source');
  form.append('file', new Blob([new Uint8Array(on.movie)]), `${SECRET}.mp4`);
  const added = await fetch(`${on.url}/ingest/addTrack`, { method: 'POST', body: form, headers: asB });
  const text = await added.text();
  assert.equal(added.status, 200, text);
  const ingested = await fetch(`${on.url}/ingest/ingest`, {
    method: 'POST',
    body: new URLSearchParams({ mediaPackage: text }),
    headers: asB,
  });
  assert.equal(ingested.status, 200, await ingested.text());
  const row = await database.selectFrom('files').select('path').where('kind', '=', 'track').executeTakeFirstOrThrow();
  film = row.path;
  film_ = film.split('/');
});
after(() => on.close());

const urlOf = (url: string): string =>
  url
    .replace(':mediaPackage/:element/:file', film_.map(encodeURIComponent).join('/'))
    .replace('createMediaPackageWithID/:id', `createMediaPackageWithID/${PACKAGE}`)
    .replace(/:(name|agent)\b/, 'Amphi_B')
    .replace(/:id\b/, EVENT)
    .replaceAll(/:\w+/g, 'x');

async function ask(
  { method, url }: Pick<KnownRoute, 'method' | 'url'>,
  as: string | undefined,
  more: { query?: string; form?: Record<string, string> } = {},
): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = as ? { authorization: `Basic ${btoa(`${as}:${as}`)}` } : {};
  const body = more.form ? formOf(more.form) : undefined;
  const reply = await fetch(`${on.url}${urlOf(url)}${more.query ?? ''}`, {
    method,
    headers,
    redirect: 'manual',
    ...(body ? { body } : {}),
  });
  return { status: reply.status, text: await reply.text() };
}

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'file') form.append(name, new Blob([new Uint8Array(on.movie)]), 'x.mp4');
    else form.append(name, value);
  }
  return form;
}

/** Whether a route is about a series, which belongs to no box. */
const isOfSeries = (about: unknown): boolean => typeof about === 'object' && about !== null && 'series' in about;

const forAgents = (): KnownRoute[] =>
  routes.filter(({ config }) => Array.isArray(config.allows) && config.allows.includes('agent'));

test('every route is for those who are named, and for admins where nobody is', async () => {
  for (const route of routes) {
    const { allows = ['admin'] } = route.config;
    const at = `${route.method} ${route.url}`;
    if (allows === 'anyone') continue;
    assert.equal((await ask(route, undefined)).status, 401, `${at}, without an account`);
    for (const role of ROLES) {
      const may = mayUse({ account: 1, name: role, role, agent: null, address: '' }, allows);
      if (!may) assert.equal((await ask(route, role)).status, 403, `${at}, as ${role}`);
    }
  }
});

/** What anybody may ask: who the server is, how to sign in, and what everybody may see of what was recorded. */
const FOR_ANYONE = [
  '/healthz',
  '/api/v1/session',
  '/api/v1/openapi.json',
  '/assets/server.css',
  '/assets/look-again.js',
  '/preferences',
  '/login.html',
  '/j_spring_security_check',
  '/sign-out',
  '/info/me.json',
  '/info/health',
  '/info/components.json',
  '/sysinfo/bundles/version',
  '/search/episode.json',
  '/search/episode.xml',
  '/search/lucene.json',
  '/search/lucene.xml',
  '/search/series.json',
  '/search/series.xml',
  '/lti',
  '/editor',
  '/api/v1/lectures',
  '/api/v1/lectures/:id',
  '/feeds/atom/1.0/latest',
  '/feeds/atom/1.0/series/:id',
  '/feeds/podcast/latest',
  '/feeds/podcast/series/:id',
  '/feeds/rss/2.0/latest',
  '/feeds/rss/2.0/series/:id',
  '/oaipmh/:repository',
];
/** Files of the editor's program: their names change with their contents. */
const OF_EDITOR = '/assets/editor/';

describe('without an account', () => {
  test('may be asked what is named here, and nothing else', () => {
    const open = routes
      .filter(({ config, url }) => config.allows === 'anyone' && !url.startsWith(OF_EDITOR))
      .map(({ url }) => url);
    assert.deepEqual([...new Set(open)].toSorted(), FOR_ANYONE.toSorted());
  });

  test('nothing is told of series, events, boxes and films, by any reading', async (t) => {
    const { database } = on.rig.services;
    await database.insertInto('series').values({ id: EVENT, title: SECRET }).execute();
    t.after(() => database.deleteFrom('series').where('id', '=', EVENT).execute());
    const readings = on.rig.app.knownRoutes.filter(({ method }) => method === 'GET' || method === 'HEAD');
    const seen = new Set<string>();
    for (const route of readings) {
      for (const query of ['', `?id=${EVENT}`, '?limit=1000&count=1000']) {
        const { status, text } = await ask(route, undefined, { query });
        const at = `${route.method} ${route.url}${query}`;
        // A page to sign in says the address to which it leads back.
        assert.doesNotMatch(text.replaceAll(query || '?', ''), new RegExp(`${SECRET}|${EVENT}|Amphi_B`), at);
        if (route.config.allows !== 'anyone') assert.equal(status, 401, at);
        assert.ok(status < 500, `${at}: ${status}`);
      }
      seen.add(route.url.split('/')[1] ?? '');
    }
    for (const room of ['series', 'search', 'assets', 'api', 'admin-ng', 'workflow', 'recordings', 'capture-admin'])
      assert.ok(seen.has(room), `${room} was walked`);
  });
});

describe('an account that is for one box', () => {
  test('has a rule for each route that agents may use', () => {
    assert.ok(forAgents().length > 40);
    assert.deepEqual(
      forAgents().filter(({ config }) => config.about === undefined),
      [],
    );
    const forms = forAgents().filter(({ config }) => config.about === 'form');
    assert.deepEqual(forms.map(({ url }) => url).toSorted(), Object.keys(FORMS).toSorted());
  });

  test('gets nothing of another box, and changes nothing of it, by any route', async () => {
    for (const route of forAgents()) {
      const at = `${route.method} ${route.url}`;
      const { about } = route.config;
      if (about === 'form') {
        for (const form of FORMS[route.url] ?? [])
          assert.equal(
            (await ask(route, 'box-A', { form })).status,
            403,
            `${at} ${JSON.stringify(form).slice(0, 120)}`,
          );
      } else if (about === 'nothing' || about === 'own' || isOfSeries(about)) {
        if (route.method !== 'GET') continue;
        for (const query of QUERIES) {
          const { status, text } = await ask(route, 'box-A', { query });
          assert.doesNotMatch(text, new RegExp(`${SECRET}|${EVENT}|Amphi_B`), `${at}${query}`);
          assert.ok(status < 500, `${at}${query}: ${status}`);
        }
      } else assert.equal((await ask(route, 'box-A')).status, 403, at);
    }
    const { database, roster } = on.rig.services;
    assert.equal(roster.get('Amphi_B')?.state, 'idle');
    assert.equal((await database.selectFrom('package_elements').selectAll().execute()).length, 1);
    assert.equal((await database.selectFrom('event_versions').selectAll().execute()).length, 1);
  });

  test('gets what is its own', async () => {
    for (const route of forAgents()) {
      const { about } = route.config;
      if (route.method !== 'GET' || about === 'form') continue;
      const { status } = await ask(route, 'box-B');
      assert.ok(status !== 403 && status < 500, `${route.method} ${route.url}: ${status}`);
    }
    assert.match((await ask({ method: 'GET', url: '/recordings/calendars' }, 'box-B')).text, new RegExp(EVENT));
    assert.match((await ask({ method: 'GET', url: '/api/v1/events/:id' }, 'box-B')).text, new RegExp(SECRET));
  });

  test('lengthens its own recording, and no other', async () => {
    const route = { method: 'PUT', url: '/recordings/capture/:agent/prolong' };
    const endOf = async (): Promise<number> => {
      const row = await on.rig.services.database
        .selectFrom('events')
        .select('ends_at')
        .where('id', '=', EVENT)
        .executeTakeFirstOrThrow();
      return row.ends_at?.getTime() ?? 0;
    };
    const before_ = await endOf();
    assert.deepEqual([(await ask(route, 'box-A')).status, await endOf()], [403, before_]);
    assert.deepEqual([(await ask(route, 'box-B')).status, await endOf()], [200, before_ + 300_000]);
  });

  test('brings what it recorded also when the event moved to another hall meanwhile', async () => {
    const { database } = on.rig.services;
    await ask({ method: 'POST', url: '/capture-admin/recordings/:id' }, 'box-B', { form: { state: 'capturing' } });
    await database.updateTable('events').set({ agent: 'Amphi_A', hall: 'Amphi_A' }).where('id', '=', EVENT).execute();
    const { status } = await ask({ method: 'POST', url: '/capture-admin/recordings/:id' }, 'box-B', {
      form: { state: 'uploading' },
    });
    assert.equal(status, 200);
  });
});

test('a route without a rule is refused to it', async () => {
  const agent = { authorization: `Basic ${btoa('box-A:box-A')}` };
  const { openApp } = await import('#central/http/server.ts');
  const { Registry } = await import('prom-client');
  const app = await openApp({ ...on.rig.services, registry: new Registry() }, [
    (inner) => void inner.get('/new', { config: { allows: ['agent'] } }, async () => SECRET),
  ]);
  const { statusCode, body } = await app.inject({ url: '/new', headers: agent });
  assert.deepEqual([statusCode, body.includes(SECRET)], [403, false]);
  await app.close();
});
