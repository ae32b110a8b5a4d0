import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { readRequest } from '#agent/control/ssh/sftp-packets.ts';
import { sshFiles } from '#agent/control/ssh/ssh-files.ts';
import { startSsh } from '#agent/control/ssh/ssh.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';
import { lacks, run, type Ran } from '../clients.ts';
import { openFakePort } from '../fake-port.ts';
import { openTestTree } from '../tree-of.ts';

const here = await mkdtemp(join(tmpdir(), 'amphi-sftp-'));
const hostKeys = await openHostKeys(here, silentLog);
const accounts = await openAccounts({ folder: here, log: silentLog });
await accounts.set('admin', 'secret');
await accounts.set('user', 'guest');
const box = await openTestTree();
const options = {
  addresses: ['127.0.0.1'],
  port: 0,
  hostKeys,
  accounts,
  log: silentLog,
  files: sshFiles(box.tree, silentLog),
  offerPassword: true,
  repliesOnStderrWithoutPty: true,
  idleMs: () => 300_000,
};
const files = await startSsh(options);
const both = await startSsh({ ...options, control: openFakePort() });
const port = String(files.port);
after(async () => {
  await Promise.all([files.close(), both.close()]);
  await Promise.all([box.remove(), rm(here, { recursive: true })]);
});

const common = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
const pass = (password: string, argv: string[], input?: string, timeoutMs = PATIENCE_MS): Promise<Ran> =>
  run('sshpass', ['-p', password, ...argv], { timeoutMs, ...(input === undefined ? {} : { input }) });
const sftp = (batch: string, { who = 'admin', password = 'secret', at = port } = {}): Promise<Ran> =>
  pass(password, ['sftp', ...common, '-o', 'BatchMode=no', '-P', at, '-b', '-', `${who}@127.0.0.1`], batch);
const scp = (...argv: string[]): Promise<Ran> => pass('secret', ['scp', ...common, '-P', port, ...argv]);
const sum = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};
const bytes = randomBytes(5_000_000);
await writeFile(join(here, 'five.mp4'), bytes);
await writeFile(box.at('recordings', 'five.mp4'), bytes);
const needs = lacks('sftp') || lacks('sshpass') || lacks('scp');

