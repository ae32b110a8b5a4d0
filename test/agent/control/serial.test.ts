import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { after, describe, test } from 'node:test';
import { startSerial, sttyArgv, usualSettings, type SerialOptions, type SerialPort } from '#agent/control/serial.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { lacks, run } from './clients.ts';
import { openFakePort } from './fake-port.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-serial-'));
const [ours, theirs] = [join(folder, 'box'), join(folder, 'controller')];
const children: ChildProcess[] = [];
const serials: SerialPort[] = [];
async function cut(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, 'close');
  }
}
function serialOf(options: Partial<SerialOptions> & { control: SerialOptions['control'] }): SerialPort {
  const serial = startSerial({ path: ours, log: silentLog, ...options });
  serials.push(serial);
  return serial;
}
after(async () => {
  await Promise.all(serials.map((serial) => serial.close()));
  await cut();
  await rm(folder, { recursive: true });
});

/** A cable: two terminals, each of which reads what the other writes. */
async function cable(): Promise<ChildProcess> {
  await cut();
  const child = spawn('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`], { stdio: 'ignore' });
  children.push(child);
  await until('both ends are there and raw', async () => {
    const ends = await Promise.all([ours, theirs].map((end) => run('stty', ['-F', end, '-a'])));
    return ends.every(({ stdout }) => / -icanon .* -echo /s.test(stdout));
  });
  return child;
}

/** The other end of the cable. */
function controller() {
  const tty = new ReadStream(openSync(theirs, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  let got = '';
  tty.on('data', (bytes: Buffer) => (got += bytes.toString()));
  tty.on('error', () => undefined);
  return {
    send: (text: string) => void tty.write(text),
    got: () => got,
    has: (text: string) => until(`${JSON.stringify(text)} comes`, () => got.includes(text), { seen: () => got }),
    close: () => tty.destroy(),
  };
}

const banner = '\r\n(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01\r\n';

describe('a serial line', { skip: lacks('socat') || lacks('stty') }, () => {
  test('greets without a date, answers, and speaks unasked; comes back after it was gone', async () => {
    const socat = await cable();
    const far = controller();
    const control = openFakePort();
    const serial = serialOf({ control });
    await far.has('60-1324-01\r\n');
    far.send('Q\u001bYRCDR\rWCK\r');
    await far.has('12\r\n');
    assert.equal(far.got(), `${banner}2.11\r\n0\r\n12\r\n`);
    const [session] = control.sessions;
    assert.deepEqual([session?.via, session?.access, session?.verbose, session?.address], ['serial', 'admin', 1, ours]);
    session?.write('RcdrY1\r\n');
    await far.has('RcdrY1\r\n');

    far.close();
    socat.kill();
    await once(socat, 'close');
    await until('it is closed', () => !serial.isOpen());
    assert.equal(control.ended, 1);
    await cable();
    const again = controller();
    await until('it is open', () => serial.isOpen());
    again.send('Q');
    await again.has('2.11\r\n');
    await serial.close();
    again.close();
  });

  test('a long answer does not keep the process from its work', async () => {
    await cable();
    const control = openFakePort();
    const serial = serialOf({ control });
    await until('it is open', () => serial.isOpen());
    // Nobody reads at the other end, and a terminal holds only some thousand bytes.
    const before = process.cpuUsage();
    for (let n = 0; n < 100; n++) control.sessions[0]?.write(`${'x'.repeat(1000)}\r\n`);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 200_000);
    const far = controller();
    await until('all has come', () => far.got().length >= 100_200);
    far.close();
    await serial.close();
  });

  test('is set as it is told', async () => {
    await cable();
    const serial = serialOf({ control: openFakePort(), settings: { ...usualSettings, baud: 19200 } });
    await until('it is open', () => serial.isOpen());
    const speed = async (): Promise<string> => (await run('stty', ['-F', ours, 'speed'])).stdout.trim();
    assert.equal(await speed(), '19200');
    serial.configure({ ...usualSettings, baud: 38400, stopBits: 2 });
    await until('it is changed', async () => (await speed()) === '38400');
    await until('it is open', () => serial.isOpen());
    await serial.close();
  });

  test('goes on when its settings change: what was asked is answered, and nothing is greeted again', async () => {
    await cable();
    const far = controller();
    const control = openFakePort({ slowMs: 100 });
    const serial = serialOf({ control });
    await far.has('60-1324-01\r\n');
    far.send('Q');
    await until('it is asked', () => control.received === 'Q');
    serial.configure({ ...usualSettings, baud: 19200 });
    await until('it is changed', async () => (await run('stty', ['-F', ours, 'speed'])).stdout.trim() === '19200');
    assert.equal(control.answered, '2.11\r\n', 'the answer came before');
    await far.has('2.11\r\n');
    far.send('I');
    await far.has('<ChA1*ChB3>\r\n');
    assert.equal(far.got(), `${banner}2.11\r\n<ChA1*ChB3>\r\n`);
    assert.deepEqual([control.sessions.length, control.ended], [1, 0]);
    far.close();
    await serial.close();
  });

  test('waits for a device that is not there, and refuses a file that is none', async () => {
    const path = join(folder, 'none');
    const serial = serialOf({ path, control: openFakePort() });
    await sleep(100);
    createWriteStream(path).end();
    await sleep(600);
    assert.equal(serial.isOpen(), false);
    await serial.close();
  });
});

test('what stty is told', () => {
  assert.deepEqual(sttyArgv('/dev/ttyS0', usualSettings), [
    '-F',
    '/dev/ttyS0',
    '9600',
    'raw',
    '-echo',
    'clocal',
    '-crtscts',
    '-hupcl',
    'cs8',
    '-cstopb',
    '-parenb',
  ]);
  assert.ok(
    sttyArgv('/x', { ...usualSettings, parity: 'M' })
      .join(' ')
      .endsWith('parenb parodd cmspar'),
  );
});
