import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { openAccounts, type Accounts } from '#agent/control/accounts/accounts.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { startSsh, type SshOptions } from '#agent/control/ssh/ssh.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { lacks, rawClient, run, type Ran } from '../clients.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';
import { openFakePort } from '../fake-port.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-ssh-'));
const undo: (() => unknown)[] = [() => rm(folder, { recursive: true })];
after(async () => {
  for (const one of undo.toReversed()) await one();
});

const hostKeys = await openHostKeys(folder, silentLog);
const accounts = await openAccounts({ folder, log: silentLog });
await accounts.set('admin', 'secret');
await accounts.set('user', 'guest');

async function box(options: Partial<SshOptions> = {}) {
  const control = openFakePort();
  const ssh = await startSsh({
    addresses: ['127.0.0.1'],
    port: 0,
    hostKeys,
    control,
    accounts,
    log: silentLog,
    offerPassword: true,
    repliesOnStderrWithoutPty: true,
    idleMs: () => 300_000,
    ...options,
  });
  undo.push(() => ssh.close());
  return { control, port: ssh.port as number };
}

const common = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
const sshArgv = (port: number, ...more: string[]): string[] => [...common, '-p', String(port), ...more];
const asAdmin = (port: number, argv: string[], input?: string, password = 'secret'): Promise<Ran> =>
  run('sshpass', ['-p', password, 'ssh', ...sshArgv(port), ...argv], input === undefined ? {} : { input });

const banner =
  '(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01\r\nMon, 13 Jul 2026 08:16:21\r\n\r\n';

describe('SSH host keys', () => {
  test('are made once, for the owner alone, and made anew when damaged', async () => {
    assert.deepEqual(await openHostKeys(folder, silentLog), hostKeys);
    const path = join(folder, 'ssh-host-ed25519.key');
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await readFile(path, 'utf8'), hostKeys[0]);
    const other = await mkdtemp(join(tmpdir(), 'amphi-keys-'));
    undo.push(() => rm(other, { recursive: true }));
    await writeFile(join(other, 'ssh-host-ed25519.key'), 'rubbish');
    await writeFile(join(other, 'ssh-host-rsa.key'), hostKeys[1] as string);
    const [ed25519, rsa] = await openHostKeys(other, silentLog);
    assert.notEqual(ed25519, hostKeys[0]);
    assert.equal(rsa, hostKeys[1]);
  });

  test('OpenSSH reads the key we write', { skip: lacks('ssh-keygen') }, async () => {
    const { code, stdout } = await run('ssh-keygen', ['-y', '-f', join(folder, 'ssh-host-ed25519.key')]);
    assert.equal(code, 0);
    assert.match(stdout, /^ssh-ed25519 /);
  });
});

