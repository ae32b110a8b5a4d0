import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { startSsh } from '#agent/control/ssh/ssh.ts';
import { startTelnet } from '#agent/control/telnet/telnet.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openSisBox } from '#test/agent/control/sis/box.ts';
import { run } from '#test/agent/control/clients.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-sis-'));
const accounts = await openAccounts({ folder, log: silentLog });
await accounts.set('admin', 'secret');
const common = { addresses: ['127.0.0.1'], port: 0, control: openSisBox().port, accounts, log: silentLog };
const telnet = await startTelnet({ ...common, loginTries: 3, idleMs: () => 300_000 });
const hostKeys = await openHostKeys(folder, silentLog);
const sshOptions = { offerPassword: true, repliesOnStderrWithoutPty: true, idleMs: () => 300_000 };
const ssh = await startSsh({ ...common, ...sshOptions, hostKeys });
after(async () => {
  await telnet.close();
  await ssh.close();
  await rm(folder, { recursive: true });
});

const amphi = new URL('../../../bin/amphi.ts', import.meta.url).pathname;
const sis = (argv: string[], password = 'secret') =>
  run(process.execPath, [amphi, 'sis', '127.0.0.1', ...argv], {
    env: { AMPHI_SIS_PASSWORD: password, XDG_CONFIG_HOME: folder },
    timeoutMs: 120_000,
  });
const ways = { telnet: ['--telnet', '--port', String(telnet.port)], ssh: ['--port', String(ssh.port)] };

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: replies, JSON, exit codes`, async () => {
    const file = join(folder, `${name}.sis`);
    const fine = await sis([...way, '--exec', 'WYRCDR|Q', '--transcript', file]);
    assert.deepEqual([fine.code, fine.stdout], [0, 'RcdrY0\nVer01*3.06\n'], fine.stderr);
    const transcript = await readFile(file, 'utf8');
    assert.match(transcript, /^> "\\u001bYRCDR\\r"\n< "RcdrY0\\r\\n"$/m);
    assert.doesNotMatch(transcript, /secret/);
    const refused = await sis([...way, '--exec', 'Q|9*1!', '--json']);
    assert.equal(refused.code, 1, refused.stderr);
    assert.deepEqual(
      (JSON.parse(refused.stdout) as { error: unknown }[]).map(({ error }) => error),
      [null, 'E13'],
    );
    const wrong = await sis([...way, '--exec', 'Q'], 'wrong');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /wrong password/);
  });
}

test('ssh: a changed host key is refused before anything is said', async () => {
  await writeFile(join(folder, 'amphi', 'known_hosts'), `127.0.0.1:${ssh.port} SHA256:other\n`);
  const { code, stderr } = await sis([...ways.ssh, '--exec', 'Q']);
  assert.equal(code, 2);
  assert.match(stderr, /HOST KEY CHANGED/);
});
