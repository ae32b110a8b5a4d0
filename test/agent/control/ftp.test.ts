import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { Client } from 'basic-ftp';
import { openAccounts } from '#agent/control/accounts.ts';
import { makeCertificate } from '#agent/control/certificate.ts';
import type { FtpOptions } from '#agent/control/ftp-client.ts';
import * as lists from '#agent/control/ftp-lists.ts';
import { startFtp } from '#agent/control/ftp.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { lacks, rawClient, run, type RawClient, type Ran } from './clients.ts';
import { openTestTree } from './tree-of.ts';

const here = await mkdtemp(join(tmpdir(), 'amphi-ftp-'));
const accounts = await openAccounts({ folder: here, log: silentLog });
await accounts.set('admin', 'secret');
await accounts.set('user', 'guest');
/** Wrong passwords slow down their address, and all tests have one. */
const otherAccounts = () => openAccounts({ folder: here, log: silentLog });
const box = await openTestTree();
const certificate = await makeCertificate(['127.0.0.1', 'localhost']);
await writeFile(join(here, 'ca.pem'), certificate.cert);
const opened: { close(): Promise<void> }[] = [];
async function serve(options: Partial<FtpOptions> = {}): Promise<number> {
  const ftp = await startFtp({
    addresses: ['127.0.0.1'],
    port: 0,
    accounts,
    tree: box.tree,
    log: silentLog,
    certificate: () => certificate,
    allowPlain: true,
    idleMs: () => 300_000,
    ...options,
  });
  opened.push(ftp);
  return ftp.port as number;
}
after(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await Promise.all([box.remove(), rm(here, { recursive: true })]);
});
const port = await serve();
const bytes = randomBytes(3_000_000);
const five = join(here, 'three.mp4');
await writeFile(five, bytes);
await writeFile(box.at('recordings', 'three.mp4'), bytes);
const overlays = () => readdir(box.at('overlays'));
const clean = async (): Promise<void> => {
  for (const name of await overlays()) await rm(box.at('overlays', name), { recursive: true });
};

async function loggedIn(
  name = 'admin',
  password = 'secret',
  at = port,
): Promise<RawClient & { ask(line: string, code: string): Promise<string> }> {
  const client = await rawClient(at);
  await client.until('\r\n');
  const ask = async (line: string, code: string): Promise<string> => {
    client.send(`${line}\r\n`);
    const reply = await client.until('\r\n');
    assert.equal(reply.slice(0, 3), code, `${line}: ${reply}`);
    return reply;
  };
  await ask(`USER ${name}`, '331');
  await ask(`PASS ${password}`, '230');
  return { ...client, ask };
}
async function dataOf(client: Awaited<ReturnType<typeof loggedIn>>): Promise<RawClient> {
  const [, place] = /\(\|\|\|(\d+)\|\)/.exec(await client.ask('EPSV', '229')) ?? [];
  return rawClient(Number(place));
}