describe("SSH, by Debian's ssh", { skip: lacks('ssh') || lacks('sshpass') }, () => {
  test('one command: its reply on stdout, and exit status 0', async () => {
    const { port } = await box();
    assert.deepEqual(await asAdmin(port, ['admin@127.0.0.1', 'Q']), { code: 0, stdout: '2.11\r\n', stderr: '' });
    const two = await asAdmin(port, ['user@127.0.0.1', 'WYRCDR|WCK|I'], undefined, 'guest');
    assert.equal(two.stdout, '0\r\n11\r\n<ChA1*ChB3>\r\n');
  });

  test('each method by itself lets the right password in, and none a wrong one', async () => {
    const { port } = await box();
    for (const method of ['keyboard-interactive', 'password']) {
      const only = ['-o', `PreferredAuthentications=${method}`];
      assert.equal((await asAdmin(port, [...only, 'admin@127.0.0.1', 'Q'])).stdout, '2.11\r\n', method);
    }
    const wrong = await asAdmin(port, ['admin@127.0.0.1', 'Q'], undefined, 'guest');
    assert.notEqual(wrong.code, 0);
    assert.equal(wrong.stdout, '');
    assert.notEqual((await asAdmin(port, ['root@127.0.0.1', 'Q'])).code, 0);
  });

  test('the method password is refused where it is not offered', async () => {
    const { port } = await box({ offerPassword: false });
    const only = ['-o', 'PreferredAuthentications=password'];
    const refused = await asAdmin(port, [...only, 'admin@127.0.0.1', 'Q']);
    assert.match(refused.stderr, /publickey,keyboard-interactive/);
    assert.equal((await asAdmin(port, ['admin@127.0.0.1', 'Q'])).stdout, '2.11\r\n');
  });

  test('without a terminal greeting and replies come on stderr; or on stdout, by choice', async () => {
    const input = '\u001bYRCDR\rQ';
    const { port } = await box();
    assert.deepEqual(await asAdmin(port, ['-T', 'admin@127.0.0.1'], input), {
      code: 0,
      stdout: '',
      stderr: `\r\n${banner}0\r\n2.11\r\n`,
    });
    const other = await box({ repliesOnStderrWithoutPty: false });
    const plain = await asAdmin(other.port, ['-T', 'admin@127.0.0.1'], input);
    assert.deepEqual([plain.stdout, plain.stderr], [`\r\n${banner}0\r\n2.11\r\n`, '']);
  });

  test('on a terminal commands come back, and lines end CR CR LF, until echo is switched off', async () => {
    const { port } = await box();
    const { stdout } = await talk(port, [
      ['\u001bYRCDR\r', '0\r\r\n'],
      ['\u001b0ECHO\r', 'Echo0\r\n'],
      ['Q', '2.11\r\n'],
      ['\u001b1ECHO\r', 'Echo1\r\r\n'],
      ['Q', '2.11\r\r\n'],
      ['\u0004', ''],
    ]);
    const greeting = `\r\n${banner}`.replaceAll('\r\n', '\r\r\n');
    assert.equal(stdout, `${greeting}^[YRCDR\r\n0\r\r\n^[0ECHO\r\nEcho0\r\n2.11\r\nEcho1\r\r\nQ2.11\r\r\n^D`);
  });

  test('a client with old algorithms alone is refused, and the log says what each side has', async () => {
    const lines: { facts: Record<string, unknown>; message: string }[] = [];
    const warn = (facts: Record<string, unknown>, message: string): void => void lines.push({ facts, message });
    const { port } = await box({ log: { ...silentLog, warn, info: () => undefined, debug: () => undefined } as never });
    const old = await run(
      'ssh',
      sshArgv(port, '-o', 'KexAlgorithms=diffie-hellman-group14-sha1', 'admin@127.0.0.1', 'Q'),
    );
    assert.notEqual(old.code, 0);
    const told = () => lines.filter(({ message }) => message.includes('no algorithm in common'));
    await until('it is told', () => told().length === 1);
    const { facts } = told()[0] ?? assert.fail('no line');
    assert.deepEqual([facts['kind'], facts['address']], ['key exchange algorithm', '127.0.0.1']);
    assert.ok((facts['client'] as string[]).includes('diffie-hellman-group14-sha1'), JSON.stringify(facts));
    assert.ok((facts['box'] as string[]).includes('curve25519-sha256'));
    for (const weak of ['HostKeyAlgorithms=ssh-rsa', 'MACs=hmac-sha1', 'KexAlgorithms=diffie-hellman-group16-sha512'])
      assert.notEqual(
        (await run('ssh', sshArgv(port, '-o', weak, '-o', 'Ciphers=aes128-ctr', 'admin@127.0.0.1', 'Q'))).code,
        0,
      );
    await until('all are told', () => told().length === 4);
    const kinds = told().map((line) => line.facts['kind']);
    assert.deepEqual(kinds.slice(1), ['host key format', 'C->S MAC', 'key exchange algorithm']);
  });

  test('backspace wipes the last character from the screen, and nothing beyond the line', async () => {
    const { port } = await box();
    const { stdout } = await talk(port, [
      ['\u007fWYé\u007f\bY\r', 'Y\r\n'],
      ['\u0004', ''],
    ]);
    assert.ok(stdout.includes(`WYé${'\b \b'.repeat(2)}Y\r\n`), JSON.stringify(stdout));
  });

  test('a command of strangers fails, and nothing behind it is carried out', async () => {
    const { port, control } = await box();
    const failed = await asAdmin(port, ['admin@127.0.0.1', 'WMD5SUM x|WYRCDR']);
    assert.deepEqual([failed.code, failed.stdout], [1, 'E10\r\n']);
    assert.ok(!control.received.includes('YRCDR'));
    const done = await asAdmin(port, ['admin@127.0.0.1', 'WYRCDR|WCK']);
    assert.deepEqual([done.code, done.stdout], [0, '0\r\n12\r\n']);
  });

  test('public keys of the configured file let in, those of nobody do not', { skip: lacks('ssh-keygen') }, async () => {
    const [good, bad] = [join(folder, 'good'), join(folder, 'bad')];
    for (const path of [good, bad]) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    const rsa = join(folder, 'rsa');
    await run('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', rsa]);
    const file = join(folder, 'authorized_keys');
    await writeFile(
      file,
      `# desk\nnonsense\n${await readFile(`${good}.pub`, 'utf8')}${await readFile(`${rsa}.pub`, 'utf8')}`,
    );
    const { port } = await box({ keyFiles: { admin: file } });
    const by = (key: string, who: string): Promise<Ran> =>
      run(
        'ssh',
        sshArgv(port, '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-i', key, `${who}@127.0.0.1`, 'WCK'),
      );
    assert.equal((await by(good, 'admin')).stdout, '12\r\n');
    assert.equal((await by(rsa, 'admin')).stdout, '12\r\n');
    assert.equal((await by(good, 'user')).stdout, '11\r\n');
    assert.notEqual((await by(bad, 'admin')).code, 0);
    assert.notEqual((await by(good, 'root')).code, 0);
    await chmod(file, 0o644);
  });

  test('an idle session ends, and an idle connection without one', async () => {
    const { port } = await box({ idleMs: () => 300 });
    for (const argv of [
      ['-T', 'admin@127.0.0.1'],
      ['-N', 'admin@127.0.0.1'],
    ]) {
      const beganMs = performance.now();
      const child = run('sshpass', ['-p', 'secret', 'ssh', ...sshArgv(port, ...argv)], {
        keepInput: true,
      });
      await child;
      assert.ok(performance.now() - beganMs < PATIENCE_MS, argv[0]);
    }
  });

  test('E26, and no forwarding into the network', async () => {
    const { port } = await box({ control: openFakePort({ most: 0 }) });
    const full = await asAdmin(port, ['admin@127.0.0.1', 'Q']);
    assert.deepEqual([full.code, full.stdout], [1, 'E26\r\n']);
    const forward = await asAdmin(port, ['-o', 'ExitOnForwardFailure=yes', '-W', '127.0.0.1:1', 'admin@127.0.0.1']);
    assert.notEqual(forward.code, 0);
  });

  test('a box without a password lets admin in, and nobody else', async () => {
    const bare = await mkdtemp(join(tmpdir(), 'amphi-ssh-'));
    undo.push(() => rm(bare, { recursive: true }));
    const open: Accounts = await openAccounts({ folder: bare, log: silentLog, allowNoPassword: true });
    const { port } = await box({ accounts: open });
    assert.equal((await run('ssh', sshArgv(port, '-o', 'BatchMode=yes', 'admin@127.0.0.1', 'Q'))).stdout, '2.11\r\n');
    assert.notEqual((await run('ssh', sshArgv(port, '-o', 'BatchMode=yes', 'root@127.0.0.1', 'Q'))).code, 0);
  });
});