describe("SFTP, by Debian's sftp", { skip: needs }, () => {
  test('list, fetch, store, rename, delete; names in UTF-8', async () => {
    const got = join(here, 'got.mp4');
    const { code, stdout, stderr } = await sftp(
      [
        'pwd',
        'ls -1',
        'ls -l /recordings',
        `get -p /recordings/five.mp4 ${got}`,
        'mkdir /overlays/logos',
        `put -p ${join(here, 'five.mp4')} "/overlays/logos/Logo Übung.png"`,
        'rename "/overlays/logos/Logo Übung.png" /overlays/logos/b.png',
        'ls -1 /overlays/logos',
        'rm /overlays/logos/b.png',
        'rmdir /overlays/logos',
        'ls -1 /overlays',
        'chmod 600 /overlays',
        `get /nortxe-backup/box.cfg ${join(here, 'box.cfg')}`,
      ].join('\n'),
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Remote working directory: \/\n/);
    assert.match(stdout, /^-r--r--r--\s+.*5000000 .* (\/recordings\/)?five\.mp4$/m);
    assert.match(stdout, /overlays\/logos\/b\.png/);
    assert.ok((await readFile(got)).equals(bytes));
    assert.equal(await readFile(join(here, 'box.cfg'), 'utf8'), 'hall: Amphi\n');
    assert.ok((await readdir(box.at('overlays'))).length === 0);
  });

  test('as a subsystem beside the shell; as the method that the device offers', async () => {
    const { code, stdout } = await sftp('ls -1 /recordings', { at: String(both.port) });
    assert.equal(code, 0);
    assert.match(stdout, /five\.mp4/);
    const shell = await pass('secret', ['ssh', ...common, '-p', port, 'admin@127.0.0.1', 'Q']);
    assert.deepEqual([shell.code, shell.stdout], [1, '']);
  });

  test('what a user may not do', async () => {
    const as = { who: 'user', password: 'guest' };
    for (const line of [
      'rm /recordings/five.mp4',
      `put ${join(here, 'five.mp4')} /recordings/x`,
      `put ${join(here, 'five.mp4')} /overlays/x`,
      'ls /certs',
      'rename /recordings/five.mp4 /recordings/six.mp4',
      'mkdir /overlays/x',
      'symlink /etc/passwd /overlays/x',
    ]) {
      assert.notEqual((await sftp(line, as)).code, 0, line);
    }
    assert.deepEqual(await readdir(box.at('recordings')), ['five.mp4']);
    assert.deepEqual(await readdir(box.at('overlays')), []);
  });

  test('what the recorder refuses to delete stays', async () => {
    await writeFile(box.at('recordings', 'running.mp4'), 'x');
    const { code, stderr } = await sftp('rm /recordings/running.mp4');
    assert.notEqual(code, 0);
    assert.match(stderr, /[Pp]ermission denied/);
    assert.ok((await readdir(box.at('recordings'))).includes('running.mp4'));
    await rm(box.at('recordings', 'running.mp4'));
  });

  test('links that lead out are neither shown nor followed', async () => {
    await symlink('/etc', box.at('recordings', 'etc'));
    const { stdout } = await sftp('ls -1 /recordings');
    assert.doesNotMatch(stdout, /etc/);
    assert.notEqual((await sftp(`get /recordings/etc/passwd ${join(here, 'passwd')}`)).code, 0);
    await rm(box.at('recordings', 'etc'));
  });

  test('a transfer that breaks off leaves no file under the name, and is gone on with', async () => {
    await breakOff('/overlays/big.mp4', bytes.subarray(0, 3_000_000));
    assert.deepEqual(await readdir(box.at('overlays')), ['.part-big.mp4']);
    assert.doesNotMatch((await sftp('ls -1 /overlays')).stdout, /big/);
    assert.notEqual((await sftp(`get /overlays/big.mp4 ${join(here, 'no')}`)).code, 0);
    const { code, stderr } = await sftp(`reput ${join(here, 'five.mp4')} /overlays/big.mp4`);
    assert.equal(code, 0, stderr);
    assert.ok((await readFile(box.at('overlays', 'big.mp4'))).equals(bytes));
    await writeFile(join(here, 'half.mp4'), bytes.subarray(0, 1_234_567));
    assert.equal((await sftp(`reget /overlays/big.mp4 ${join(here, 'half.mp4')}`)).code, 0);
    assert.equal(await sum(join(here, 'half.mp4')), await sum(join(here, 'five.mp4')));
    await rm(box.at('overlays', 'big.mp4'));
  });
});

