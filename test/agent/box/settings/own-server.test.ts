import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '#agent/box/settings/config.ts';
import { keepOwnServer, withOwnServer } from '#agent/box/settings/own-server.ts';
import { silentLog } from '#lib/runtime/log.ts';

test('a server that was entered on the page counts at the next start, unless the file names one', async () => {
  const data = await mkdtemp(join(tmpdir(), 'amphi-own-'));
  try {
    const config = { ...parseConfig('', 'box.yaml'), data };
    assert.equal((await withOwnServer(config, silentLog)).opencast, undefined);
    const server = { url: 'https://opencast.example.org/', auth: 'basic', user: 'amphi', password: 'sesam' } as const;
    assert.equal(await keepOwnServer(data, server), undefined);
    const { opencast } = await withOwnServer(config, silentLog);
    assert.deepEqual([opencast?.url, opencast?.user], ['https://opencast.example.org', 'amphi']);
    assert.equal((await readFile(opencast?.passwordFile ?? '', 'utf8')).trim(), 'sesam');
    assert.equal((await stat(opencast?.passwordFile ?? '')).mode & 0o77, 0, 'nobody else reads it');
    assert.doesNotMatch(await readFile(join(data, 'scheduler.json'), 'utf8'), /sesam/);

    const named = parseConfig('schedule: { opencast: { url: "http://other" } }', 'box.yaml');
    assert.equal((await withOwnServer({ ...named, data }, silentLog)).opencast?.url, 'http://other');

    assert.match((await keepOwnServer(data, { url: 'ftp://x', auth: 'basic' })) ?? '', /url: must be a URL/);
    assert.equal((await withOwnServer(config, silentLog)).opencast?.url, 'https://opencast.example.org');
    await writeFile(join(data, 'scheduler.json'), '{ broken');
    assert.equal((await withOwnServer(config, silentLog)).opencast, undefined);
    assert.equal(await readFile(join(data, 'scheduler.json.damaged'), 'utf8'), '{ broken');
    await writeFile(join(data, 'scheduler.json'), '{ half');
    assert.equal(await keepOwnServer(data, server), undefined);
    assert.equal(await readFile(join(data, 'scheduler.json.damaged-2'), 'utf8'), '{ half', 'it is not written over');
    assert.equal((await withOwnServer(config, silentLog)).opencast?.user, 'amphi');
    await keepOwnServer(data, undefined);
    await assert.rejects(stat(join(data, 'scheduler-password')));
  } finally {
    await rm(data, { recursive: true });
  }
});