/** Types into a shell with a terminal, after its greeting; the next thing when what belongs to the last one is shown. */
function talk(
  port: number,
  dialogue: readonly (readonly [typed: string, shown: string])[],
): Promise<{ stdout: string; stderr: string }> {
  const steps = [...dialogue];
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('keyboard-interactive', (_name, _text, _lang, prompts, answer) => {
      assert.deepEqual(prompts, [{ prompt: 'Password: ', echo: false }]);
      answer(['secret']);
    });
    client.on('ready', () => {
      client.shell((error, channel) => {
        if (error) return reject(error);
        const got = { stdout: '', stderr: '' };
        let [from, awaited] = [0, '\r\r\n\r\r\n'];
        channel.on('data', (bytes: Buffer) => {
          got.stdout += bytes.toString();
          if (!got.stdout.includes(awaited, from)) return;
          const [typed, shown] = steps.shift() ?? [];
          [from, awaited] = [got.stdout.length, shown ?? ''];
          if (typed !== undefined) channel.write(typed);
        });
        channel.stderr.on('data', (bytes: Buffer) => (got.stderr += bytes.toString()));
        channel.once('close', () => {
          client.end();
          resolve(got);
        });
      });
    });
    client.connect({ host: '127.0.0.1', port, username: 'admin', tryKeyboard: true });
  });
}

describe('SSH, by clients that mean no good', () => {
  test('bytes that are no SSH, or stop in the middle, harm nobody', async () => {
    const { port } = await box();
    for (const rubbish of [
      'GET / HTTP/1.0\r\n\r\n',
      'SSH-2.0-x\r\n\u00ff\u00ff\u00ff\u00ff',
      'SSH-2.0-x\r\n',
      '\0'.repeat(100_000),
    ]) {
      const client = await rawClient(port);
      client.send(rubbish);
      await new Promise((resolve) => setTimeout(resolve, 30));
      client.socket.destroy();
    }
    const { stdout } = await talk(port, [
      ['Q', '2.11'],
      ['\u0003', ''],
    ]);
    assert.match(stdout, /2\.11/);
  });

  test('what comes after a packet of an impossible length is not read, and takes no memory', async () => {
    const { port } = await box();
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 3; n += 1) {
      const client = await rawClient(port);
      let heldMb = 0;
      client.send('SSH-2.0-x\r\n\x7f\xff\xff\xff');
      for (let piece = 0; piece < 50 && !client.socket.destroyed; piece += 1) {
        client.send('\x01'.repeat(65_536));
        await new Promise((resolve) => setTimeout(resolve, 2));
        heldMb = Math.max(heldMb, (process.memoryUsage().arrayBuffers - before) / 2 ** 20);
      }
      await client.closed;
      assert.ok(heldMb < 100, `${heldMb.toFixed(0)} MB`);
    }
  });

  test('who opens connections without end is cut off, and others are let in', async () => {
    const { port } = await box();
    const greets = async (from: string): Promise<boolean> => {
      const client = await rawClient(port, '127.0.0.1', from);
      let isLetIn = false;
      await until(
        'a greeting, or the end',
        () => (isLetIn = client.text().includes('SSH-2.0-')) || client.socket.destroyed,
      );
      client.socket.destroy();
      await client.closed;
      return isLetIn;
    };
    let cut = 0;
    // One after the other: none of them is there with another.
    for (let n = 0; n < 90; n += 1) if (!(await greets('127.0.0.1'))) cut += 1;
    assert.ok(cut > 0, 'sixty at once, and a few more');
    assert.equal(await greets('127.0.0.9'), true);
  });
});
