import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Wanted } from '#agent/device/state.ts';
import { lacks, rawClient, run, typeInTelnet, type RawClient } from '#test/agent/control/clients.ts';
import type { Recording } from '#agent/device/recording.ts';
import { until } from '#test/support/until.ts';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';

const BARS = { source: { driver: 'test', pattern: 'bars' } };
const MOTION = { source: { driver: 'test', pattern: 'motion' } };

let box: Box;
let password = '';
const ports = { telnet: 0, ssh: 0 };
/** Asks as a controller does. */
let one: RawClient;

let here = '';
let cable: ChildProcess | undefined;
/** The two ends of a serial cable. */
const ends = () => [join(here, 'box'), join(here, 'controller')] as const;

before(async () => {
  here = await mkdtemp(join(tmpdir(), 'amphi-sis-'));
  if (lacks('socat') === false) {
    const links = ends().map((link) => `pty,raw,echo=0,link=${link}`);
    cable = spawn('socat', links, { stdio: 'ignore' });
    await until('there is a cable', async () => (await readdir(here)).length === 2);
  }
  box = await startBox({
    device: { inputs: { 1: BARS, 2: MOTION, 3: MOTION }, encoders: FEW_PIXELS },
    config: { telnet: { port: 0 }, ssh: { port: 0 }, ...(cable ? { serial: { path: ends()[0] } } : {}) },
  });
  const said = /^control +telnet [^:]+:(\d+), ssh [^:]+:(\d+)$/m.exec(await untilSaid());
  [ports.telnet, ports.ssh] = [Number(said?.[1]), Number(said?.[2])];
  password = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
  one = await rawClient(ports.telnet);
});
after(async () => {
  one?.socket.destroy();
  await box?.remove();
  cable?.kill();
  await rm(here, { recursive: true, force: true });
});

async function untilSaid(): Promise<string> {
  await until('it says how to get in', () => /^password /m.test(box.log()), { seen: box.log });
  return box.log();
}

async function answer(command: string, reply: string): Promise<void> {
  one.send(command);
  const said = await one.until(`${reply}\r\n`);
  // An alarm about a busy machine may come in between.
  assert.equal(said.replaceAll(/^Inf39\*<name:cpu_usage[^\r]*\r\n/gm, ''), `${reply}\r\n`, command);
}

const wanted = async (): Promise<Wanted> => (await box.get<{ wanted: Wanted }>('/state')).wanted;

test('no default password works; the one of the first start does', async () => {
  assert.match(
    await one.until('\r\n\r\nPassword:'),
    /^\r\n\(c\) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06/,
  );
  one.send('extron\r');
  await one.until('\r\nPassword:');
  one.send(`${password}\r`);
  await one.until('\r\nLogin Administrator\r\n');
  const file = await readFile(join(box.data, 'accounts.json'), 'utf8');
  assert.ok(!file.includes(password));
  assert.match(box.log(), new RegExp(`^password ${password} `, 'm'));
});

test('a controller works the box over Telnet, and the API sees what it did', async () => {
  await answer('2*1!', 'In02*01');
  await answer('%', 'Tke');
  await answer('7*7.', '7Rpr07');
  await answer('1*1B', 'Vmt01*01');
  await answer('1*0B', 'Vmt01*00');
  await answer('\u001bV1*1200BITR\r', 'BitrV1*01200');
  await answer('\u001bM13*Einf\u00fchrungRCDR\r', 'RcdrM13*Einf\u00c3\u00bchrung');
  const { routing, swapped, layoutNumber, encoders, recording } = await wanted();
  assert.deepEqual([routing.A, swapped, layoutNumber, encoders.archive.videoKbps], [2, true, 7, 1200]);
  assert.equal(recording.metadata?.title, 'Einführung', 'of the next recording');
});

