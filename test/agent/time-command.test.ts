import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { offerTimeServers } from '#agent/box/settings/time-servers-file.ts';
import { timeServers } from '#agent/box/web/time-servers.ts';
import { applyTimeServers } from '#agent/time-command.ts';
import { configSchema } from '#firmware-config/schema/config.ts';
import { silentLog } from '#lib/runtime/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'amphi-time-'));
after(() => rmSync(folder, { recursive: true }));
const from = join(folder, 'time-servers');
const to = join(folder, 'etc/systemd/timesyncd.conf.d/amphi.conf');
const offer = (names: string | undefined) =>
  offerTimeServers(
    configSchema.parse({ data: folder, ...(names === undefined ? {} : { timeServers: names }) }),
    silentLog,
  );

test('names go from the configuration to the machine, which tells them, and away again', async () => {
  await offer(undefined);
  assert.equal(existsSync(from), false, 'nothing is written for who names none');
  await offer('ntp.example.org 10.0.0.1 2001:db8::1');
  await applyTimeServers(from, to);
  assert.match(readFileSync(to, 'utf8'), /^\[Time\]\nNTP=ntp\.example\.org 10\.0\.0\.1 2001:db8::1\n$/m);
  assert.deepEqual(timeServers(folder), ['ntp.example.org', '10.0.0.1', '2001:db8::1']);
  await offer('');
  await applyTimeServers(from, to);
  assert.equal(existsSync(to), false);
});

test('nothing but names passes from a box to root', async () => {
  rmSync(from, { force: true });
  for (const text of ['a\nb', '[Time]', 'a;b', '-a', '$(id)', 'a\tb', 'x '.repeat(9), 'a'.repeat(5000), 'a\n[Match]']) {
    writeFileSync(from, text);
    await assert.rejects(applyTimeServers(from, to), /names/, text.slice(0, 20));
  }
  rmSync(from);
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'secret.example');
  symlinkSync(secret, from);
  await assert.rejects(applyTimeServers(from, to));
  rmSync(from);
  execFileSync('mkfifo', [from]);
  await assert.rejects(applyTimeServers(from, to), /no file of names/);
  rmSync(from);
  mkdirSync(from);
  await assert.rejects(applyTimeServers(from, to));
  assert.equal(existsSync(to), false);
});

test('a configuration with anything else is refused', () => {
  for (const names of ['ntp example', 'a  b', 'a,b', 'a\nNTP=b'])
    assert.equal(configSchema.safeParse({ timeServers: names }).success, names === 'ntp example', names);
});