describe("FTP, by Debian's clients", () => {
  for (const [how, settings] of [
    ['passive', 'set ftp:ssl-allow no; set ftp:passive-mode yes'],
    ['active', 'set ftp:ssl-allow no; set ftp:passive-mode no'],
    ['explicit TLS', `set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:ca-file ${join(here, 'ca.pem')}`],
    [
      'explicit TLS, active',
      `set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ftp:passive-mode no; set ssl:ca-file ${join(here, 'ca.pem')}`,
    ],
  ] as const) {
    test(`lftp, ${how}: there, back, listed, gone on with, renamed, deleted`, { skip: lacks('lftp') }, async () => {
      const lftp = (lines: string[]): Promise<Ran> =>
        run(
          'lftp',
          [
            '-e',
            `set net:max-retries 1; set net:timeout 8; ${settings}; ${lines.join(' && ')} && bye; exit 1`,
            '-u',
            'admin,secret',
            `ftp://127.0.0.1:${port}`,
          ],
          { env: { HOME: here, LANG: 'C.UTF-8' } },
        );
      const back = join(here, 'back');
      const { code, stdout, stderr } = await lftp([
        'mkdir "/overlays/Ü 1"',
        `put ${five} -o "/overlays/Ü 1/Logo é.png"`,
        'cls -1 "/overlays/Ü 1"',
        'ls /recordings',
        `get "/overlays/Ü 1/Logo é.png" -o ${back}`,
        'mv "/overlays/Ü 1/Logo é.png" "/overlays/Ü 1/b"',
        'rm "/overlays/Ü 1/b"',
        'rmdir "/overlays/Ü 1"',
      ]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /Logo é\.png/);
      assert.match(stdout, /-r--r--r-- .* 3000000 .* three\.mp4/);
      assert.ok((await readFile(back)).equals(bytes));
      await writeFile(back, bytes.subarray(0, 1_000_001));
      assert.equal((await lftp([`get -c /recordings/three.mp4 -o ${back}`])).code, 0);
      assert.ok((await readFile(back)).equals(bytes));
      await rm(back);
      await breakOff('/overlays/c.mp4', bytes.subarray(0, 2_000_000));
      assert.deepEqual(await overlays(), ['.part-c.mp4']);
      const put = await lftp([`put -c ${five} -o /overlays/c.mp4`]);
      assert.equal(put.code, 0, put.stderr);
      assert.ok((await readFile(box.at('overlays', 'c.mp4'))).equals(bytes));
      await clean();
      assert.notEqual((await lftp([`put ${five} -o /recordings/new.mp4`])).code, 0);
    });
  }

  test('lftp mirrors a folder up and down', { skip: lacks('lftp') }, async () => {
    const tree = join(here, 'tree');
    await mkdir(join(tree, 'deep'), { recursive: true });
    for (let n = 0; n < 12; n++) await writeFile(join(tree, n % 2 ? 'deep' : '.', `${n}.png`), `logo ${n}`);
    const mirror = (argument: string): Promise<Ran> =>
      run(
        'lftp',
        ['-e', `set ftp:ssl-allow no; mirror ${argument}; bye`, '-u', 'admin,secret', `ftp://127.0.0.1:${port}`],
        { env: { HOME: here } },
      );
    assert.equal((await mirror(`-R -P 3 ${tree} /overlays/tree`)).code, 0);
    assert.equal((await mirror(`-P 3 /overlays/tree ${join(here, 'tree2')}`)).code, 0);
    assert.equal(await readFile(join(here, 'tree2', 'deep', '7.png'), 'utf8'), 'logo 7');
    assert.equal((await readdir(join(here, 'tree2'), { recursive: true })).length, 13);
    await clean();
  });

  test('ftp', { skip: lacks('ftp') }, async () => {
    const script = [
      `open 127.0.0.1 ${port}`,
      'user admin secret',
      'binary',
      'pwd',
      'cd /recordings',
      'ls',
      `get three.mp4 ${join(here, 'ftp.mp4')}`,
      'cd /overlays',
      `put ${five} up.mp4`,
      'rename up.mp4 down.mp4',
      'ls',
      'passive',
      `put ${five} active.mp4`,
      'delete active.mp4',
      'quit',
    ];
    const { stdout } = await run('ftp', ['-n', '-v'], { input: `${script.join('\n')}\n` });
    assert.ok((await readFile(join(here, 'ftp.mp4'))).equals(bytes), stdout);
    assert.match(stdout, /down\.mp4/);
    assert.deepEqual(await overlays(), ['down.mp4']);
    assert.ok((await readFile(box.at('overlays', 'down.mp4'))).equals(bytes));
    await clean();
  });

  test(
    'curl: plain, encrypted, from an offset, append, and a file that is not there',
    { skip: lacks('curl') },
    async () => {
      const curl = (...argv: string[]): Promise<Ran> =>
        run('curl', ['-sS', '--user', 'admin:secret', '--cacert', join(here, 'ca.pem'), ...argv]);
      const url = `ftp://127.0.0.1:${port}`;
      const got = join(here, 'curl.mp4');
      for (const more of [[], ['--ssl-reqd'], ['--disable-epsv'], ['--ftp-port', '127.0.0.1']]) {
        await rm(got, { force: true });
        const { code, stderr } = await curl(...more, '-o', got, `${url}/recordings/three.mp4`);
        assert.equal(code, 0, stderr);
        assert.ok((await readFile(got)).equals(bytes));
        assert.equal((await curl(...more, '-T', five, `${url}/overlays/x%20%C3%BC.mp4`)).code, 0);
        assert.ok((await readFile(box.at('overlays', 'x ü.mp4'))).equals(bytes));
        await clean();
      }
      await writeFile(got, bytes.subarray(0, 999));
      assert.equal((await curl('-C', '-', '-o', got, `${url}/recordings/three.mp4`)).code, 0);
      assert.ok((await readFile(got)).equals(bytes));
      await breakOff('/overlays/r.mp4', bytes.subarray(0, 1_500_000));
      assert.equal((await curl('-C', '-', '-T', five, `${url}/overlays/r.mp4`)).code, 0);
      assert.ok((await readFile(box.at('overlays', 'r.mp4'))).equals(bytes));
      await clean();
      assert.equal((await curl(`${url}/recordings/none`)).code, 78);
      const other = await serve({ accounts: await otherAccounts() });
      assert.equal((await curl('--user', 'admin:wrong', `ftp://127.0.0.1:${other}/`)).code, 67);
    },
  );
});

