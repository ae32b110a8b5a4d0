import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { startFtp } from '#agent/control/ftp/ftp.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import type { ControlPort } from '#agent/control/session/line-session.ts';
import { sshFiles } from '#agent/control/ssh/ssh-files.ts';
import { startSsh } from '#agent/control/ssh/ssh.ts';
import { startTelnet } from '#agent/control/telnet/telnet.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { rawClient } from './clients.ts';
import { openTestTree } from './tree-of.ts';

const LONG = Boolean(process.env['AMPHI_LONG']);
const SEED = Number(process.env['AMPHI_SEED'] ?? 20261120);

/** Numbers that are the same for the same seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const folder = await mkdtemp(join(tmpdir(), 'amphi-fuzz-'));
const accounts = await openAccounts({ folder, log: silentLog, allowNoPassword: true });
const locked = await mkdtemp(join(tmpdir(), 'amphi-fuzz-'));
const box = await openTestTree();
await writeFile(join(box.folder, 'sentinel'), 'untouched');
await writeFile(box.at('recordings', 'lecture.mp4'), 'lecture');
const opened: { close(): Promise<void> }[] = [];
after(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await Promise.all([box.remove(), rm(folder, { recursive: true }), rm(locked, { recursive: true })]);
});

/** Keeps what it is given, and answers each piece with a number. */
function countingPort() {
  const sessions: { bytes: Buffer[] }[] = [];
  const port: ControlPort = {
    greeting: () => 'hello\r\n',
    isFull: () => false,
    open(options) {
      const session = { bytes: [] as Buffer[] };
      sessions.push(session);
      return {
        async receive(bytes) {
          const number = session.bytes.push(bytes) - 1;
          if (number % 3 === 0) await sleep(0);
          options.write(`${number}\r\n`);
        },
        end: () => undefined,
      };
    },
  };
  return { port, sessions };
}

const assertInOrder = (text: string): void => {
  const numbers = text.split('\r\n').filter((line) => /^\d+$/.test(line));
  assert.deepEqual(
    numbers,
    Array.from(numbers, (_, at) => String(at)),
  );
};

function noise(next: (below: number) => number, length: number, highest = 256): Buffer {
  return Buffer.from(
    Array.from({ length }, () => (next(3) === 0 ? [13, 10, 27, 87, 81, 124][next(6)] : next(highest)) as number),
  );
}

