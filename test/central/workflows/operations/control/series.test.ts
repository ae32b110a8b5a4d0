import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { episodeTerms } from '#central/catalogue/dublin-core.ts';
import { eventNamed } from '#central/catalogue/events.ts';
import { storeElement } from '#central/catalogue/series-elements.ts';
import { json, type ElementRow } from '#central/store/tables.ts';
import { series } from '#central/workflows/operations/control/series.ts';
import { OperationFailed, type OperationResult } from '#central/workflows/run/operation.ts';
import { parseAccessList } from '#lib/opencast/access-list.ts';
import { parseCatalog, parseTerms } from '#lib/opencast/dublin-core.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';

const DCTERMS = 'http://purl.org/dc/terms/';
const term = (name: string, value: string, namespace = DCTERMS) => ({ namespace, name, value });
const ACL = [
  { role: 'C1_Learner', action: 'read', allow: true },
  { role: 'A & <B>', action: 'write', allow: false },
];

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  const { database } = opened;
  const terms = json([term('license', 'CC BY'), term('contributor', 'UP'), term('custom', 'x', 'urn:own')]);
  await database
    .insertInto('series')
    .values({ id: 'paes', title: 'PAES & co', terms, acl: json(ACL) })
    .execute();
  const extended = { series: 'paes', type: 'extended', content: Buffer.from('<x/>'), mime_type: 'text/xml' };
  await storeElement(database, undefined, extended);
  await database
    .insertInto('events')
    .values([
      { id: 'lecture-1', title: 'Anatomie', series: 'paes', terms: json([term('license', 'own')]) },
      { id: 'alone', title: 'Alone' },
      { id: 'lost', title: 'Lost', series: 'unknown' },
    ])
    .execute();
});
after(async () => {
  await rig.close();
  await opened.close();
});

async function done(
  keys: Record<string, string>,
  { event = 'lecture-1', elements = [] as readonly ElementRow[] } = {},
): Promise<OperationResult> {
  const { result } = await rig.run(series(rig.needs), keys, elements, { event });
  if ('settle' in result && result.settle) {
    const { settle } = result;
    await opened.database.transaction().execute((within) => settle(within));
  }
  return result;
}
const addedOf = (result: OperationResult): readonly ElementRow[] => ('added' in result && result.added) || [];
const textOf = (element: ElementRow | undefined): Promise<string> => readFile(rig.pathOf(element!), 'utf8');

test('series adds descriptions and the access list, in the place of those that are there', async () => {
  const file = new URL(import.meta.url).pathname;
  const old = await rig.element(file, 'dublincore/series', { kind: 'catalog', tags: ['archive'] });
  const other = await rig.element(file, 'dublincore/episode', { kind: 'catalog' });
  const result = await done({ attach: '*', 'apply-acl': 'true' }, { elements: [old, other] });
  const [catalog, extended, access] = addedOf(result);
  assert.deepEqual(
    addedOf(result).map(({ kind, flavor, tags }) => `${kind} ${flavor} ${tags.join()}`),
    ['catalog dublincore/series archive', 'catalog extended/series ', 'attachment security/xacml+series '],
  );
  assert.deepEqual('removed' in result && result.removed, [old.id]);
  assert.equal(parseCatalog(await textOf(catalog)).title, 'PAES & co');
  assert.equal(await textOf(extended), '<x/>');
  assert.deepEqual(parseAccessList(await textOf(access)), ACL);
  const some = await done({ attach: 'dublincore/*' });
  assert.deepEqual(
    addedOf(some).map(({ flavor }) => flavor),
    ['dublincore/series'],
  );
});

test('series gives the event the fields that it does not have, and another series', async () => {
  const result = await done({ attach: 'none/none', 'copy-metadata': 'license, contributor {urn:own}custom title' });
  const event = await eventNamed(opened.database, 'lecture-1');
  assert.deepEqual(event?.terms, [term('license', 'own'), term('contributor', 'UP'), term('custom', 'x', 'urn:own')]);
  assert.equal(event.title, 'Anatomie');
  const [file] = addedOf(result);
  assert.equal(file?.flavor, 'dublincore/episode');
  assert.deepEqual(
    parseTerms(await textOf(file)),
    episodeTerms(event).map((one) => ({ ...one })),
  );
  const audit = await opened.database.selectFrom('audit_log').selectAll().where('object', '=', 'lecture-1').execute();
  assert.deepEqual(
    audit.map(({ action, account }) => [action, account]),
    [['update', null]],
  );
  await done({ 'copy-metadata': 'contributor' });
  assert.equal((await eventNamed(opened.database, 'lecture-1'))?.terms.length, 3, 'a field is not copied twice');
  await done({ series: 'paes' }, { event: 'alone' });
  assert.equal((await eventNamed(opened.database, 'alone'))?.series, 'paes');
});

test('series says why there is nothing to add', async () => {
  const said = async (keys: Record<string, string>, event: string): Promise<string> => {
    const result = await done(keys, { event });
    return result.kind === 'skip' ? result.why : result.kind;
  };
  await opened.database.insertInto('events').values({ id: 'free', title: 'Free' }).execute();
  assert.equal(await said({}, 'free'), 'the event is of no series');
  assert.equal(await said({}, 'lost'), 'the series unknown is not known here');
  await assert.rejects(
    said({ series: 'none' }, 'free'),
    (error) => error instanceof OperationFailed && /no series none/.test(error.message),
  );
});
