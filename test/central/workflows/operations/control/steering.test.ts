import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { analyzeMediaPackage } from '#central/workflows/operations/control/analyze-mediapackage.ts';
import { conditionalConfig } from '#central/workflows/operations/control/conditional-config.ts';
import { configureByDcterm } from '#central/workflows/operations/control/configure-by-dcterm.ts';
import { errorResolution } from '#central/workflows/operations/control/error-resolution.ts';
import { exportWfProperties } from '#central/workflows/operations/control/export-wf-properties.ts';
import { importWfProperties } from '#central/workflows/operations/control/import-wf-properties.ts';
import { include } from '#central/workflows/operations/control/include.ts';
import { OperationFailed, type Operation, type OperationResult } from '#central/workflows/run/operation.ts';
import { json } from '#central/store/tables.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';

const DCTERMS = 'http://purl.org/dc/terms/';

let opened: TestDatabase;
let rig: OperationRig;
let folder: string;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  folder = await mkdtemp(join(tmpdir(), 'amphi-steering-'));
  const { database } = opened;
  const term = (name: string, value: string) => ({ namespace: DCTERMS, name, value });
  await database
    .insertInto('series')
    .values({ id: 'paes', title: 'PAES', terms: json([term('publisher', 'UP'), term('title', 'PAES')]) })
    .execute();
  const terms = json([term('audience', 'private'), term('creator', 'A. Un'), term('creator', 'B. Deux')]);
  await database.insertInto('events').values({ id: 'lecture-1', title: 'Anatomie', series: 'paes', terms }).execute();
});
after(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
  await opened.close();
});

const fileOf = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};
const variablesOf = (result: OperationResult): Record<string, string> | string =>
  result.kind === 'skip' ? result.why : Object.fromEntries('variables' in result ? (result.variables ?? []) : []);
