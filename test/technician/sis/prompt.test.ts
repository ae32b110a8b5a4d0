import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { startSsh } from '#agent/control/ssh/ssh.ts';
import { startTelnet } from '#agent/control/telnet/telnet.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { lacks, run } from '#test/agent/control/clients.ts';
import { openSisBox } from '#test/agent/control/sis/box.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-prompt-'));
const accounts = await openAccounts({ folder, log: silentLog });
await accounts.set('admin', 'secret');
const box = openSisBox();
const common = { addresses: ['127.0.0.1'], port: 0, control: box.port, accounts, log: silentLog };
const telnet = await startTelnet({ ...common, loginTries: 3, idleMs: () => 300_000 });
const hostKeys = await openHostKeys(folder, silentLog);
const ssh = await startSsh({
  ...common,
  hostKeys,
  offerPassword: true,
  repliesOnStderrWithoutPty: true,
  idleMs: () => 300_000,
});
const opened: Terminal[] = [];
after(async () => {
  for (const terminal of opened) terminal.close();
  await Promise.all([telnet.close(), ssh.close()]);
  await rm(folder, { recursive: true });
});

const AMPHI = new URL('../../../bin/amphi.ts', import.meta.url).pathname;
const env = { XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder };
function open(...argv: string[]): Terminal {
  const terminal = openTerminal([process.execPath, AMPHI, 'sis', '127.0.0.1', ...argv], env);
  opened.push(terminal);
  return terminal;
}
const ways = { telnet: ['--telnet', '--port', String(telnet.port)], ssh: ['--port', String(ssh.port)] };
const skip = lacks('script');

for (const [name, way] of Object.entries(ways))
  test(`${name}: a person logs in, asks in words, is told what others do, and leaves`, { skip }, async () => {
    const { type, until, ended } = open(...way);
    await until(/Password: /);
    type('secret\r');
    const greeting = await until(/sis> /);
    assert.match(greeting, /\(c\) Copyright 2014-2023, Extron Electronics, SMP 351, V3\.06, 60-1324-01\r\n/);
    assert.doesNotMatch(greeting, /secret|\* /);
    type('layout 7\r');
    await until(/7Rpr07 {4}Recall a layout preset .*: preset 7\r\n[^\n]*sis> /);
    // Somebody else swaps while a line is being typed; the line stays, and is whole.
    type('layout');
    await until(/layout/);
    await box.client().ask('%');
    await until(/\* Tke {4}Swap channels[^\n]*\n[^\n]*sis> layout/);
    type(' 3\r');
    await until(/7Rpr03 {4}[^\n]*preset 3\r\n/);
    type('input select ?\r');
    await until(/\{input\}\*\{channel\}![\s\S]*next: 1, 2, 3, 4, 5/);
    type('brightn\t');
    await until(/brightness/);
    // Ctrl-C gives up the line, and no more than that.
    type('\u0003');
    type('\u0003');
    await until(/Ctrl-D, or exit, ends/);
    type('WYRCDR|9*1!\r');
    await until(/RcdrY0 {4}[\s\S]*E13 {4}invalid parameter[^\n]*\r\n/);
    type('\u001b[A\u001b[A\r');
    await until(/next: 1, 2, 3, 4, 5/);
    type('WnewsecretCA\r');
    await until(/Ipa/);
    type('\u0004');
    assert.equal(await ended, 0);
    const history = join(folder, 'amphi', 'sis-history');
    assert.match(await readFile(history, 'utf8'), /^layout 7$/m);
    assert.doesNotMatch(await readFile(history, 'utf8'), /newsecret/);
    assert.equal((await stat(history)).mode & 0o777, 0o600);
  });

test('Tab lists what may follow; words about a thing are found', { skip }, async () => {
  const { type, until, ended } = open(...ways.telnet);
  await until(/Password: /);
  type('secret\r');
  await until(/sis> /);
  type('record en\t\t');
  await until(/record enable archive +record enable archive-b/);
  type('\u0003help bit rate\r');
  await until(/bitrate \{stream\}[\s\S]*Audio bit rate of a stream/);
  type('exit\r');
  assert.equal(await ended, 0);
});

/** A device of the maker, as others wrote down what it says (facts/smp351 1.2, 1.3). */
async function openRealDevice() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let got = '';
    socket.write(
      '\r\n(c) Copyright 2014, Extron Electronics, SMP 351, V1.02, 60-1324-01\r\nMon, 13 Jul 2026 08:16:21\r\n\r\nPassword:',
    );
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      got += bytes.toString('latin1');
      for (let end = got.search(/[\rI]/); end >= 0; end = got.search(/[\rI]/)) {
        const said = got.slice(0, end + 1);
        got = got.slice(end + 1);
        socket.write(ANSWERS[said] ?? 'E10\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const hangUp = (): void => sockets.forEach((socket) => socket.destroy());
  return { port, hangUp, close: () => (hangUp(), server.close()) };
}
const ANSWERS: Record<string, string> = {
  'extron\r': '\r\nLogin Administrator\r\n',
  'wrong\r': '\r\nPassword:',
  '\u001b3CV\r': 'Vrb3\r\n',
  '\u001bYRCDR\r': 'RcdrY0\r\n',
  '\u001bY1RCDR\r': 'RcdrY1\r\nRecStart05\r\n',
  I: 'Inf*<ChA1*ChB3>*<stopped>*<internal*auto>*<116606760*N/A>*<00:00:00>*<41:28:03*00:00:00>\r\n',
};

test('a real device is talked to as well, and its end is told', { skip }, async (context) => {
  const real = await openRealDevice();
  context.after(() => real.close());
  const { type, until, ended } = open('--telnet', '--port', String(real.port));
  await until(/Password: /);
  type('extron\r');
  await until(/\(c\) Copyright 2014, Extron Electronics, SMP 351, V1\.02, 60-1324-01\r\n[\s\S]*sis> /);
  type('record start\r');
  await until(/RcdrY1 {4}[\s\S]*\* RecStart05 {4}/);
  type('I\r');
  await until(/<116606760\*N\/A>[\s\S]*free kb/);
  real.hangUp();
  await until(/the connection was lost/);
  assert.equal(await ended, 2);
  const scripted = await run(
    process.execPath,
    [AMPHI, 'sis', '127.0.0.1', '--telnet', '--port', String(real.port), '--exec', 'WYRCDR|I', '--json'],
    { env: { ...env, AMPHI_SIS_PASSWORD: 'extron' }, timeoutMs: 120_000 },
  );
  assert.equal(scripted.code, 0, scripted.stderr);
  const [recording, status] = JSON.parse(scripted.stdout) as { reply: string; values: Record<string, unknown> }[];
  assert.deepEqual([recording?.reply, status?.values['state']], ['RcdrY0', 'stopped']);
});
