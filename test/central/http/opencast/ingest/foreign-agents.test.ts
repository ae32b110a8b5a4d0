import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openIngestRig, type IngestRig } from '../../../ingest-rig.ts';

let on: IngestRig;
before(async () => {
  on = await openIngestRig();
});
after(() => on.close());

const film = () => ({ file: on.movie, name: 'x.mp4' });
const eventOf = (id: string) =>
  on.rig.services.database.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const DC = 'xmlns="http://www.opencastproject.org/xsd/1.0/dublincore/" xmlns:dcterms="http://purl.org/dc/terms/"';
const catalogOf = (terms: string): string => `<dublincore ${DC}>${terms}</dublincore>`;
const READER = [{ role: '1234_Learner', action: 'read', allow: true }];
const XACML = `<Policy PolicyId="p" xmlns="urn:oasis:names:tc:xacml:2.0:policy:schema:os">
  <Rule RuleId="1234_Learner_read_Permit" Effect="Permit"><Target><Actions><Action><ActionMatch>
    <AttributeValue>read</AttributeValue></ActionMatch></Action></Actions></Target>
    <Condition><Apply><AttributeValue>1234_Learner</AttributeValue></Apply></Condition></Rule>
  <Rule RuleId="DenyRule" Effect="Deny"/></Policy>`;

async function oneShot(fields: Record<string, string>): Promise<string> {
  const identifier = crypto.randomUUID();
  const form = { identifier, flavor: 'presenter/source', ...fields, file: film() };
  const { status, text } = await on.send('/ingest/addMediaPackage', form);
  assert.equal(status, 200, text);
  return identifier;
}

describe('an access list that is brought is the event’s', () => {
  test('in a form: as JSON, as XML, as XACML', async () => {
    for (const acl of [
      JSON.stringify({ acl: { ace: READER } }),
      JSON.stringify({ acl: { ace: READER[0] } }),
      '<acl xmlns="http://org.opencastproject.security"><ace><role>1234_Learner</role><action>read</action></ace></acl>',
      XACML,
    ])
      assert.deepEqual((await eventOf(await oneShot({ title: 'T', acl }))).acl, READER);
    const wrong = await on.send('/ingest/addMediaPackage', { title: 'T', acl: '{', flavor: 'a/b', file: film() });
    assert.equal(wrong.status, 400);
  });

  test('as an attachment of a package, of the event and of a new series', async () => {
    let mp = await on.create();
    const add = async (path: string, fields: Parameters<IngestRig['send']>[1]): Promise<void> => {
      const { status, text } = await on.send(path, { mediaPackage: mp, ...fields });
      assert.equal(status, 200, text);
      mp = text;
    };
    const xacml = { file: Buffer.from(XACML), name: 'acl.xml' };
    await add('/ingest/addTrack', { flavor: 'presenter/source', file: film() });
    await add('/ingest/addAttachment', { flavor: 'security/xacml+episode', file: xacml });
    await add('/ingest/addAttachment', { flavor: 'security/xacml+series', file: xacml });
    const episode = catalogOf('<dcterms:title>T</dcterms:title><dcterms:isPartOf>S9</dcterms:isPartOf>');
    // Recorders in browsers encode a field of multipart as if it were another kind of form.
    await add('/ingest/addDCCatalog', { flavor: 'dublincore/episode', dublinCore: encodeURIComponent(episode) });
    const series = catalogOf('<dcterms:title>S</dcterms:title><dcterms:identifier>S9</dcterms:identifier>');
    await add('/ingest/addDCCatalog', { flavor: 'dublincore/series', dublinCore: series });
    const done = await on.send('/ingest/ingest', { mediaPackage: mp });
    assert.equal(done.status, 200, done.text);
    const id = /id="([^"]+)"/.exec(mp)?.[1] ?? '';
    const event = await eventOf(id);
    assert.deepEqual([event.title, event.series, event.acl], ['T', 'S9', READER]);
    const row = await on.rig.services.database
      .selectFrom('series')
      .selectAll()
      .where('id', '=', 'S9')
      .executeTakeFirstOrThrow();
    assert.deepEqual([row.title, row.acl], ['S', READER]);
  });
});

