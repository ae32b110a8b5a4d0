import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig, readConfig } from '#agent/box/settings/config.ts';
import { machineSettings } from '#agent/box/web/machine-settings.ts';
import type { Log } from '#lib/runtime/log.ts';

test('what was entered on the page and is of no use is told and kept aside, at the start and when it is written', async () => {
  const data = await mkdtemp(join(tmpdir(), 'amphi-machine-'));
  const told: string[] = [];
  const log = {
    error: ({ error }: { error: string }, text: string) => void told.push(`${text}: ${error}`),
  } as unknown as Log;
  const read = () => readConfig(undefined, [{ path: ['data'], value: data, from: 'a test' }], log);
  const path = join(data, 'machine.json');
  try {
    const settings = machineSettings({ ...parseConfig('', 'a test'), data }, log);
    assert.deepEqual(await settings.keep({ timeZone: 'Europe/Zurich' }), []);
    assert.equal((await read()).timeZone, 'Europe/Zurich');
    assert.deepEqual(told, []);
    for (const [n, damaged] of ['{"timeZone": "Eur', '', '[]', '{"timeZone": 5}'].entries()) {
      await writeFile(path, damaged);
      assert.equal((await read()).timeZone, undefined, damaged);
      assert.match(told[n] ?? '', /settings of the machine .* is damaged and was set aside/, damaged);
      assert.equal(await readFile(`${path}.damaged${n === 0 ? '' : `-${n + 1}`}`, 'utf8'), damaged);
    }
    await writeFile(path, '{ half');
    assert.deepEqual(await settings.keep({ timeZone: 'Europe/Paris' }), []);
    assert.equal(await readFile(`${path}.damaged-5`, 'utf8'), '{ half', 'it is not written over');
    assert.equal((await read()).timeZone, 'Europe/Paris');
  } finally {
    await rm(data, { recursive: true });
  }
});
