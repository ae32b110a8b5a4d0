import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readFolderAside } from '#central/workflows/definition-files.ts';
import { openDefinitions, type Definitions } from '#central/workflows/definitions.ts';
import { SHIPPED } from '#central/workflows/shipped-definitions.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';

/** Definitions of an administrator, beside those of the server. */
let own: string;
let definitions: Definitions;
const put = (name: string, text: string): Promise<void> => writeFile(join(own, name), text);
const definition = (id: string, title: string, operations = '  - id: inspect\n'): string =>
  `id: ${id}\ntitle: ${title}\ntags: [upload]\noperations:\n${operations}`;
const problemsOf = (name: string): string[] =>
  definitions
    .problems()
    .filter(({ file }) => file.endsWith(name))
    .map(({ what }) => what);
before(async () => {
  own = await mkdtemp(join(tmpdir(), 'amphi-definitions-'));
  await put('fast.yaml', definition('fast', 'Ours'));
  definitions = await openDefinitions({
    shipped: SHIPPED,
    own,
    catalogue: openCatalogue(),
    has: () => true,
    log: silentLog,
  });
});
after(async () => {
  definitions.close();
  await rm(own, { recursive: true });
});

test('one of an administrator replaces one of the server with the same id, and the others stay', () => {
  assert.equal(definitions.find('fast')?.title, 'Ours');
  assert.deepEqual(definitions.problems(), []);
  assert.ok(definitions.find('schedule-and-upload'));
});

test('what an administrator changes counts without a start; loops, damage and excess are told in words', async () => {
  const loop = '  - id: include\n    configurations:\n      - workflow-id: ';
  await put('one.yaml', definition('one', 'One', `${loop}two\n`));
  await put('two.yaml', definition('two', 'Two', `${loop}one\n`));
  await put('damaged.xml', '<definition><id>x</id>');
  await put('long.yaml', `#${'x'.repeat(300_000)}\n`);
  await put('added.yaml', definition('added', 'Added'));
  await until('the new one is there', () => definitions.find('added') !== undefined);
  assert.match(definitions.whyNot('one') ?? '', /include/);
  assert.match(problemsOf('two.yaml').join(), /one/);
  assert.equal(problemsOf('damaged.xml').length, 1);
  assert.match(problemsOf('long.yaml').join(), /more than 262144 bytes/);
  assert.equal(definitions.whyNot('added'), undefined);
  await rm(join(own, 'fast.yaml'));
  await until('that of the server is back', () => definitions.find('fast')?.title !== 'Ours');
});

test('aliases of aliases without end are told, and what stands beside them is read', async () => {
  // A nesting that YAML takes long for: aliases of aliases.
  const anchors = Array.from({ length: 9 }, (_, n) =>
    n === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
      : `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
  );
  const many = '  - id: tag\n    description: something to read\n    configurations:\n      - a: b\n';
  await put('bomb.yaml', `${anchors.join('\n')}\n`);
  for (let n = 0; n < 8; n++) await put(`many-${n}.yaml`, definition(`many-${n}`, 'Many', many.repeat(290)));
  await until('they are read', () => definitions.find('many-7') !== undefined);
  assert.ok(problemsOf('bomb.yaml').length > 0);
});

test('files that took too long to read are read once more, although nobody changed them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-definitions-slow-'));
  await writeFile(join(folder, 'slow.yaml'), definition('slow', 'Slow'));
  let readings = 0;
  const slow = await openDefinitions({
    shipped: undefined,
    own: folder,
    catalogue: openCatalogue(),
    has: () => true,
    log: silentLog,
    readAside: async (of) => (++readings === 1 ? undefined : readFolderAside(of)),
    againMs: 0,
  });
  assert.equal(slow.find('slow'), undefined);
  assert.match(
    slow
      .problems()
      .map(({ what }) => what)
      .join(),
    /take too long to read/,
  );
  await until('they are read', () => slow.find('slow') !== undefined);
  assert.deepEqual([slow.problems(), readings], [[], 2]);
  slow.close();
  await rm(folder, { recursive: true });
});