describe('FTP, by basic-ftp', () => {
  for (const secure of [false, true]) {
    test(secure ? 'encrypted' : 'plain', async () => {
      const client = new Client(8000);
      await client.access({
        host: '127.0.0.1',
        port,
        user: 'admin',
        password: 'secret',
        secure,
        secureOptions: { rejectUnauthorized: false },
      });
      await client.ensureDir('/overlays/a/b');
      await client.uploadFrom(Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]), 'x.bin');
      await client.appendFrom(Readable.from([Buffer.from('end')]), 'x.bin');
      assert.equal(await client.size('x.bin'), bytes.length + 3);
      assert.ok((await client.lastMod('x.bin')).getTime() > Date.now() - 60_000);
      const parts: Buffer[] = [];
      const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (parts.push(chunk), done()) });
      await client.downloadTo(sink, 'x.bin', 5);
      assert.ok(Buffer.concat(parts).equals(Buffer.concat([bytes.subarray(5), Buffer.from('end')])));
      const [file] = await client.list();
      assert.deepEqual([file?.name, file?.size, file?.isFile], ['x.bin', bytes.length + 3, true]);
      await client.rename('x.bin', 'y.bin');
      await client.remove('y.bin');
      await client.removeDir('/overlays/a');
      await assert.rejects(client.remove('/recordings/none'), /550/);
      client.close();
      assert.deepEqual(await overlays(), []);
    });
  }
});

describe('FTP, what may not be', () => {
  test('a user reads recordings, and no more', async () => {
    const client = await loggedIn('user', 'guest');
    await client.ask('SIZE /recordings/three.mp4', '213');
    await client.ask('DELE /recordings/three.mp4', '550');
    await client.ask('MKD /overlays/x', '550');
    await client.ask('CWD /certs', '550');
    await client.ask('RNFR /recordings/three.mp4', '350');
    await client.ask('RNTO /recordings/x.mp4', '550');
    const data = await dataOf(client);
    await client.ask('STOR /overlays/x', '550');
    data.socket.destroy();
    client.socket.destroy();
  });

  test('what the recorder refuses to delete stays', async () => {
    await writeFile(box.at('recordings', 'running.mp4'), 'x');
    const client = await loggedIn();
    assert.match(await client.ask('DELE /recordings/running.mp4', '550'), /being recorded/);
    await client.ask('CWD /recordings', '250');
    await client.ask('CDUP', '250');
    await client.ask('CWD ../../../..', '250');
    assert.match(await client.ask('PWD', '257'), /"\/"/);
    client.socket.destroy();
    await rm(box.at('recordings', 'running.mp4'));
  });

  test('no bounce: data go to the client alone, and not to low ports', async () => {
    const client = await loggedIn();
    await client.ask('PORT 127,0,0,2,100,1', '504');
    await client.ask('PORT 10,1,2,3,100,1', '504');
    await client.ask('PORT 127,0,0,1,0,80', '504');
    await client.ask('EPRT |1|127.0.0.2|6000|', '504');
    await client.ask('EPRT |1|x', '501');
    await client.ask('PORT 1,2,3', '501');
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const taken = new Promise<string>((resolve) => {
      listener.once('connection', (socket) => {
        let text = '';
        socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
        socket.once('end', () => resolve(text));
      });
    });
    await client.ask(`EPRT |1|127.0.0.1|${(listener.address() as AddressInfo).port}|`, '200');
    await client.ask('NLST /recordings', '150');
    assert.equal(await taken, '/recordings/three.mp4\r\n');
    await client.until('226 Done\r\n');
    listener.close();
    // Somebody else at the passive port is sent away, and the client is still served.
    const [, place] = /\(\|\|\|(\d+)\|\)/.exec(await client.ask('EPSV', '229')) ?? [];
    const stranger = await rawClient(Number(place), '127.0.0.1', '127.0.0.2');
    await stranger.closed;
    assert.equal(stranger.text(), '');
    const own = await rawClient(Number(place));
    await client.ask('MLSD /recordings', '150');
    await own.closed;
    assert.match(own.text(), /type=file;size=3000000;modify=\d{14};perm=rd; three\.mp4/);
    client.socket.destroy();
  });

  test('encrypted only, where plain is switched off', async () => {
    const strict = await serve({ allowPlain: false });
    const client = await rawClient(strict);
    await client.until('220');
    client.send('USER admin\r\n');
    assert.match(await client.until('530'), /530/);
    client.socket.destroy();
    const control = await run('curl', [
      '-sS',
      '--user',
      'admin:secret',
      '-k',
      '--ssl-reqd',
      `ftp://127.0.0.1:${strict}/recordings/`,
    ]);
    assert.match(control.stdout, /three\.mp4/);
    const halfway = await run('curl', [
      '-sS',
      '--user',
      'admin:secret',
      '-k',
      '--ftp-ssl-control',
      `ftp://127.0.0.1:${strict}/recordings/`,
    ]);
    assert.notEqual(halfway.code, 0);
    assert.notEqual(
      (await run('curl', ['-sS', '--user', 'admin:secret', `ftp://127.0.0.1:${strict}/recordings/`])).code,
      0,
    );
  });

  test('commands smuggled in behind AUTH TLS are forgotten', async () => {
    const client = await rawClient(port);
    await client.until('220');
    await client.until('\r\n');
    client.send('AUTH TLS\r\nUSER admin\r\nPASS secret\r\n');
    assert.match(await client.until('\r\n'), /^234/);
    await sleep(100);
    assert.doesNotMatch(client.text(), /331|230/);
    client.socket.destroy();
  });

  test('nothing before a login; five wrong passwords end it', async () => {
    const client = await rawClient(await serve({ accounts: await otherAccounts() }));
    await client.until('\r\n');
    for (const line of [
      'LIST',
      'RETR /recordings/three.mp4',
      'PASV',
      'PORT 127,0,0,1,100,1',
      'CWD /',
      'REST 1',
      'MLSD',
    ]) {
      client.send(`${line}\r\n`);
      assert.match(await client.until('\r\n'), /^530/, line);
    }
    client.send('PASS secret\r\n');
    assert.match(await client.until('\r\n'), /^503/);
    for (let n = 0; n < 5; n++) client.send('USER anonymous\r\nPASS x\r\n');
    await client.closed;
    assert.match(client.text(), /421 Too many wrong passwords/);
  });
});

