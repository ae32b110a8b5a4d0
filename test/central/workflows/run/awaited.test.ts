import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openDefinitions } from '#central/workflows/definitions.ts';
import { SHIPPED } from '#central/workflows/shipped-definitions.ts';
import { awaitedOperations } from '#central/workflows/run/awaited.ts';

const operation = (id: string, waitsFor: number[] = []) => ({ id, waitsFor });

test('what a publication waits for is awaited, also at second hand; what it does not wait for is not', () => {
  const run = [
    operation('inspect'),
    operation('editor', [0]),
    operation('segment-video', [1]),
    operation('encode', [1]),
    operation('publish-engage', [3]),
    operation('publish-engage', [2, 4]),
    operation('cleanup', [5]),
  ];
  assert.deepEqual(awaitedOperations(run), new Set([0, 1, 3, 4]));
  const inside = [operation('encode'), operation('publish-configure', [0]), operation('publish-engage')];
  assert.deepEqual([...awaitedOperations(inside)], [2]);
  assert.deepEqual(awaitedOperations(inside.slice(0, 2)), new Set([0, 1]));
  assert.deepEqual([...awaitedOperations([operation('log'), operation('email', [0])])], []);
});

test('of the shipped definition, qualities are awaited for the first publication, and previews are not', async (t) => {
  const definitions = await openDefinitions({
    shipped: SHIPPED,
    own: '/nowhere/workflows',
    catalogue: openCatalogue(),
    has: () => true,
    log: silentLog,
  });
  t.after(() => definitions.close());
  for (const id of ['schedule-and-upload', 'publish', 'hd-720p', 'fast']) {
    const planned = definitions.plan(definitions.find(id)!, new Map());
    const awaited = awaitedOperations(planned);
    const ids = new Set(planned.filter((_, position) => awaited.has(position)).map((one) => one.id));
    for (const one of ['encode', 'publish-engage']) assert.ok(ids.has(one), `${id}: ${[...ids].join()}`);
    for (const one of [
      'find-faults',
      'silence',
      'waveform',
      'segment-video',
      'extract-text',
      'timelinepreviews',
      'speechtotext',
    ])
      assert.ok(!ids.has(one), `${id}: ${one} holds up the publication`);
  }
});