const set = async (
  operation: Operation,
  keys: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<Record<string, string> | string> => variablesOf((await rig.run(operation, keys, [], { variables })).result);
const fails = (asked: Promise<unknown>, why: RegExp) =>
  assert.rejects(asked, (error) => error instanceof OperationFailed && why.test(error.message));

describe('conditional-config', () => {
  const keys = {
    'configuration-name': 'profile',
    'condition-2': '${width} > 1000',
    'value-2': 'hd',
    'condition-10': "${kind} == 'slides' AND ${width} > 1600",
    'value-10': 'full',
    'no-match': 'low',
  };

  test('takes the first condition that holds, in the order of the names as texts', async () => {
    const told = (width: string, kind: string) => set(conditionalConfig(), keys, { width, kind });
    assert.deepEqual(await told('1920', 'slides'), { profile: 'full' });
    assert.deepEqual(await told('1920', 'camera'), { profile: 'hd' });
    assert.deepEqual(await told('720', 'slides'), { profile: 'low' });
    const { 'no-match': _, ...others } = keys;
    assert.equal(
      await set(conditionalConfig(), others, { width: '1' }),
      'no condition holds, and there is no no-match',
    );
  });

  test('reads values as data: one that looks like a condition decides nothing', async () => {
    const kind = "x' OR true OR 'x";
    assert.deepEqual(await set(conditionalConfig(), keys, { width: '720', kind }), { profile: 'low' });
  });

  test('fails in words without a condition, and where one has no answer', async () => {
    await fails(set(conditionalConfig(), { 'configuration-name': 'x' }), /there is no condition: write condition-1/);
    await fails(set(conditionalConfig(), { 'configuration-name': 'x', 'condition-1': 'maybe' }), /is no condition/);
    const odd = { 'configuration-name': 'x', 'condition-1': '${kind}' };
    await fails(
      set(conditionalConfig(), odd, { kind: 'slides' }),
      /condition-1 has no answer: .*neither true nor false/,
    );
  });
});

test('configure-by-dcterm sets variables by any value of a field, of the event or of its series', async () => {
  const operation = configureByDcterm(rig.needs);
  const asked = (dccatalog: string, dcterm: string, value: string, more: Record<string, string> = {}) =>
    set(operation, { dccatalog, dcterm, 'match-value': value, publishPrivate: 'true', ...more });
  assert.deepEqual(await asked('episode', 'audience', 'private'), { publishPrivate: 'true' });
  assert.deepEqual(await asked('episode', 'creator', 'B. Deux'), { publishPrivate: 'true' });
  assert.deepEqual(await asked('episode', `{${DCTERMS}}isPartOf`, 'paes'), { publishPrivate: 'true' });
  assert.deepEqual(await asked('series', 'publisher', 'UP'), { publishPrivate: 'true' });
  assert.equal(await asked('episode', 'audience', 'Private'), 'audience of the episode is "private", not "Private"');
  assert.equal(await asked('episode', '{}audience', 'private'), '{}audience of the episode is missing, not "private"');
  assert.equal(await asked('series', 'rights', 'free'), 'rights of the series is missing, not "free"');
  assert.deepEqual(await asked('series', 'rights', 'free', { 'default-value': 'free' }), { publishPrivate: 'true' });
  await fails(asked('course', 'title', 'x'), /dccatalog must be one of episode, series/);
});

test('analyze-mediapackage tells which elements there are, by flavor, tag and publication', async () => {
  const path = await fileOf('a.xml', '<a/>');
  const elements = [
    await rig.element(path, 'presenter/source', { kind: 'track', tags: ['archive', 'raw'], duration_ms: null }),
    await rig.element(path, 'security/xacml+episode', { kind: 'attachment' }),
    await rig.element(path, 'dublincore/episode', { kind: 'catalog', file_name: 'dublincore.xml' }),
  ];
  const published = ['engage-player', 'internal', 'ended'].map((channel) => ({
    id: channel,
    event: 'lecture-1',
    channel,
    version: 1,
    url: '/',
    ended_at: channel === 'ended' ? new Date() : null,
  }));
  await opened.database.insertInto('publications').values(published).execute();
  const told = async (keys: Record<string, string>) =>
    variablesOf((await rig.run(analyzeMediaPackage(rig.needs), keys, elements)).result);
  assert.deepEqual(await told({}), {
    presenter_source_exists: 'true',
    presenter_source_type: 'Track',
    presenter_source_filename: 'a.xml',
    'security_xacml+episode_exists': 'true',
    'security_xacml+episode_type': 'Attachment',
    'security_xacml+episode_filename': 'a.xml',
    dublincore_episode_exists: 'true',
    dublincore_episode_type: 'Catalog',
    dublincore_episode_filename: 'dublincore.xml',
  });
  const some = { 'source-flavors': '*/source', 'set-flavor-variables': 'false', 'set-tag-variables': 'true' };
  assert.deepEqual(await told(some), {
    presenter_source_hastag_archive: 'true',
    presenter_source_hastag_raw: 'true',
  });
  assert.deepEqual(await told({ 'source-tags': 'none', 'set-publication-variables': 'true' }), {
    publication_engage_player_exists: 'true',
    publication_internal_exists: 'true',
  });
  assert.equal(await told({ 'source-tags': 'none' }), 'nothing has these flavors or tags');
});

describe('variables of a run in a file', () => {
  const values = { quality: 'hd', 'a key: with = signs #!': '  é \\ "x"\n second\tline ', empty: '', __proto__x: '1' };

  test('are written and read as they were', async () => {
    const keys = { 'target-flavor': 'processing/defaults', 'target-tags': 'archive' };
    const { result } = await rig.run(exportWfProperties(), keys, [], { variables: values });
    const [file] = ('added' in result && result.added) || [];
    assert.deepEqual([file?.flavor, file?.tags, file?.kind], ['processing/defaults', ['archive'], 'attachment']);
    assert.match(await readFile(rig.pathOf(file!), 'utf8'), /^quality=hd$/m);
    const read = (more: Record<string, string> = {}) =>
      rig.run(importWfProperties(), { 'source-flavor': 'processing/defaults', ...more }, [file!]);
    assert.deepEqual(variablesOf((await read()).result), values);
    assert.deepEqual(variablesOf((await read({ keys: 'quality, none' })).result), { quality: 'hd' });
    assert.equal(variablesOf((await read({ keys: 'none' })).result), 'workflow.properties has none of these variables');
    const some = await rig.run(exportWfProperties(), { ...keys, keys: 'none' }, [], { variables: values });
    assert.equal(variablesOf(some.result), 'none of these variables has a value');
  });

  test('are refused in words where the file is too large, or has characters that no text may have', async () => {
    const read = async (text: string) => {
      const file = await rig.element(await fileOf('w.properties', text), 'processing/defaults');
      return rig.run(importWfProperties(), { 'source-flavor': 'processing/*' }, [file]);
    };
    await fails(read('x='.padEnd(70_000, 'y')), /has 70000 bytes: a file of variables has 65536 at most/);
    await fails(read('# ok\na=1\nb=\\u0000'), /w\.properties, line 3: has a character U\+0000/);
    const none = await rig.run(importWfProperties(), { 'source-flavor': 'processing/*' }, []);
    assert.equal(variablesOf(none.result), 'there is no file of the flavor processing/*');
    await fails(rig.run(importWfProperties(), {}, []), /source-flavor is missing/);
  });
});

test('include that could not be replaced says why; error-resolution waits', async () => {
  await fails(rig.run(include(), { 'workflow-id': '${kind}-publish' }), /named by a variable without a value/);
  await fails(rig.run(include(), { 'workflow-id': 'fast' }), /"fast" was not included/);
  const { result } = await rig.run(errorResolution(), {});
  assert.equal(result.kind, 'pause');
});
