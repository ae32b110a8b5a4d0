import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { startTelnet } from '#agent/control/telnet/telnet.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { boxesCommand } from '#technician/known/boxes-command.ts';
import { configCommand } from '#technician/config/config-command.ts';
import { sisCommand } from '#technician/sis/sis-command.ts';
import { lacks } from '#test/agent/control/clients.ts';
import { openFileBox } from '../file-box.ts';
import { openTerminal } from '../terminal.ts';
import { typeCommand } from '../type-command.ts';

const AMPHI = new URL('../../../bin/amphi.ts', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'amphi-boxes-'));
const box = await openFileBox();
const accounts = await openAccounts({ folder, log: silentLog });
await accounts.set('admin', 'secret');
const telnet = await startTelnet({
  addresses: ['127.0.0.1'],
  port: 0,
  control: box.port,
  accounts,
  log: silentLog,
  loginTries: 3,
  idleMs: () => 300_000,
});
after(async () => {
  await telnet.close();
  await box.close();
  await rm(folder, { recursive: true });
});

const home = { AMPHI_CONFIG_HOME: join(folder, 'desk') };
const COMMANDS = { boxes: boxesCommand, config: configCommand, sis: sisCommand };
const amphi = ([name, ...words]: [keyof typeof COMMANDS, ...string[]], env: Record<string, string> = {}) =>
  typeCommand(COMMANDS[name](), words, { ...home, AMPHI_SIS_PASSWORD: undefined, ...env });
const ports = ['--port', String(box.ports.sftp), '--telnet', String(telnet.port)];
const add: ['boxes', ...string[]] = ['boxes', 'add', 'Amphi_D', '127.0.0.1', ...ports];

test('a box is known by its name, and the last one is meant where none is named', async () => {
  assert.match((await amphi(['boxes'])).stderr, /No box is known yet: amphi boxes add NAME HOST/);
  const none = await amphi(['sis', '--exec', 'Q']);
  assert.deepEqual([none.code, /which box\?/.test(none.stderr)], [2, true], none.stderr);
  const added = await amphi(add);
  assert.deepEqual([added.code, added.stderr], [0, 'Amphi_D is 127.0.0.1\n']);
  assert.match((await amphi(['boxes'])).stdout, /^ *Amphi_D {2}127\.0\.0\.1:\d+ {2}commands by Telnet, \d+\n$/);
  const env = { AMPHI_SIS_PASSWORD: 'secret' };
  const named = await amphi(['sis', 'Amphi_D', '--exec', 'Q'], env);
  assert.deepEqual([named.code, named.stdout, named.stderr], [0, 'Ver01*3.06\n', '']);
  const last = await amphi(['sis', '--exec', 'Q'], env);
  assert.deepEqual([last.code, last.stdout], [0, 'Ver01*3.06\n']);
  assert.equal(last.stderr, 'Amphi_D (127.0.0.1), the box that was used last\n');
  const [{ isLast }] = JSON.parse((await amphi(['boxes', 'list', '--json'])).stdout) as [{ isLast: boolean }];
  assert.equal(isLast, true);
});

test('settings go to a known box, named or not', async () => {
  const env = { AMPHI_SIS_PASSWORD: 'secret' };
  const file = join(folder, 'hall.yaml');
  await writeFile(file, 'hall: Grand_amphi\n');
  const differs = await amphi(['config', 'diff', file], env);
  assert.equal(differs.code, 1, differs.stderr);
  assert.match(differs.stdout, /becomes "Grand_amphi"/);
  const imported = await amphi(['config', 'import', 'Amphi_D', file, '--json'], env);
  assert.equal((JSON.parse(imported.stdout) as { host: string; result: string }).result, 'done', imported.stderr);
  assert.match((await amphi(['config', 'export'], env)).stdout, /^hall: Grand_amphi$/m);
  assert.match((await amphi(['config', 'diff', 'a', 'b', 'c'], env)).stderr, /a box and a file, and no more: a b c/);
});

test('a password is kept where that is asked for, and nowhere else', { skip: lacks('script') }, async () => {
  const file = join(home.AMPHI_CONFIG_HOME, 'known.json');
  assert.doesNotMatch(await readFile(file, 'utf8'), /secret/);
  const { type, until, ended, close } = openTerminal([process.execPath, AMPHI, ...add, '--keep-password'], home);
  try {
    await until(/Password: /);
    type('secret\r');
    assert.doesNotMatch(await until(/its password is kept in /), /secret/);
    assert.equal(await ended, 0);
  } finally {
    close();
  }
  assert.match(await readFile(file, 'utf8'), /"password": "secret"/);
  for (const words of [['boxes'], ['boxes', 'list', '--json']] as const)
    assert.doesNotMatch((await amphi([...words])).stdout, /secret/);
  const asked = await amphi(['sis', '--exec', 'Q']);
  assert.deepEqual([asked.code, asked.stdout], [0, 'Ver01*3.06\n'], asked.stderr);
  assert.match((await amphi(['config', 'export'])).stdout, /^hall: /m);
  // What is given goes before what is kept.
  const given = await amphi(['sis', '--exec', 'Q'], { AMPHI_SIS_PASSWORD: 'other' });
  assert.match(given.stderr, /wrong password/);
});

test('a box is forgotten; what is wrong is told', async () => {
  for (const [words, why] of [
    [['boxes', 'use', 'Amphi_X'], /no box is called Amphi_X/],
    [['boxes', 'add', 'Amphi D', 'host'], /name: is no name/],
    [['boxes', 'add', 'B', 'host', '--port', '70000'], /port: /],
    [['boxes', 'add', 'B', 'host', '--telnet', 'x'], /telnet: /],
  ] as const) {
    const { code, stderr } = await amphi([...words]);
    assert.deepEqual([code, why.test(stderr)], [2, true], stderr);
  }
  assert.equal((await amphi(['boxes', 'remove', 'Amphi_D'])).code, 0);
  assert.match((await amphi(['sis', '--exec', 'Q'])).stderr, /which box\?/);
  assert.doesNotMatch(await readFile(join(home.AMPHI_CONFIG_HOME, 'known.json'), 'utf8'), /secret|Amphi_D/);
});
