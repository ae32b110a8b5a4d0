import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { closeToOthers } from '#agent/box/settings/data-folder.ts';
import { silentLog } from '#lib/runtime/log.ts';

test('a data folder that others could read is closed to them, with the files in it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-data-'));
  t.after(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'accounts.json'), '{}', { mode: 0o644 });
  await writeFile(join(folder, 'token'), 'x', { mode: 0o400 });
  await closeToOthers(folder, silentLog);
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
  assert.equal(await modeOf(folder), 0o700);
  assert.deepEqual([await modeOf(join(folder, 'accounts.json')), await modeOf(join(folder, 'token'))], [0o600, 0o400]);
  await closeToOthers(join(folder, 'none'), silentLog);
});
