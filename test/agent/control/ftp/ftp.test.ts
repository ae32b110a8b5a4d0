import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import * as lists from '#agent/control/ftp/ftp-lists.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { lacks, rawClient, run, type RawClient } from '../clients.ts';
import { openFtpBox } from './ftp-box.ts';

const { box, bytes, five, port, serve, otherAccounts, overlays, clean, loggedIn, dataOf, breakOff, close } =
  await openFtpBox();
after(close);

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
      end(client, data);
      await box.letGo('/overlays/half');
      assert.deepEqual(await overlays(), ['.part-half']);
      await clean();
    });
  }

  test('a client that is killed in the middle: no file under the name', { skip: lacks('curl') }, async () => {
    for (const more of [[], ['--ssl-reqd', '-k']]) {
      await clean();
      const url = `ftp://admin:secret@127.0.0.1:${port}/overlays/killed`;
      const kill = new AbortController();
      // It would take a minute.
      const curl = run('curl', ['-sS', '--limit-rate', '50k', ...more, '-T', five, url], { kill: kill.signal });
      await until('a part of it is there', async () => (await box.arrivedBytes('/overlays/killed')) > 0);
      kill.abort();
      await curl;
      await box.letGo('/overlays/killed');
      assert.deepEqual(await overlays(), ['.part-killed']);
    }
    await clean();
  });

  test('the ends of a killed client come apart, and the box is busy meanwhile: no file under the name', async () => {
    await clean();
    const client = await loggedIn();
    const data = await dataOf(client);
    await client.ask('STOR /overlays/busy', '150');
    await new Promise<void>((resolve) => void data.socket.write(bytes.subarray(0, 500_000), () => resolve()));
    data.socket.end();
    for (let n = 0; n < 6; n++) {
      await sleep(5);
      if (n === 3) client.socket.end();
      for (const untilMs = performance.now() + 100; performance.now() < untilMs;);
    }
    await box.letGo('/overlays/busy');
    assert.deepEqual(await overlays(), ['.part-busy']);
    await clean();
  });

  test('ABOR ends a transfer, and the session goes on', async () => {
    const client = await loggedIn();
    const data = await dataOf(client);
    data.socket.pause();
    await client.ask('STOR /overlays/x', '150');
    data.send('some');
    await until('it is on the disk', async () => (await box.arrivedBytes('/overlays/x')) === 4);
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
