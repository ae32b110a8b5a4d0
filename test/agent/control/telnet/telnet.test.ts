import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { openAccounts, type Accounts } from '#agent/control/accounts/accounts.ts';
import { startTelnet, type TelnetOptions } from '#agent/control/telnet/telnet.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { lacks, rawClient, typeInTelnet, type TelnetStep } from '../clients.ts';
import { OWN_LOOPBACK } from '#test/support/free-port.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { openFakePort } from '../fake-port.ts';

const undo: (() => unknown)[] = [];
after(async () => {
  for (const one of undo.toReversed()) await one();
});

async function accountsWith(admin: string | null, user?: string): Promise<Accounts> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-telnet-'));
  undo.push(() => rm(folder, { recursive: true }));
  const accounts = await openAccounts({ folder, log: silentLog, allowNoPassword: true });
  if (admin !== null) await accounts.set('admin', admin);
  if (user !== undefined) await accounts.set('user', user);
  return accounts;
}

async function box(options: Partial<TelnetOptions> & { accounts: Accounts }) {
  const control = openFakePort();
  const telnet = await startTelnet({
    addresses: ['127.0.0.1'],
    port: 0,
    control,
    log: silentLog,
    loginTries: 3,
    idleMs: () => 300_000,
    ...options,
  });
  undo.push(() => telnet.close());
  return { telnet, control, port: telnet.port as number };
}

const greeting =
  '\r\n(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01\r\nMon, 13 Jul 2026 08:16:21\r\n\r\n';
const open = await accountsWith(null);
const locked = await accountsWith('secret', 'guest');

