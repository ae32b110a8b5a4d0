import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { Client } from 'basic-ftp';
import { PATIENCE_MS } from '#test/support/until.ts';
import { lacks, run, type Ran } from '../clients.ts';
import { openFtpBox } from './ftp-box.ts';

const { here, box, bytes, five, port, serve, otherAccounts, overlays, clean, breakOff, close } = await openFtpBox();
after(close);

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
            `set net:max-retries 1; set net:timeout ${PATIENCE_MS / 1000}; ${settings}; ${lines.join(' && ')} && bye; exit 1`,
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
      const beganMs = Date.now();
      const client = new Client(PATIENCE_MS);
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
      assert.ok((await client.lastMod('x.bin')).getTime() > beganMs - 1000);
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
        timeoutMs: 600_000,
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
