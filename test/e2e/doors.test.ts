// Runs alone: no frame may be lost while strangers take all that they can get.

/** What strangers can reach is attacked, killed and stopped while the box records: a reconnect, and no frame. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import ssh2 from 'ssh2';
import { sleep } from '#lib/runtime/clock.ts';
import { rawClient } from '#test/agent/control/clients.ts';
import { isAlive } from '#test/support/alive.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { judgeTake, latenessOf } from '#test/support/judge.ts';
import { inTime } from '#test/support/pace.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

const MOTION = { source: { driver: 'test', pattern: 'motion' } };
/** The picture of a box that has just begun is drawn without its time code. */
const BARE = { bareMs: 2000 };

let box: Box;
let password = '';
const ports = { telnet: 0, ssh: 0, sftp: 0 };

before(async () => {
  box = await startBox({
    device: { inputs: { 1: MOTION, 3: MOTION } },
    config: { telnet: { port: 0 }, ssh: { port: 0 }, sftp: { port: 0 } },
  });
  const control = /^control +telnet [^:]+:(\d+), ssh [^:]+:(\d+)$/m;
  const files = /^files +sftp [^:]+:(\d+),/m;
  await until('it says how to get in', () => /^password /m.test(box.log()));
  const [, telnet, ssh] = control.exec(box.log()) ?? [];
  Object.assign(ports, { telnet: Number(telnet), ssh: Number(ssh), sftp: Number(files.exec(box.log())?.[1]) });
  password = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
  await box.input(1, 'live');
  await box.input(3, 'live');
});
after(() => box?.remove());

const entry = (name: string): string => `agent/doors/${name}-door.ts`;
/** The process id of a door. It calls itself by a name of its own, which `ps` shows in the place of its words. */
async function doorOf(name: string): Promise<number> {
  const children = await box.children();
  const found = children.find(
    ({ words }) => words[0]?.startsWith(`amphi door ${name}`) || words.some((word) => word.endsWith(entry(name))),
  );
  return found?.pid ?? 0;
}
const otherThan = (name: string, pid: number) => async (): Promise<boolean> => {
  const now = await doorOf(name);
  return now !== 0 && now !== pid;
};
const answers = (): Promise<boolean> =>
  box.get('/box').then(
    () => true,
    () => false,
  );

/** Records while something is done, and judges that no frame is missing. */
const recordedThrough = (t: Parameters<typeof inTime>[0], act: () => Promise<void>): Promise<void> =>
  inTime(t, async (judge) => {
    const { take } = await box.start({ metadata: { title: 'Doors' } });
    await sleep(1500);
    await act();
    await until('it answers', answers);
    const recorded = await box.stopRecording(take);
    await judgeTake(recorded, BARE, await latenessOf(box, judge));
  });