describe('FTP, transfers that break off', () => {
  for (const [how, end] of [
    [
      'with a reset',
      (client: RawClient, data: RawClient) => (client.socket.resetAndDestroy(), data.socket.resetAndDestroy()),
    ],
    [
      'as the end of a killed client looks',
      (client: RawClient, data: RawClient) => (client.socket.end(), data.socket.end()),
    ],
    ['the other way round', (client: RawClient, data: RawClient) => (data.socket.end(), client.socket.end())],
  ] as const) {
    test(`${how}: no file under the name`, async () => {
      await clean();
      const client = await loggedIn();
      const data = await dataOf(client);
      await client.ask('STOR /overlays/half', '150');
      await new Promise<void>((resolve) => void data.socket.write(bytes.subarray(0, 500_000), () => resolve()));
      await sleep(50);
      end(client, data);
      await sleep(400);
      assert.deepEqual(await overlays(), ['.part-half']);
      await clean();
    });
  }

  test('a client that is killed in the middle: no file under the name', { skip: lacks('curl') }, async () => {
    for (const more of [[], ['--ssl-reqd', '-k']]) {
      await clean();
      const url = `ftp://admin:secret@127.0.0.1:${port}/overlays/killed`;
      await run('curl', ['-sS', '--limit-rate', '500k', ...more, '-T', five, url], { timeoutMs: 1200 });
      await sleep(300);
      assert.deepEqual(await overlays(), ['.part-killed']);
    }
    await clean();
  });

  test('ABOR ends a transfer, and the session goes on', async () => {
    const client = await loggedIn();
    const data = await dataOf(client);
    data.socket.pause();
    await client.ask('STOR /overlays/x', '150');
    data.send('some');
    await sleep(30);
    client.socket.write(Buffer.from([255, 244, 255, 242]));
    client.send('ABOR\r\n');
    assert.match(await client.until('\r\n'), /^426/);
    assert.match(await client.until('\r\n'), /^226/);
    assert.match(await client.ask('STAT', '211'), /nothing is under way/);
    await client.ask('NOOP', '200');
    assert.ok(!(await overlays()).includes('x'));
    client.socket.destroy();
    await clean();
  });

  test('REST within what came, and not behind it', async () => {
    await breakOff('/overlays/r', Buffer.from('0123456789'));
    const client = await loggedIn();
    assert.match(await client.ask('SIZE /overlays/r', '213'), /213 9\r\n/);
    let data = await dataOf(client);
    await client.ask('REST 11', '350');
    await client.ask('STOR /overlays/r', '553');
    data.socket.destroy();
    data = await dataOf(client);
    await client.ask('REST 5', '350');
    await client.ask('STOR /overlays/r', '150');
    data.socket.end('abc');
    await client.until('226');
    assert.equal(await readFile(box.at('overlays', 'r'), 'utf8'), '01234abc');
    client.socket.destroy();
    await clean();
  });

  test('a reader who stops reading is waited for, without the file in memory', async () => {
    const client = await loggedIn();
    const data = await dataOf(client);
    data.socket.pause();
    await client.ask('RETR /recordings/three.mp4', '150');
    await sleep(200);
    data.socket.resume();
    await data.closed;
    assert.equal(
      createHash('sha1').update(data.text(), 'latin1').digest('hex'),
      createHash('sha1').update(bytes).digest('hex'),
    );
    await client.until('226');
    client.socket.destroy();
  });
});