describe(`foreign bytes (seed ${SEED})`, () => {
  test('Telnet: on a bare socket each byte arrives once, in order, and answers in order', async () => {
    const { port, sessions } = countingPort();
    const telnet = await startTelnet({
      addresses: ['127.0.0.1'],
      port: 0,
      control: port,
      accounts,
      log: silentLog,
      loginTries: 3,
      idleMs: () => 60_000,
    });
    opened.push(telnet);
    const next = seeded(SEED);
    for (let round = 0; round < (LONG ? 200 : 10); round++) {
      const client = await rawClient(telnet.port as number);
      const sent: Buffer[] = [];
      for (let n = 0; n < 40; n++) {
        const piece = noise(next, 1 + next(200), 255);
        sent.push(piece);
        client.socket.write(piece);
        if (next(4) === 0) await sleep(1);
      }
      client.socket.end();
      await client.closed;
      assert.ok(Buffer.concat(sessions.at(-1)?.bytes ?? []).equals(Buffer.concat(sent)));
      assertInOrder(client.text());
    }
  });

  test('Telnet: commands and passwords of all kinds', async () => {
    const guarded = await openAccounts({ folder: locked, log: silentLog });
    const { port, sessions } = countingPort();
    const telnet = await startTelnet({
      addresses: ['127.0.0.1'],
      port: 0,
      control: port,
      accounts: guarded,
      log: silentLog,
      loginTries: 2,
      idleMs: () => 60_000,
    });
    opened.push(telnet);
    const next = seeded(SEED + 1);
    for (let round = 0; round < (LONG ? 100 : 8); round++) {
      const client = await rawClient(telnet.port as number, '127.0.0.1', `127.0.1.${1 + next(250)}`);
      for (let n = 0; n < 20; n++) {
        const piece = noise(next, 1 + next(300));
        for (let at = 0; at < piece.length; at++) if (next(4) === 0) piece[at] = 240 + next(16);
        client.socket.write(piece);
      }
      client.socket.end();
      await Promise.race([client.closed, sleep(300)]);
      client.socket.destroy();
    }
    assert.equal(sessions.length, 0);
  });

  test('SSH: shell, commands and SFTP', async () => {
    const { port, sessions } = countingPort();
    const ssh = await startSsh({
      addresses: ['127.0.0.1'],
      port: 0,
      hostKeys: await openHostKeys(folder, silentLog),
      control: port,
      accounts,
      log: silentLog,
      files: sshFiles(box.tree, silentLog),
      offerPassword: true,
      repliesOnStderrWithoutPty: false,
      idleMs: () => 60_000,
    });
    opened.push(ssh);
    const next = seeded(SEED + 2);
    const connect = async (): Promise<ssh2.Client> => {
      const client = new ssh2.Client();
      client.on('error', () => undefined);
      await new Promise<void>((resolve) => {
        client.once('ready', () => resolve());
        client.connect({ host: '127.0.0.1', port: ssh.port, username: 'admin', password: '' });
      });
      client.setNoDelay(true);
      return client;
    };
    const pour = (channel: ssh2.ClientChannel, pieces: Buffer[]): Promise<string> =>
      new Promise((resolve) => {
        let text = '';
        channel.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
        channel.stderr.resume();
        channel.once('close', () => resolve(text));
        for (const piece of pieces) channel.write(piece);
        channel.end();
      });
    for (let round = 0; round < (LONG ? 60 : 5); round++) {
      const client = await connect();
      const pieces = Array.from({ length: 30 }, () => noise(next, 1 + next(300)));
      const shell = await channelOf((done) => client.shell(false, done));
      assertInOrder(await pour(shell as ssh2.ClientChannel, pieces));
      assert.ok(Buffer.concat(sessions.at(-1)?.bytes ?? []).equals(Buffer.concat(pieces)));
      const line = noise(next, 100).toString('latin1');
      const command = await channelOf((done) => client.exec(next(2) === 0 ? line : `scp -t ${line}`, done));
      if (command) await pour(command, [noise(next, 100)]);
      const files = await channelOf((done) => client.subsys('sftp', done));
      const packets = Array.from({ length: 30 }, () => sftpPacket(next));
      if (files) await pour(files, [Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]), ...packets]);
      client.end();
    }
    await intact();
  });

  test('FTP: lines of all kinds, each answered, or the connection closed', async () => {
    const ftp = await startFtp({
      addresses: ['127.0.0.1'],
      port: 0,
      accounts,
      tree: box.tree,
      log: silentLog,
      allowPlain: true,
      idleMs: () => 60_000,
    });
    opened.push(ftp);
    const next = seeded(SEED + 3);
    const verbs =
      'USER PASS AUTH PBSZ PROT CWD CDUP PWD EPSV PORT EPRT REST RETR STOR APPE LIST NLST MLSD MLST SIZE MDTM MFMT DELE RNFR RNTO MKD RMD STAT ABOR TYPE OPTS FEAT NOOP SYST __proto__ toString';
    const words = [
      '/',
      '/overlays',
      '../..',
      '/recordings/lecture.mp4',
      '/overlays/x',
      '*',
      '-la',
      '1',
      '127,0,0,1,200,1',
      '|1|127.0.0.1|1|',
      'admin',
      '"',
      '\u00fc\u0000',
    ];
    for (let round = 0; round < (LONG ? 1700 : 8); round++) {
      const client = await rawClient(ftp.port as number);
      client.send('USER user\r\nPASS x\r\n');
      await client.until('230');
      for (let n = 0; n < 30 && !client.socket.destroyed; n++) {
        const verb = verbs.split(' ')[next(verbs.split(' ').length)] as string;
        const rest = next(5) === 0 ? noise(next, next(50)).toString('latin1') : (words[next(words.length)] as string);
        client.send(`${verb} ${rest}\r\n`);
        await sleep(1);
      }
      client.send('\r\nSYST\r\n');
      await Promise.race([client.until('215', 3000).catch(() => undefined), client.closed]);
      client.socket.destroy();
    }
    await intact();
  });
});

/** A channel, or nothing where the box refuses it. */
function channelOf(
  begin: (done: (error: Error | undefined, channel: ssh2.ClientChannel) => void) => void,
): Promise<ssh2.ClientChannel | undefined> {
  return new Promise((resolve) => begin((error, channel) => resolve(error ? undefined : channel)));
}

/** A packet of SFTP that may lie about anything. */
function sftpPacket(next: (below: number) => number): Buffer {
  const paths = ['/', '/overlays', '/overlays/f', '/recordings/lecture.mp4', '../../sentinel', '\0'];
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value >>> 0);
    return bytes;
  };
  const path = Buffer.from(paths[next(paths.length)] as string);
  const length = next(8) === 0 ? next(2 ** 31) : path.length;
  const body = Buffer.concat([
    Buffer.from([3 + next(19)]),
    u32(next(1000)),
    u32(length),
    path,
    u32(next(64)),
    noise(next, next(40)),
  ]);
  return Buffer.concat([u32(next(20) === 0 ? next(2 ** 31) : body.length), body]);
}

/** Nothing outside was touched, recordings that may not be written are as they were, and no file is left open. */
async function intact(): Promise<void> {
  assert.equal(await readFile(join(box.folder, 'sentinel'), 'utf8'), 'untouched');
  assert.deepEqual((await readdir(box.folder)).toSorted(), ['certs', 'logs', 'overlays', 'recordings', 'sentinel']);
  for (const name of await readdir(box.at('recordings'))) {
    // It may be deleted meanwhile, at the wish of one that has just left.
    const text = await readFile(box.at('recordings', name), 'utf8').catch(() => 'lecture');
    assert.equal(text, 'lecture');
  }
  await until('no file is left open', async () => (await readdir('/proc/self/fd')).length < 200);
}
