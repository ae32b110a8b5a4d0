import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import {
  attributeOf,
  childNamed,
  childrenNamed,
  childText,
  elementsOf,
  textOf,
  type XmlElement,
} from '#lib/opencast/xml/xml.ts';
import { openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { handOver, read, type Asker } from '../opencast/recorded-rig.ts';
import { openPublishingRig, type PublishingRig } from './published-rig.ts';

let on: IngestRig;
let publishing: PublishingRig;
const MANY = 230;

before(async () => {
  on = await openIngestRig();
  publishing = openPublishingRig(on);
  const { database } = on.rig.services;
  await database.insertInto('series').values({ id: 'UE 3/é', title: 'Anatomie & <b>' }).execute();
  const film = [{ name: 'low.mp4', flavor: 'presenter/delivery', content: on.movie }];
  const everybody = [{ role: 'ROLE_ANONYMOUS', action: 'read' }];
  const terms = {
    creator: 'M. Dupont',
    description: 'Os & <muscles>',
    license: 'CC-BY',
    created: '2026-11-20T09:00:00Z',
  };
  await handOver(on, { id: 'bones', acl: everybody, terms: { ...terms, title: 'Les os', isPartOf: 'UE 3/é' } });
  await publishing.publish('bones', film);
  await handOver(on, { id: 'closed', acl: [{ role: 'C1_Learner', action: 'read' }], terms: { title: 'Closed' } });
  await publishing.publish('closed', film);
  await handOver(on, { id: 'back', acl: everybody, terms: { title: 'Taken back' } });
  await publishing.publish('back', film);
  await publishing.retract('back');
  await handOver(on, { id: 'never', acl: everybody, terms: { title: 'Never published' } });
});
after(() => on.close());

async function ask(query: string, who: Asker = {}, path = '/oaipmh/default'): Promise<XmlElement> {
  const { status, text } = await read(on, `${path}?${query}`, who);
  assert.equal(status, 200, text);
  const root = parseXml(text);
  assert.equal(root.name, 'OAI-PMH');
  assert.match(childText(root, 'responseDate') ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  return root;
}
const errorOf = (root: XmlElement): string => {
  const error = childNamed(root, 'error');
  return error ? `${attributeOf(error, 'code')}: ${textOf(error)}` : 'none';
};
const listOf = (root: XmlElement, verb: string): XmlElement => {
  const list = childNamed(root, verb);
  assert.ok(list, errorOf(root));
  return list;
};
const headersIn = (list: XmlElement): XmlElement[] =>
  list.name === 'ListIdentifiers'
    ? childrenNamed(list, 'header')
    : childrenNamed(list, 'record').flatMap((record) => childNamed(record, 'header') ?? []);
const idsIn = (list: XmlElement): string[] => headersIn(list).map((header) => childText(header, 'identifier') ?? '');

describe('a harvester', () => {
  test('learns what the repository is, and its formats', async () => {
    const identify = listOf(await ask('verb=Identify'), 'Identify');
    assert.equal(childText(identify, 'baseURL'), `${on.url}/oaipmh/default`);
    assert.equal(childText(identify, 'protocolVersion'), '2.0');
    assert.equal(childText(identify, 'granularity'), 'YYYY-MM-DDThh:mm:ssZ');
    const formats = listOf(await ask('verb=ListMetadataFormats'), 'ListMetadataFormats');
    assert.deepEqual(
      elementsOf(formats).map((one) => childText(one, 'metadataPrefix')),
      ['oai_dc', 'matterhorn', 'matterhorn-inlined'],
    );
  });

  test('reads descriptions as plain Dublin Core, as media packages, and with catalogs inside', async () => {
    const dc = listOf(await ask('verb=GetRecord&identifier=bones&metadataPrefix=oai_dc'), 'GetRecord');
    const plain = elementsOf(
      childNamed(childNamed(dc, 'record') as XmlElement, 'metadata') as XmlElement,
    )[0] as XmlElement;
    assert.equal(plain.namespace, 'http://www.openarchives.org/OAI/2.0/oai_dc/');
    const values = elementsOf(plain).map((one) => [
      one.namespace === 'http://purl.org/dc/elements/1.1/',
      one.name,
      textOf(one),
    ]);
    for (const [name, value] of [
      ['title', 'Les os'],
      ['creator', 'M. Dupont'],
      ['description', 'Os & <muscles>'],
      ['date', '2026-11-20T09:00:00Z'],
      ['rights', 'CC-BY'],
      ['relation', 'Anatomie & <b>'],
      ['identifier', `${on.url}/play/bones`],
    ])
      assert.ok(
        values.some(([isDc, ...rest]) => isDc && rest[0] === name && rest[1] === value),
        `${name} ${value}`,
      );
    const inlined = listOf(await ask('verb=GetRecord&identifier=bones&metadataPrefix=matterhorn-inlined'), 'GetRecord');
    const content = elementsOf(
      childNamed(childNamed(inlined, 'record') as XmlElement, 'metadata') as XmlElement,
    )[0] as XmlElement;
    assert.equal(content.namespace, 'http://www.opencastproject.org/oai/matterhorn-inlined');
    assert.deepEqual(
      elementsOf(content).map((one) => [one.name, attributeOf(one, 'type')]),
      [
        ['mediapackage', undefined],
        ['catalog', 'dublincore/episode'],
        ['catalog', 'dublincore/series'],
      ],
    );
    const [mediaPackage] = elementsOf(content);
    const track = childNamed(childNamed(mediaPackage as XmlElement, 'media') as XmlElement, 'track') as XmlElement;
    const url = childText(track, 'url') ?? '';
    assert.equal((await read(on, url)).status, 200);
    const raw = listOf(await ask('verb=GetRecord&identifier=bones&metadataPrefix=matterhorn'), 'GetRecord');
    assert.match(JSON.stringify(raw), /"mediapackage"/);
  });

  test('sees what it may read, and what was taken back as deleted', async () => {
    const list = async (who: Asker) => {
      const part = listOf(await ask('verb=ListIdentifiers&metadataPrefix=oai_dc', who), 'ListIdentifiers');
      return Object.fromEntries(
        headersIn(part).map((one) => [childText(one, 'identifier'), attributeOf(one, 'status') ?? 'live']),
      );
    };
    assert.deepEqual(await list({}), { back: 'deleted', bones: 'live' });
    assert.deepEqual(await list({ as: 'admin' }), { back: 'deleted', bones: 'live', closed: 'live' });
    assert.match(errorOf(await ask('verb=GetRecord&identifier=closed&metadataPrefix=oai_dc')), /^idDoesNotExist/);
    const deleted = listOf(await ask('verb=GetRecord&identifier=back&metadataPrefix=oai_dc'), 'GetRecord');
    assert.equal(childNamed(childNamed(deleted, 'record') as XmlElement, 'metadata'), undefined);
  });

  test('hears of what became private as deleted, of what was always private nothing, and of what is for it again', async () => {
    const { database } = on.rig.services;
    const everybody = JSON.stringify([{ role: 'ROLE_ANONYMOUS', action: 'read', allow: true }]);
    const learners = JSON.stringify([{ role: 'C1_Learner', action: 'read', allow: true }]);
    await database
      .insertInto('series')
      .values([
        { id: 'open', title: 'Open series', acl: everybody },
        { id: 'secret', title: 'Secret title', acl: learners },
      ])
      .execute();
    const event = (id: string, series: string, acl: string) => ({ id, title: `Title of ${id}`, series, acl });
    await database
      .insertInto('events')
      .values([
        event('by-event', 'open', everybody),
        event('by-series', 'open', '[]'),
        event('always', 'secret', '[]'),
        event('always-back', 'secret', '[]'),
        event('one-open', 'secret', everybody),
      ])
      .execute();
    const at = '/oaipmh/access';
    const all = ['by-event', 'by-series', 'always', 'always-back', 'one-open'];
    for (const id of all) await publishing.publish(id, [], 'oaipmh-access');
    await publishing.retract('always-back', 'oaipmh-access');
    const listed = async (query = '', who: Asker = {}) => {
      const root = await ask(`verb=ListRecords&metadataPrefix=oai_dc${query}`, who, at);
      const text = JSON.stringify(root);
      const records = childNamed(root, 'ListRecords') ? headersIn(listOf(root, 'ListRecords')) : [];
      const states = records.map((one) => [childText(one, 'identifier'), attributeOf(one, 'status') ?? 'live']);
      return { text, records, states: Object.fromEntries(states) as Record<string, string> };
    };
    const before = await listed();
    assert.deepEqual(before.states, { 'by-event': 'live', 'by-series': 'live', 'one-open': 'live' });
    assert.doesNotMatch(before.text, /Secret title/);
    const stampOf = (one: Awaited<ReturnType<typeof listed>>, id: string) =>
      childText(one.records.find((header) => childText(header, 'identifier') === id) as XmlElement, 'datestamp') ?? '';
    const sets = JSON.stringify(await ask('verb=ListSets', {}, at));
    assert.match(sets, /Open series/);
    assert.doesNotMatch(sets, /Secret title|secret/);

    await database.updateTable('events').set({ acl: learners }).where('id', '=', 'by-event').execute();
    await database.updateTable('series').set({ acl: learners }).where('id', '=', 'open').execute();
    const gone = await listed();
    assert.deepEqual(gone.states, { 'by-event': 'deleted', 'by-series': 'deleted', 'one-open': 'live' });
    assert.doesNotMatch(gone.text, /Title of by-|Open series|setSpec/);
    assert.deepEqual(Object.keys((await listed('&set=series:open')).states).toSorted(), ['by-event', 'by-series']);
    assert.match(errorOf(await ask('verb=ListSets', {}, at)), /^noSetHierarchy/);
    const from = await listed(`&from=${stampOf(gone, 'by-event')}`);
    assert.equal(from.states['by-event'], 'deleted', 'who harvests what changed since then hears of it');
    const staff = (await listed('', { as: 'admin' })).states;
    assert.deepEqual(staff, Object.fromEntries(all.map((id) => [id, id === 'always-back' ? 'deleted' : 'live'])));

    await database.updateTable('series').set({ acl: everybody }).where('id', '=', 'open').execute();
    const again = await listed();
    assert.equal(again.states['by-series'], 'live');
    assert.ok(stampOf(again, 'by-series') >= stampOf(gone, 'by-series'));
    await database.deleteFrom('series').where('id', '=', 'open').execute();
    assert.equal((await listed()).states['by-series'], 'deleted');
  });

  test('takes a series as a set, whose name any id can have', async () => {
    const sets = listOf(await ask('verb=ListSets'), 'ListSets');
    const [set] = elementsOf(sets) as [XmlElement];
    const spec = childText(set, 'setSpec') ?? '';
    assert.match(spec, /^([A-Za-z0-9\-_.!~*'()])+(:[A-Za-z0-9\-_.!~*'()]+)*$/);
    assert.equal(childText(set, 'setName'), 'Anatomie & <b>');
    for (const name of [spec, encodeURIComponent('UE 3/é')])
      assert.deepEqual(idsIn(listOf(await ask(`verb=ListRecords&metadataPrefix=oai_dc&set=${name}`), 'ListRecords')), [
        'bones',
      ]);
    assert.match(errorOf(await ask('verb=ListRecords&metadataPrefix=oai_dc&set=series:other')), /^noRecordsMatch/);
  });

  test('asks by dates', async () => {
    const header = headersIn(
      listOf(await ask('verb=GetRecord&identifier=bones&metadataPrefix=oai_dc'), 'GetRecord'),
    )[0];
    const stamp = childText(header as XmlElement, 'datestamp') ?? '';
    const ids = async (query: string) => {
      const root = await ask(`verb=ListIdentifiers&metadataPrefix=oai_dc&${query}`);
      return childNamed(root, 'ListIdentifiers') ? idsIn(listOf(root, 'ListIdentifiers')) : errorOf(root).split(':')[0];
    };
    assert.ok((await ids(`from=${stamp}&until=${stamp}`))?.includes('bones'));
    assert.ok((await ids(`until=${stamp.slice(0, 10)}`))?.includes('bones'));
    assert.equal(await ids('until=2020-01-01'), 'noRecordsMatch');
    assert.equal(await ids('from=2090-01-01T00:00:00Z'), 'noRecordsMatch');
  });

  test('is told each mistake in the words of the protocol', async () => {
    for (const [query, code] of [
      ['', 'badVerb'],
      ['verb=Nothing', 'badVerb'],
      ['verb=Identify&verb=Identify', 'badVerb'],
      ['verb=Identify&set=x', 'badArgument'],
      ['verb=GetRecord&identifier=bones', 'badArgument'],
      ['verb=ListRecords', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=yesterday', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=marc21', 'cannotDisseminateFormat'],
      ['verb=GetRecord&identifier=none&metadataPrefix=oai_dc', 'idDoesNotExist'],
      ['verb=ListMetadataFormats&identifier=none', 'idDoesNotExist'],
      ['verb=ListRecords&resumptionToken=nonsense', 'badResumptionToken'],
      ['verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc', 'badArgument'],
      [
        `verb=ListRecords&resumptionToken=${Buffer.from('{"__proto__":1}').toString('base64url')}`,
        'badResumptionToken',
      ],
      ['verb=ListRecords&metadataPrefix=oai_dc&__proto__=x', 'badArgument'],
    ] as const)
      assert.equal(errorOf(await ask(query)).split(':')[0], code, query);
    assert.equal((await read(on, '/oaipmh/unknown?verb=Identify')).status, 404);
  });

  test('may post, as the protocol wants', async () => {
    const reply = await fetch(`${on.url}/oaipmh/default`, {
      method: 'POST',
      body: new URLSearchParams({ verb: 'Identify' }),
    });
    assert.equal(reply.status, 200);
    assert.match(await reply.text(), /<Identify>/);
  });

  test('takes long lists in parts and misses no record, while some change', async () => {
    const { database } = on.rig.services;
    const acl = JSON.stringify([{ role: 'ROLE_ANONYMOUS', action: 'read', allow: true }]);
    const ids = Array.from({ length: MANY }, (_, n) => `many-${String(n).padStart(3, '0')}`);
    await database
      .insertInto('events')
      .values(ids.map((id) => ({ id, title: id, acl })))
      .execute();
    await database
      .insertInto('publications')
      .values(
        ids.map((id) => ({ id: `of-${id}`, event: id, channel: 'oaipmh-many', version: 1, workflow: 1, url: '/' })),
      )
      .execute();
    const seen: string[] = [];
    let query = 'verb=ListRecords&metadataPrefix=matterhorn-inlined';
    for (let parts = 1; ; parts++) {
      const list = listOf(await ask(query, {}, '/oaipmh/many'), 'ListRecords');
      seen.push(...idsIn(list));
      const token = childNamed(list, 'resumptionToken');
      if (parts === 1) assert.equal(attributeOf(token as XmlElement, 'completeListSize'), String(MANY));
      if (parts === 1)
        await database
          .updateTable('events')
          .set({ modified_at: new Date(Date.now() + 5000) })
          .where('id', '=', 'many-000')
          .execute();
      if (textOf(token as XmlElement) === '') {
        assert.equal(parts, 3);
        break;
      }
      query = `verb=ListRecords&resumptionToken=${textOf(token as XmlElement)}`;
    }
    assert.deepEqual([...new Set(seen)].toSorted(), ids);
  });

  test('is told that an event was deleted', async () => {
    const { database } = on.rig.services;
    await database.deleteFrom('events').where('id', '=', 'bones').execute();
    const list = listOf(await ask('verb=ListIdentifiers&metadataPrefix=oai_dc'), 'ListIdentifiers');
    const header = headersIn(list).find((one) => childText(one, 'identifier') === 'bones');
    assert.equal(attributeOf(header as XmlElement, 'status'), 'deleted');
  });
});