test('a recording is made: started, told, marked, paused, stopped, and there is its file', async () => {
  await answer('\u001b1CV\r', 'Vrb1');
  await answer('\u001bY1RCDR\r', 'RcdrY1');
  await one.until('RecStart05\r\n');
  await one.until('RecStart01\r\n');
  // The countdown goes by time; the first frame may come later.
  let status = '';
  await until(
    'the box records',
    async () => {
      one.send('I');
      return !(status = await one.until('>\r\n')).includes('<setup>');
    },
    { seen: () => status },
  );
  assert.match(status, /<ChA2\*ChB3>\*<recording>\*<internal>\*<[1-9]\d+>\*<00:0\d:\d\d>\*<\d+:\d\d:\d\d>/);
  await answer('\u001bV1*3000BITR\r', 'E22');
  await answer('\u001bBRCDR\r', 'RcdrB');
  await answer('\u001bY2RCDR\r', 'RcdrY2');
  await answer('\u001bY1RCDR\r', 'RcdrY1');
  const tells = (command: string, answer: RegExp) => async (): Promise<boolean> => {
    one.send(command);
    return answer.test(await one.until('\r\n'));
  };
  await until('the tone of the test source is told', tells('34I', /^-\d+\*-\d+\r\n$/));
  await until('time goes', tells('35I', /^00:0\d:(0[1-9]|[1-5]\d)\r\n$/));
  await answer('\u001bY0RCDR\r', 'RcdrY0');
  const { recordings } = await box.get<{ recordings: Recording[] }>('/recordings');
  const [recording] = recordings;
  assert.ok(recording);
  assert.equal(recording.metadata.title, 'Einführung');
  const { chapters, parts } = await box.settled(recording.id);
  assert.ok(chapters.some(({ kind }) => kind === 'mark'));
  assert.ok((parts[0]?.bytes ?? 0) > 10_000);
});

test('the same over SSH, as one command and in a shell', { skip: lacks('sshpass') }, async () => {
  const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-p', String(ports.ssh)];
  const ssh = (...command: string[]) =>
    run('sshpass', ['-p', password, 'ssh', ...options, 'admin@127.0.0.1', ...command], { input: '' });
  const asked = await ssh('WYRCDR|Q32I');
  assert.equal(asked.stdout, '0\r\n3.06\r\nChA2*ChB3\r\n', asked.stderr);
  await ssh('1*1!');
  assert.equal((await wanted()).routing.A, 1);
  await one.until('In01*01\r\n');
});

test('a person types in the program telnet', { skip: lacks('telnet') || lacks('python3') }, async () => {
  const screen = await typeInTelnet('127.0.0.1', ports.telnet, [
    ['Password:', `${password}\n`],
    ['Administrator', 'q\n'],
    ['3.06', 'w2cv\n'],
    ['Vrb2', 'wyrcdr\n'],
    ['RcdrY0', ''],
  ]);
  assert.match(screen, /Login Administrator[\s\S]*3\.06[\s\S]*Vrb2[\s\S]*RcdrY0/);
});

test('a controller on the serial line, without a password', { skip: lacks('socat') }, async () => {
  const controller = spawn('socat', ['-', `${ends()[1]},raw,echo=0`], { stdio: ['pipe', 'pipe', 'ignore'] });
  let told = '';
  controller.stdout.on('data', (bytes: Buffer) => void (told += bytes.toString('latin1')));
  try {
    // Its input stays open: at the end of it socat waits half a second at most for an answer.
    controller.stdin.write('\u001bYRCDR\r2*1!32I');
    await until('it is answered', () => /ChA\d\*ChB\d\r\n/.test(told), { seen: () => told });
  } finally {
    controller.kill();
    await once(controller, 'close');
  }
  assert.match(told, /RcdrY0|0\r\n/);
  assert.match(told, /In02\*01\r\n(Inf32\*)?ChA2\*ChB3\r\n/);
  one.send('1*1!');
  await one.until('In01*01\r\n');
});

test('what is set is there after a power cut that spoilt its file, and a taken port is an alarm that stops nothing', async () => {
  await answer('\u001b3*16PHAS\r', 'Phas03*16');
  await answer('\u001bN1*hall-3STRC\r', 'StrcN1*hall-3');
  // A second copy is written a second after the last change.
  const copy = (): Promise<string> => readFile(join(box.data, 'device.last-good.json'), 'utf8');
  await until('there is a second copy', async () => (await copy().catch(() => '')).includes('hall-3'));
  await box.kill9();
  // The power failed while it was written, says the disk.
  await writeFile(join(box.data, 'device.json'), '{"version":1,"wanted":{"ha');
  const { createServer } = await import('node:net');
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  const { port } = thief.address() as { port: number };
  const env = { AMPHI_TELNET_PORT: String(port), AMPHI_RTSP_PORT: String(port) };
  const again = await startBox({ folder: box.folder, env });
  box = again;
  const { sis, streams } = await wanted();
  assert.deepEqual([sis.kept['sampling.phase'], streams.archive.name], [{ value: 16 }, 'hall-3']);
  await until('the alarms are there', async () => {
    const alarms = await box.alarms();
    const isTaken = (port: string): boolean => alarms.some(({ name, about }) => name === 'control' && about === port);
    return (
      isTaken('telnet') &&
      isTaken('rtsp') &&
      alarms.some(({ name, text }) => name === 'settings' && /last good/.test(text))
    );
  });
  await new Promise((resolve) => thief.close(resolve));
});
