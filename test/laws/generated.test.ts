import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generatorExists, generators, staleness } from './generated.ts';
import { root } from './tree.ts';

for (const generator of generators) {
  test(`${generator.makes}: fresh`, { skip: !generatorExists(generator, root) }, async () => {
    assert.equal(await staleness(generator, root), undefined);
  });
}

test('the law of generated files sees a stale one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amphi-law-'));
  try {
    writeFileSync(join(folder, 'fresh.ts'), `process.exit(process.argv[2] === '--check' ? 0 : 2);`);
    writeFileSync(join(folder, 'stale.ts'), `console.log('a.md is stale'); process.exit(1);`);
    assert.equal(await staleness({ makes: 'a', script: 'fresh.ts' }, folder), undefined);
    assert.match((await staleness({ makes: 'a', script: 'stale.ts' }, folder)) ?? '', /a\.md is stale/);
    assert.notEqual(await staleness({ makes: 'a', script: 'absent.ts' }, folder), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
