import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDefinitions } from '#central/workflows/definitions.ts';
import { openProfiles } from '#central/workflows/profiles/open-profiles.ts';
import { SHIPPED } from '#central/workflows/shipped-definitions.ts';
import { wantedAhead } from '#central/workflows/wanted-ahead.ts';
import type { PlannedOperation } from '#central/workflows/run/run.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';

const catalogue = openCatalogue();
const needs = { catalogue, profiles: openProfiles() };

type Operation = Pick<PlannedOperation, 'id' | 'when' | 'configuration'>;
const operation = (id: string, keys: Record<string, string>, when: Operation['when'] = []): Operation => ({
  id,
  when,
  configuration: new Map(Object.entries(keys)),
});
const NEVER: Operation['when'] = [{ text: 'true', unless: true, condition: { kind: 'boolean', value: true } }];
const wanted = (...operations: Operation[]) => {
  const { profiles, envelope } = wantedAhead({ operations, variables: new Map(), flavor: 'presenter/source' }, needs);
  return [profiles.map(({ id }) => id), envelope];
};

test('the envelope of a sound is wanted by what looks at it, also if nothing is encoded', () => {
  for (const id of ['silence', 'waveform', 'find-faults'])
    assert.deepEqual(wanted(operation(id, { 'source-flavor': '*/source' })), [[], true], id);
  assert.deepEqual(wanted(operation('silence', { 'source-flavors': 'presentation/source,presenter/*' })), [[], true]);
  assert.deepEqual(wanted(operation('waveform', { 'source-flavor': 'presentation/source' })), [[], false]);
  assert.deepEqual(wanted(operation('waveform', { 'source-flavor': '*/source' }, NEVER)), [[], false]);
  const encode = operation('encode', { 'source-flavor': '*/source', 'encoding-profile': 'mp4-low.http' });
  assert.deepEqual(wanted(encode), [['mp4-low.http'], false]);
  assert.deepEqual(wanted(operation('silence', { 'source-flavor': '*/source' }), encode), [['mp4-low.http'], true]);
});

test('the definition that comes with the server wants both', async (t) => {
  const own = join(tmpdir(), 'there-is-no-such-folder');
  const definitions = await openDefinitions({ shipped: SHIPPED, own, catalogue, has: () => true, log: silentLog });
  t.after(() => definitions.close());
  const variables = new Map<string, string>();
  const operations = definitions.plan(definitions.find('schedule-and-upload')!, variables);
  const { profiles, envelope } = wantedAhead({ operations, variables, flavor: 'presenter/source' }, needs);
  assert.ok(profiles.length > 0 && envelope);
});