describe("scp, Debian's, new protocol and old", { skip: needs }, () => {
  for (const [how, flags] of [
    ['new', []],
    ['old', ['-O']],
  ] as [string, string[]][]) {
    test(`${how}: there and back, over an older file, with its time`, async () => {
      const from = join(here, 'five.mp4');
      await utimes(from, 1_600_000_000, 1_600_000_000);
      await writeFile(box.at('overlays', 'a b.mp4'), randomBytes(6_000_000));
      const name = how === 'old' ? '/overlays/a\\ b.mp4' : '/overlays/a b.mp4';
      const up = await scp(...flags, '-p', from, `admin@127.0.0.1:${name}`);
      assert.deepEqual([up.code, up.stderr], [0, '']);
      assert.ok((await readFile(box.at('overlays', 'a b.mp4'))).equals(bytes));
      assert.equal((await stat(box.at('overlays', 'a b.mp4'))).mtimeMs, 1_600_000_000_000);
      const back = join(here, `back-${how}`);
      const down = await scp(...flags, '-p', `admin@127.0.0.1:${name}`, back);
      assert.deepEqual([down.code, down.stderr], [0, '']);
      assert.ok((await readFile(back)).equals(bytes));
      assert.equal((await stat(back)).mtimeMs, 1_600_000_000_000);
      await rm(box.at('overlays', 'a b.mp4'));
    });

    test(`${how}: folders, patterns, and what may not be`, async () => {
      const tree = join(here, `tree-${how}`);
      await mkdir(join(tree, 'deep'), { recursive: true });
      await writeFile(join(tree, 'one.png'), 'one');
      await writeFile(join(tree, 'deep', 'zwei ü.png'), 'zwei');
      await writeFile(join(tree, 'empty'), '');
      assert.equal((await scp(...flags, '-r', tree, 'admin@127.0.0.1:/overlays/')).code, 0);
      assert.equal(await readFile(box.at('overlays', `tree-${how}`, 'deep', 'zwei ü.png'), 'utf8'), 'zwei');
      const back = join(here, `again-${how}`);
      const down = await scp(...flags, '-r', `admin@127.0.0.1:/overlays/tree-${how}`, back);
      assert.deepEqual([down.code, down.stderr], [0, '']);
      assert.deepEqual((await readdir(back, { recursive: true })).toSorted(), [
        'deep',
        'deep/zwei ü.png',
        'empty',
        'one.png',
      ]);
      await mkdir(join(here, `some-${how}`));
      assert.equal(
        (await scp(...flags, `admin@127.0.0.1:/overlays/tree-${how}/*.png`, join(here, `some-${how}`))).code,
        0,
      );
      assert.deepEqual(await readdir(join(here, `some-${how}`)), ['one.png']);
      for (const argv of [
        [`admin@127.0.0.1:/recordings/none`, back],
        [`admin@127.0.0.1:../../etc/passwd`, back],
        [join(here, 'five.mp4'), 'admin@127.0.0.1:/recordings/new.mp4'],
        ['-r', tree, 'admin@127.0.0.1:/recordings/'],
      ]) {
        assert.notEqual((await scp(...flags, ...argv)).code, 0, argv.join(' '));
      }
      assert.deepEqual(await readdir(box.at('recordings')), ['five.mp4']);
      await rm(box.at('overlays', `tree-${how}`), { recursive: true });
    });
  }
});

describe('SFTP, by other clients', () => {
  test('lftp: mirror, and going on where it broke off', { skip: lacks('lftp') }, async () => {
    const target = join(here, 'mirror');
    const command = (line: string): Promise<Ran> =>
      run(
        'lftp',
        [
          '-e',
          `set sftp:auto-confirm yes; set net:max-retries 1; ${line}; bye`,
          '-u',
          'admin,secret',
          `sftp://127.0.0.1:${port}`,
        ],
        { env: { HOME: here } },
      );
    const { code, stderr } = await command(`mirror /recordings ${target}`);
    assert.equal(code, 0, stderr);
    assert.ok((await readFile(join(target, 'five.mp4'))).equals(bytes));
    await breakOff('/overlays/l.mp4', bytes.subarray(0, 2_000_000));
    assert.deepEqual(await readdir(box.at('overlays')), ['.part-l.mp4']);
    const put = await command(`put -c ${join(here, 'five.mp4')} -o /overlays/l.mp4`);
    assert.equal(put.code, 0, put.stderr);
    assert.ok((await readFile(box.at('overlays', 'l.mp4'))).equals(bytes));
    await rm(box.at('overlays', 'l.mp4'));
  });

  test('a client that asks for a whole file at once and reads slowly', async () => {
    const client = await connected();
    const handle = await client.call<Buffer>((sftp, done) => sftp.open('/recordings/five.mp4', 'r', done));
    const got = Buffer.alloc(bytes.length);
    const asked: Promise<void>[] = [];
    for (let at = 0; at < bytes.length; at += 32768) {
      const length = Math.min(32768, bytes.length - at);
      asked.push(client.call<void>((sftp, done) => sftp.read(handle, got, at, length, at, (error) => done(error))));
    }
    await Promise.all(asked);
    assert.ok(got.equals(bytes));
    client.end();
  });

  test('many open files are refused, and leave nothing open', async () => {
    const client = await connected();
    const opened: number[] = [];
    for (let n = 0; n < 70; n++) {
      const open = client.call<Buffer>((sftp, done) => sftp.open('/recordings/five.mp4', 'r', done));
      await open.then(() => opened.push(n)).catch(() => undefined);
    }
    assert.equal(opened.length, 64);
    const fds = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const before = await fds();
    client.end();
    await until('the files are closed', async () => before - (await fds()) >= 64);
  });

  test('packets that lie are answered or end the session, and nothing else', async () => {
    const lie = Buffer.from([0, 0, 0, 9, 3, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]);
    assert.deepEqual(readRequest(lie.subarray(4)), { id: 1, kind: 'bad' });
    assert.equal(readRequest(Buffer.from([3, 0])), undefined);
    for (const name of ['constructor', '__proto__', 'toString', '__defineGetter__', 'hasOwnProperty']) {
      const extended = Buffer.concat([Buffer.from([200, 0, 0, 0, 1, 0, 0, 0, name.length]), Buffer.from(name)]);
      assert.deepEqual(readRequest(extended), { id: 1, kind: 'unsupported' }, name);
    }
    for (const rubbish of [Buffer.alloc(100_000, 0xff), Buffer.alloc(10), Buffer.from([0, 0, 0, 1, 9]), lie]) {
      await rawSftp(rubbish);
    }
    assert.equal((await sftp('ls /')).code, 0);
  });
});