describe('telnet, for controllers on a bare socket', () => {
  test('the greeting, the password dialogue and what follows, byte for byte', async () => {
    const { port } = await box({ accounts: locked });
    const client = await rawClient(port);
    assert.equal(await client.until('Password:'), `${greeting}Password:`);
    client.send('\r');
    assert.equal(await client.until('Password:'), '\r\nPassword:');
    client.send('wrong\r\n');
    assert.equal(await client.until('Password:'), '\r\nPassword:');
    client.send('secret\n\r');
    assert.equal(await client.until('tor\r\n'), '\r\nLogin Administrator\r\n');
    client.send('Q');
    assert.equal(await client.until('\r\n'), '2.11\r\n');
    client.send('\u001bCK\r');
    assert.equal(await client.until('\r\n'), '12\r\n');
    client.socket.destroy();
  });

  test('without a password: the greeting, then ready', async () => {
    const { port } = await box({ accounts: open });
    const client = await rawClient(port);
    client.send('Q');
    assert.equal(await client.until('2.11\r\n'), `${greeting}2.11\r\n`);
    client.socket.destroy();
  });

  test('a user logs in as one; password and commands in one segment are taken in order', async () => {
    const { port } = await box({ accounts: locked });
    const client = await rawClient(port);
    client.send('guest\r\u001bCK\rQi');
    assert.equal(await client.until('>\r\n'), `${greeting}Password:\r\nLogin User\r\n11\r\n2.11\r\n<ChA1*ChB3>\r\n`);
    client.socket.destroy();
  });

  test('after three wrong passwords the connection ends', async () => {
    const { port, control } = await box({ accounts: await accountsWith('secret') });
    const client = await rawClient(port);
    client.send('a\rb\rc\rsecret\r');
    await client.closed;
    assert.equal(client.text(), `${greeting}Password:\r\nPassword:\r\nPassword:`);
    assert.equal(control.sessions.length, 0);
  });

  test('each reply is a segment of its own', async () => {
    const { port } = await box({ accounts: open });
    const client = await rawClient(port);
    await client.until('\r\n\r\n');
    const segments: string[] = [];
    client.socket.on('data', (bytes: Buffer) => segments.push(bytes.toString()));
    // Far enough apart that they are not read together, all the same.
    for (const [index, command] of ['Q', 'I', '\u001bYRCDR\r'].entries()) {
      client.send(command);
      await until('it is answered', () => segments.length > index);
    }
    assert.deepEqual(segments, ['2.11\r\n', '<ChA1*ChB3>\r\n', '0\r\n']);
    client.socket.destroy();
  });

  test('a client that has said everything and closed its side is still answered', async () => {
    const { port } = await box({ accounts: locked });
    const client = await rawClient(port);
    client.socket.end('secret\rQ');
    await client.closed;
    assert.match(client.text(), /Login Administrator\r\n2\.11\r\n$/);
  });

  test('more sessions than the box takes get E26', async () => {
    const { port } = await box({ accounts: open, control: openFakePort({ most: 1 }) });
    const one = await rawClient(port);
    await one.until('\r\n\r\n');
    const two = await rawClient(port);
    await two.closed;
    assert.equal(two.text(), 'E26\r\n');
    one.socket.destroy();
  });

  test('an idle session ends; one that talks does not; each may set its own time', async () => {
    const { port } = await box({ accounts: open, idleMs: () => 1500 });
    const [silent, talking, patient] = await Promise.all([rawClient(port), rawClient(port), rawClient(port)]);
    patient.send('\u001b0*60000TC\r');
    const talk = setInterval(() => talking.send('Q'), 40);
    await silent.closed;
    clearInterval(talk);
    assert.ok(!talking.socket.destroyed && !patient.socket.destroyed);
    await talking.closed;
    assert.ok(!patient.socket.destroyed);
    patient.socket.destroy();
  });

  test('who asks and does not read is held, and not answered without end', async () => {
    const { port, control } = await box({ accounts: open });
    const client = await rawClient(port);
    client.socket.pause();
    const ask = Buffer.from('\u001b100FLOOD\r'.repeat(1000));
    client.socket.write(ask);
    await sleep(300);
    // 100 kB each; what the kernel holds for both sides is a few megabytes.
    assert.ok(control.received.length <= ask.length);
    client.socket.resume();
    await client.closed;
  });

  test('a failing box costs that session alone', async () => {
    const { port } = await box({ accounts: open });
    const client = await rawClient(port);
    client.send('\u001bBUG\r');
    await client.closed;
    const other = await rawClient(port);
    other.send('Q');
    await other.until('2.11');
    other.socket.destroy();
  });

  test('rubbish before the password is not kept without end', async () => {
    const { port } = await box({ accounts: locked });
    const client = await rawClient(port);
    await client.until('Password:');
    client.socket.write(Buffer.alloc(10_000_000, 97));
    await client.closed;
  });

  /** What came on a connection, in its pieces, until it was logged in. */
  const pieces = async (port: number, send: (socket: Socket) => unknown): Promise<string[]> => {
    const got: string[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (bytes: Buffer) => got.push(bytes.toString()));
    socket.setNoDelay(true);
    await send(socket);
    await until('it is logged in', () => got.join('').includes('Login Administrator'));
    socket.destroy();
    return got;
  };

  test('a password behind an empty line is no wrong one, and its answer is in no packet with a prompt', (t) =>
    inTime(t, async (judge) => {
      const { port } = await box({ accounts: locked });
      for (const sent of [['\rsecret\r'], ['\r', 'secret\r'], ['\r\n', 'sec', 'ret\r\n'], ['\r\r\0secret\r']]) {
        const got = await pieces(port, async (socket) => {
          for (const one of sent) {
            socket.write(one);
            await sleep(5);
          }
        });
        assert.equal(got.join('').split('Password:').length - 1, 1, JSON.stringify([sent, got]));
        // A tenth of a second lies between them; who reads later than that has them as one.
        const isOne = got.some((piece) => piece.includes('Login') && piece.includes('Password:'));
        judge(`the answer is read with its prompt, ${JSON.stringify(got)}`, isOne ? 101 : 0, 100);
      }
    }));

  test('a password behind an empty line counts while the box is busy, too: no prompt comes between', async () => {
    const { port } = await box({ accounts: locked });
    const attempt = async (): Promise<{ got: string[]; emptyMs: number }> => {
      let emptyMs = 0;
      const got = await pieces(port, async (socket) => {
        await once(socket, 'data');
        const beganMs = performance.now();
        socket.write('\r');
        // It is read, and a turn of the loop begins with its timers.
        for (let turns = 0; turns < 9; turns++) await turnOfTheLoop();
        emptyMs = performance.now() - beganMs;
        socket.write('secret\r');
        for (const untilMs = performance.now() + 200; performance.now() < untilMs;);
      });
      return { got, emptyMs };
    };
    let { got, emptyMs } = await attempt();
    // Again, if the machine took the time away in which the box waits for more.
    while (emptyMs > 50) ({ got, emptyMs } = await attempt());
    assert.equal(got.join('').split('Password:').length - 1, 1, JSON.stringify(got));
  });

  test('the port moves while a session goes on', async () => {
    const { telnet, port } = await box({ accounts: open, addresses: [OWN_LOOPBACK] });
    const client = await rawClient(port, OWN_LOOPBACK);
    await client.until('\r\n\r\n');
    await telnet.move(0);
    assert.notEqual(telnet.port, port);
    client.send('Q');
    await client.until('2.11');
    await assert.rejects(rawClient(port, OWN_LOOPBACK));
    const other = await rawClient(telnet.port as number, OWN_LOOPBACK);
    await other.until('\r\n\r\n');
    await telnet.move(undefined);
    assert.equal(telnet.port, undefined);
    client.socket.destroy();
    other.socket.destroy();
  });
});

describe('telnet, for the program telnet', { skip: lacks('telnet') || lacks('python3') }, () => {
  const steps = (isPasswordShown: boolean): TelnetStep[] => [
    ['Password:', 'wrong\n', isPasswordShown],
    ['Password:', 'secret\n', isPasswordShown],
    ['Administrator', 'q\n', true],
    ['2.11\r\n', 'wyrcdr\n', true],
    ['0\r\n', 'wck\n', true],
    ['12\r\n', '', true],
  ];
  const dialogue = /Login Administrator\s+q\r\n2\.11\r\nwyrcdr\r\n0\r\nwck\r\n12\r\n/;

  test('at its own port it negotiates: what is typed is shown once, a password never', async (t) => {
    const accounts = await accountsWith('secret');
    const here = await box({ accounts, addresses: ['127.77.23.1'], port: 23 }).catch((error: Error) => error);
    if (here instanceof Error) return t.skip(`port 23 cannot be had: ${here.message}`);
    const shown = await typeInTelnet('127.77.23.1', 23, steps(false));
    assert.match(shown, dialogue);
    assert.doesNotMatch(shown, /secret|wrong/);
  });

  test('at another port it is a plain connection', async () => {
    const { port } = await box({ accounts: await accountsWith('secret') });
    assert.match(await typeInTelnet('127.0.0.1', port, steps(true)), dialogue);
  });
});
