import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { testFilesIn } from './files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('what test files say they cover is there', () => {
  const missing = testFilesIn(join(root, 'test')).flatMap(({ path, covers }) =>
    covers.filter((covered) => !existsSync(join(root, covered))).map((covered) => `${path}: ${covered}`),
  );
  assert.deepEqual(missing, []);
});