describe('FTP, lines that mean no good', () => {
  test('long, many, and strange ones', async () => {
    for (const rubbish of [
      'x'.repeat(100_000),
      'NOOP\r\n'.repeat(50_000),
      '\0\r\n',
      `CWD ${'../'.repeat(2000)}\r\n`,
      'RETR \ud800\r\n',
      '__proto__\r\nconstructor\r\n',
    ]) {
      const client = await rawClient(port);
      client.send(rubbish);
      await sleep(30);
      client.socket.destroy();
    }
    const client = await loggedIn();
    await client.ask('CWD a\0b', '553');
    await client.ask('MKD /overlays/x\ty', '553');
    await client.ask('XYZZ', '502');
    await client.ask('', '502');
    await client.ask('MFMT 20261340000000 x', '501');
    client.socket.destroy();
  });
});

describe('FTP lists', () => {
  test('times, ports, options and patterns', () => {
    assert.equal(lists.timeValue(Date.UTC(2026, 10, 20, 1, 2, 3)), '20261120010203');
    assert.equal(lists.readTimeValue('20261120010203'), Date.UTC(2026, 10, 20, 1, 2, 3));
    assert.equal(lists.readTimeValue('20260230000000'), undefined);
    assert.deepEqual(lists.readPort('127,0,0,1,4,1'), { address: '127.0.0.1', port: 1025 });
    assert.equal(lists.readPort('127,0,0,256,4,1'), undefined);
    assert.deepEqual(lists.readExtendedPort('|2|::1|5000|'), { address: '::1', port: 5000 });
    assert.equal(lists.readExtendedPort('|3|::1|5000|'), undefined);
    assert.equal(lists.readExtendedPort('|1|127.0.0.1|70000|'), undefined);
    assert.equal(lists.withoutOptions('-la logos'), 'logos');
    assert.equal(lists.withoutOptions('-la'), '');
    assert.equal(lists.withoutOptions('logos -x'), 'logos -x');
    assert.deepEqual(lists.splitPattern('/a/*.mp4'), { folder: '/a/', pattern: '*.mp4' });
    assert.equal(lists.quoted('a"b'), '"a""b"');
  });
});

test(
  '200 MB there and back, encrypted',
  { skip: process.env['AMPHI_LONG'] ? lacks('curl') : 'takes long: set AMPHI_LONG' },
  async (t) => {
    const big = join(here, 'big.mp4');
    await writeFile(big, randomBytes(200_000_000));
    const url = `ftp://127.0.0.1:${port}/overlays/big.mp4`;
    for (const argv of [
      ['-T', big],
      ['-o', `${big}.back`],
    ]) {
      const beganMs = performance.now();
      const { code, stderr } = await run('curl', ['-sS', '-k', '--ssl-reqd', '--user', 'admin:secret', ...argv, url], {
        timeoutMs: 120_000,
      });
      assert.equal(code, 0, stderr);
      t.diagnostic(`${argv[0]}: ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
    }
    const sum = async (path: string): Promise<string> => {
      const hash = createHash('sha1');
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
      return hash.digest('hex');
    };
    assert.equal(await sum(`${big}.back`), await sum(big));
    assert.equal((await stat(box.at('overlays', 'big.mp4'))).size, 200_000_000);
  },
);

/** Stores a part of a file, and is gone. */
async function breakOff(path: string, part: Buffer): Promise<void> {
  const client = await loggedIn();
  const data = await dataOf(client);
  await client.ask(`STOR ${path}`, '150');
  await new Promise<void>((resolve) => void data.socket.write(part, () => resolve()));
  await sleep(100);
  data.socket.resetAndDestroy();
  await client.until('426');
  client.socket.destroy();
}