test('kill -9 of each door: the recording has every frame, the door is back by itself, who signed in still is', async (t) => {
  const signedIn = await box.raw('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: '' },
    body: JSON.stringify({ name: 'admin', password }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  assert.ok(cookie, 'there is a cookie');
  await recordedThrough(t, async () => {
    const [control, streams] = [await doorOf('control'), await doorOf('streams')];
    assert.ok(control && streams);
    process.kill(control, 'SIGKILL');
    process.kill(streams, 'SIGKILL');
    await until('the control is another', otherThan('control', control));
    await until('the streams are another', otherThan('streams', streams));
    await until('it answers where it did', answers);
    await until('RTSP answers where it did', () => rtspAnswers());
    const ended = (): Set<string | undefined> =>
      new Set([...box.log().matchAll(/"door":"(\w+)","reason":"[^"]*SIGKILL/g)].map(([, name]) => name));
    await until('both ends are told', () => ended().size >= 2);
    assert.deepEqual(ended(), new Set(['control', 'streams']));
    const { status } = await box.raw('/session', { headers: { cookie, authorization: '' } });
    assert.equal(status, 200, 'the session still counts');
  });
});

test('a door that hangs is ended and started again; the core goes on, and its memory does not grow', async (t) => {
  const viewer = connect(box.ports.rtsp, '127.0.0.1').on('error', () => undefined);
  await recordedThrough(t, async () => {
    const control = await doorOf('control');
    const beforeMB = await rssMB(box.pid);
    process.kill(control, 'SIGSTOP');
    await until('the control is another', otherThan('control', control));
    assert.ok(!isAlive(control));
    await until('it answers', answers);
    // What nobody holds any more goes with the next collection.
    await until('what the door did not read is not kept for it', async () => (await rssMB(box.pid)) - beforeMB < 30);
  });
  viewer.destroy();
});

test('bursts of small commands on every port, by strangers and by an account: no frame is lost', async (t) => {
  await recordedThrough(t, async () => {
    const floods = [
      flood(box.ports.http, 'GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'.repeat(500)),
      flood(box.ports.rtsp, 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'.repeat(500)),
      flood(box.ports.rtsp, '$\0\0\0'.repeat(10_000)),
      flood(box.ports.rtsp, '\r\n'.repeat(10_000)),
      flood(ports.telnet, Buffer.alloc(20_000, Buffer.from([255, 246])), 'latin1'),
      telnetBurst(),
      sshBurst(),
      sftpBurst(),
    ];
    await Promise.all(floods);
  });
});

async function rtspAnswers(): Promise<boolean> {
  const client = await rawClient(box.ports.rtsp).catch(() => undefined);
  if (!client) return false;
  client.send('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n');
  const answer = await client.until('\r\n\r\n', 3000).catch(() => '');
  client.socket.destroy();
  return answer.startsWith('RTSP/1.0 200');
}

async function rssMB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

const FLOOD_MS = 3000;

/** Writes the same again and again, as fast as it is taken, and connects anew when it is cut off. */
async function flood(port: number, text: string | Buffer, encoding: BufferEncoding = 'latin1'): Promise<void> {
  const endsMs = performance.now() + FLOOD_MS;
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text, encoding);
  let socket: Socket | undefined;
  while (performance.now() < endsMs) {
    if (!socket || socket.destroyed) {
      socket = connect(port, '127.0.0.1').on('error', () => undefined);
      socket.resume();
    }
    if (socket.writableLength < 1 << 20) socket.write(bytes);
    await sleep(5);
  }
  socket?.destroy();
}

/** 60 kB of a query, typed by somebody who is logged in, and answered to the last one. */
async function telnetBurst(): Promise<void> {
  const client = await rawClient(ports.telnet);
  await client.until('Password:');
  client.send(`${password}\r`);
  await client.until('Login Administrator');
  client.send(`${'Q\r'.repeat(30_000)}I\r`);
  await until('it is answered', () => client.text().split('\n').length > 30_000);
  client.socket.destroy();
}

function loggedIn(port: number): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client)).on('error', reject);
    client.connect({ host: '127.0.0.1', port, username: 'admin', password, readyTimeout: PATIENCE_MS });
  });
}

/** 1 MB of a query in a shell: what is not answered within the time is cut off. */
async function sshBurst(): Promise<void> {
  const client = await loggedIn(ports.ssh);
  const shell = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
    client.shell(false, (error, channel) => (error ? reject(error) : resolve(channel))),
  );
  shell.resume();
  shell.write('Q'.repeat(1 << 20));
  await sleep(FLOOD_MS);
  client.destroy();
}

async function sftpBurst(): Promise<void> {
  const client = await loggedIn(ports.sftp);
  const files = await new Promise<ssh2.SFTPWrapper>((resolve, reject) =>
    client.sftp((error, found) => (error ? reject(error) : resolve(found))),
  );
  let answered = 0;
  for (let n = 0; n < 20_000; n++) files.realpath('.', () => void (answered += 1));
  await sleep(FLOOD_MS);
  await until('some are answered', () => answered > 0);
  client.destroy();
}
