import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changesSince } from '#central/catalogue/harvest/changes.ts';
import { openIngestRig, type IngestRig } from '../../../ingest-rig.ts';
import { askOf, type Ask } from '../../../rig.ts';
import { handOver } from '../recorded-rig.ts';

let on: IngestRig;
let ask: Ask;
before(async () => {
  on = await openIngestRig();
  ask = askOf(on.rig);
  const acl = JSON.stringify([{ role: 'C1_Learner', action: 'read', allow: true }]);
  await ask('POST', '/series', {
    title: 'Algebra',
    identifier: 'algebra',
    description: 'First year',
    acl: `{"acl":{"ace":${acl}}}`,
  });
  const terms = { creator: 'M. Dupont', isPartOf: 'algebra', license: 'CC-BY', description: 'About groups' };
  await handOver(on, { id: 'ep-1', terms: { ...terms, title: 'Groups' } });
});
after(() => on.close());

interface Item {
  kind: string;
  id: string;
  updated: number;
  [more: string]: unknown;
}
async function harvest(
  since: number,
  preferredAmount = 100,
): Promise<{ items: Item[]; hasMore: boolean; includesItemsUntil: number }> {
  const { status, json, text } = await ask(
    'GET',
    `/tobira/harvest?since=${since}&preferredAmount=${preferredAmount}`,
    undefined,
    { as: 'admin' },
  );
  assert.equal(status, 200, text);
  return json as Awaited<ReturnType<typeof harvest>>;
}
const kindsOf = (items: readonly Item[]): string[] => items.map(({ kind, id }) => `${kind} ${id}`).toSorted();
/** What changed after everything that was told before. */
async function next(): Promise<() => Promise<string[]>> {
  const { items } = await harvest(0);
  const since = Math.max(...items.map(({ updated }) => updated)) + 1;
  return async () => kindsOf((await harvest(since)).items);
}

test('a portal gets series and what was recorded of them, with all that it shows', async () => {
  assert.deepEqual((await ask('GET', '/tobira/version', undefined, { as: 'admin' })).json, { version: '1.6' });
  const { items, hasMore, includesItemsUntil } = await harvest(0);
  assert.deepEqual([kindsOf(items), hasMore], [['event ep-1', 'series algebra'], false]);
  assert.ok(Math.abs(Date.now() - 180_000 - includesItemsUntil) < 60_000);
  const [event] = items.filter(({ kind }) => kind === 'event');
  assert.ok(event);
  assert.deepEqual(
    [
      event['title'],
      event['partOf'],
      event['description'],
      event['creators'],
      event['acl'],
      event['metadata'],
      event['isLive'],
    ],
    [
      'Groups',
      'algebra',
      'About groups',
      ['M. Dupont'],
      { read: ['C1_Learner'], write: [] },
      { dcterms: { license: ['CC-BY'] } },
      false,
    ],
  );
  const [track] = event['tracks'] as { uri: string; flavor: string; mimetype: string; resolution: number[] }[];
  assert.deepEqual([track?.flavor, track?.mimetype, track?.resolution], ['presenter/source', 'video/mp4', [320, 180]]);
  const film = await fetch(`${on.url}${new URL(track?.uri ?? '').pathname}`, { headers: on.rig.as('admin') });
  assert.deepEqual(Buffer.from(await film.arrayBuffer()), on.movie);
  const [series] = items.filter(({ kind }) => kind === 'series');
  assert.deepEqual([series?.['title'], series?.['description']], ['Algebra', 'First year']);
});

test('it hears of every change: a recording, words, access lists of event and series, a track, deletions', async () => {
  let changed = await next();
  assert.deepEqual(await changed(), []);
  await handOver(on, { id: 'ep-2', terms: { title: 'Rings' } });
  assert.deepEqual(await changed(), ['event ep-2']);
  changed = await next();
  const metadata = [{ id: 'title', value: 'Groups again' }];
  assert.equal((await ask('PUT', '/api/events/ep-1/metadata', { metadata })).status, 204);
  assert.deepEqual(await changed(), ['event ep-1']);
  changed = await next();
  await ask('PUT', '/api/events/ep-2/acl', { acl: [{ role: 'A', action: 'read' }] });
  assert.deepEqual(await changed(), ['event ep-2']);
  changed = await next();
  await ask('PUT', '/api/series/algebra/acl', { acl: [{ role: 'B', action: 'read' }] });
  assert.deepEqual(await changed(), ['event ep-1', 'series algebra'], 'the event has no list of its own');
  changed = await next();
  const form = new FormData();
  form.append('flavor', 'captions/source');
  form.append('tags', 'lang:fr');
  form.append('track', new Blob(['WEBVTT\n']), 'fr.vtt');
  const added = await fetch(`${on.url}/api/events/ep-1/track`, {
    method: 'POST',
    body: form,
    headers: on.rig.as('scheduler'),
  });
  assert.equal(added.status, 200, await added.text());
  assert.deepEqual(await changed(), ['event ep-1']);
  const [event] = (await harvest(0)).items.filter(({ id }) => id === 'ep-1');
  const captions = event?.['captions'] as { uri: string; lang: string }[];
  assert.deepEqual(
    captions.map(({ lang }) => lang),
    ['fr'],
  );
  changed = await next();
  assert.equal((await ask('DELETE', '/api/events/ep-2')).status, 204);
  assert.equal((await ask('DELETE', '/api/series/algebra')).status, 204);
  assert.deepEqual(await changed(), ['event-deleted ep-2', 'series-deleted algebra']);
  changed = await next();
  await handOver(on, { id: 'ep-2', terms: { title: 'Rings, brought again' } });
  assert.deepEqual(await changed(), ['event ep-2']);
  assert.deepEqual(kindsOf((await harvest(0)).items), ['event ep-1', 'event ep-2', 'series-deleted algebra']);
});

test('part by part it gets everything, also where many changed at one moment', async () => {
  const { database } = on.rig.services;
  const at = new Date('2026-11-20T09:00:00.123Z');
  const moments = [
    at,
    at,
    at,
    at,
    at,
    new Date(at.getTime() + 1),
    new Date(at.getTime() + 5),
    new Date(at.getTime() + 5),
  ];
  await database
    .insertInto('series')
    .values(moments.map((modified_at, n) => ({ id: `bulk-${n}`, title: `Bulk ${n}`, modified_at })))
    .execute();
  const seen = new Set<string>();
  let [since, asked] = [0, 0];
  for (let more = true; more; asked += 1) {
    assert.ok(asked < 50, 'it gets no further');
    const { changes, untilMs, hasMore } = await changesSince(database, since, 2, Date.now());
    for (const { id } of changes) seen.add(id);
    assert.ok(untilMs > since);
    [since, more] = [untilMs, hasMore];
  }
  const all = (await changesSince(database, 0, 1000, Date.now())).changes.map(({ id }) => id);
  assert.deepEqual([...seen].toSorted(), all.toSorted());
  assert.ok(moments.every((_, n) => seen.has(`bulk-${n}`)));
});

test('it is told what it asks wrong, and nobody but an admin asks', async () => {
  for (const query of [
    '',
    '?since=0',
    '?preferredAmount=1',
    '?since=-1&preferredAmount=1',
    '?since=0&preferredAmount=0',
    '?since=x&preferredAmount=1',
  ])
    assert.equal((await ask('GET', `/tobira/harvest${query}`, undefined, { as: 'admin' })).status, 400, query);
  for (const as of ['scheduler', 'viewer', 'agent'] as const)
    assert.equal((await ask('GET', '/tobira/harvest?since=0&preferredAmount=1', undefined, { as })).status, 403, as);
});