test('200 MB there and back', { skip: process.env['AMPHI_LONG'] ? needs : 'takes long: set AMPHI_LONG' }, async (t) => {
  const big = join(here, 'big.mp4');
  await writeFile(big, randomBytes(200_000_000));
  for (const flags of [[], ['-O']]) {
    for (const [from, to] of [
      [big, 'admin@127.0.0.1:/overlays/big.mp4'],
      ['admin@127.0.0.1:/overlays/big.mp4', join(here, 'big-back.mp4')],
    ]) {
      const beganMs = performance.now();
      const argv = ['scp', ...common, '-P', port, ...flags, from as string, to as string];
      assert.equal((await pass('secret', argv, undefined, 600_000)).code, 0);
      t.diagnostic(`${argv.slice(9).join(' ')}: ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
    }
    assert.equal(await sum(join(here, 'big-back.mp4')), await sum(big));
  }
  assert.ok(process.memoryUsage().rss < 900e6);
});

function connectedClient(): Promise<ssh2.Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.once('ready', () => resolve(client));
    client.on('error', reject);
    client.connect({ host: '127.0.0.1', port: Number(port), username: 'admin', password: 'secret' });
  });
}

async function connected() {
  const client = await connectedClient();
  const session = await new Promise<ssh2.SFTPWrapper>((resolve, reject) => {
    client.sftp((error, made) => (error ? reject(error) : resolve(made)));
  });
  return {
    call: <T>(act: (sftp: ssh2.SFTPWrapper, done: (error: Error | undefined, value: T) => void) => void): Promise<T> =>
      new Promise((resolve, reject) => {
        act(session, (error, value) => (error ? reject(error) : resolve(value)));
      }),
    end: () => client.end(),
  };
}

/** Stores a part of a file, and is gone. */
async function breakOff(path: string, part: Buffer): Promise<void> {
  const client = await connected();
  const handle = await client.call<Buffer>((sftp, done) => sftp.open(path, 'w', done));
  await client.call<void>((sftp, done) => sftp.write(handle, part, 0, part.length, 0, (error) => done(error as Error)));
  client.end();
  await box.letGo(path);
}

/** Sends bytes to the subsystem, and waits until it closes, or a little. */
async function rawSftp(rubbish: Buffer): Promise<void> {
  const client = await connectedClient();
  await new Promise<void>((resolve) => {
    client.subsys('sftp', (_error, channel) => {
      channel.write(Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]));
      channel.end(rubbish);
      channel.resume();
      channel.once('close', resolve);
    });
  });
  client.end();
}