test('catalogs that are named by their URL are fetched; a place and a time that nobody planned stay', async () => {
  const temporal = 'start=2026-11-20T09:00:00Z; end=2026-11-20T10:00:00Z; scheme=W3C-DTF;';
  const episode = catalogOf(
    `<dcterms:title>From afar</dcterms:title><dcterms:spatial>Salle 3</dcterms:spatial><dcterms:temporal>${temporal}</dcterms:temporal>`,
  );
  const series = catalogOf('<dcterms:title>Série</dcterms:title><dcterms:identifier>S10</dcterms:identifier>');
  const added = await on.send('/ingest/addDCCatalog', { mediaPackage: await on.create(), dublinCore: episode });
  const alsoAdded = await on.send('/ingest/addDCCatalog', {
    mediaPackage: added.text,
    dublinCore: series,
    flavor: 'dublincore/series',
  });
  const [episodeDCCatalogUri = '', seriesDCCatalogUri = ''] = [...alsoAdded.text.matchAll(/<url>([^<]+)</g)].map(
    ([, url]) => url,
  );
  const id = await oneShot({ episodeDCCatalogUri, seriesDCCatalogUri, title: 'kept' });
  const event = await eventOf(id);
  assert.deepEqual([event.title, event.hall], ['From afar', 'Salle 3']);
  const workflow = await on.rig.services.database
    .selectFrom('workflows')
    .selectAll()
    .where('event', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(workflow.configuration, {});
  const dc = await (await on.get(`/recordings/${id}/dublincore.xml`)).text();
  assert.match(dc, /<dcterms:spatial>Salle 3</);
  assert.ok(dc.includes(temporal));
  assert.equal((await on.get('/series/S10.xml')).status, 200);
});

test('what was recorded is told as it is, at the address that is asked, not at the one that it came by', async () => {
  await on.send('/series', { title: 'Série', identifier: 'S11' });
  await on.rig.services.database.insertInto('series').values({ id: 'S11', title: 'Série' }).execute();
  const id = crypto.randomUUID();
  const start = new Date('2026-11-20T09:00:00Z');
  await on.rig.services.database
    .insertInto('events')
    .values({
      id,
      title: 'Planned',
      series: 'S11',
      agent: 'Amphi_D',
      starts_at: start,
      ends_at: new Date(start.getTime() + 3_600_000),
      terms: JSON.stringify([{ namespace: 'http://purl.org/dc/terms/', name: 'creator', value: 'M. Dupont' }]),
    })
    .execute();
  const mp = `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${id}" start="2020-01-01T00:00:00Z"/>`;
  const added = await on.send('/ingest/addTrack', { mediaPackage: mp, flavor: 'presenter/source', file: film() });
  const evil = await fetch(`${on.url}/ingest/ingest`, {
    method: 'POST',
    headers: { ...on.rig.as('agent'), 'x-forwarded-host': 'evil.example' },
    body: new URLSearchParams({ mediaPackage: added.text }),
  });
  assert.equal(evil.status, 200);
  const text = await (await on.get(`/assets/episode/${id}`)).text();
  assert.match(text, new RegExp(`<mediapackage [^>]*start="2026-11-20T09:00:00Z" duration="1\\d\\d\\d"`));
  assert.match(text, /<title>Planned</);
  assert.match(text, /<seriestitle>Série</);
  assert.match(text, /<creator>M\. Dupont</);
  assert.match(text, /<resolution>320x180</);
  assert.match(text, /<channels>1</);
  const { manifest } = await on.rig.services.database
    .selectFrom('event_versions')
    .select('manifest')
    .where('event', '=', id)
    .executeTakeFirstOrThrow();
  assert.doesNotMatch(manifest, /127\.0\.0\.1|evil/, 'no address is kept');
});
