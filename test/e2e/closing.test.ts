// Covers agent/command.ts, agent/web/http, lib/rtsp/server, lib/runtime/processes, bin/amphi.

/** A box whose clients hold on to their connections ends and begins anew in time; and none of its processes has a prototype by name. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Socket } from 'node:net';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FEW_PIXELS, startBox, TOKEN, type Box } from '#test/support/box.ts';
import { until } from '#test/support/until.ts';

const run = promisify(execFile);
let box: Box;
let folder = '';
const sockets: Socket[] = [];
const probed = (): string => join(folder, 'probed');
const line = (expression: RegExp): number => Number([...box.log().matchAll(expression)].at(-1)?.[1] ?? 0);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-closing-'));
  const probe = fileURLToPath(new URL('../support/proto-probe.ts', import.meta.url));
  box = await startBox({
    device: { encoders: FEW_PIXELS, inputs: { 1: { source: { driver: 'test', pattern: 'bars' } } } },
    config: { telnet: { port: 0 }, ssh: { port: 0 }, sftp: { port: 0 }, ftp: { port: 0 }, https: { port: 0 } },
    env: { NODE_OPTIONS: `--import=${probe}`, AMPHI_PROTO_PROBE: probed() },
  });
  await until('it says how to get in', () => /^password /m.test(box.log()));
});
after(async () => {
  for (const socket of sockets) socket.destroy();
  await box?.remove();
  await rm(folder, { recursive: true, force: true });
});

test('no process of a box has a way to the prototype by its name', async () => {
  const doors = (await box.children()).filter(({ words }) => words.join(' ').includes('door'));
  assert.equal(doors.length, 2);
  const ours = new Set([box.pid, ...doors.map(({ pid }) => pid)]);
  const pidOf = (one: string): number => Number(one.split(' ')[0]);
  const lines = async (): Promise<string[]> => (await readFile(probed(), 'utf8')).trim().split('\n');
  await until('core and doors were asked', async () => {
    const asked = new Set((await lines()).map(pidOf));
    return [...ours].every((pid) => asked.has(pid));
  });
  assert.deepEqual(
    (await lines()).filter((one) => ours.has(pidOf(one)) && !one.endsWith(' safe')),
    [],
  );
});

test('nor has a thread that is started with the flags of the box, as it starts its own', async () => {
  const words = (await readFile(`/proc/${box.pid}/cmdline`, 'utf8')).split('\0');
  const flags = words.slice(
    1,
    words.findIndex((word) => word.endsWith('amphi.ts')),
  );
  const probe = fileURLToPath(new URL('../support/proto-probe.ts', import.meta.url));
  const file = join(folder, 'threads');
  const starts = `new (require('node:worker_threads').Worker)(process.argv[1], { resourceLimits: { maxOldGenerationSizeMb: 64 } })`;
  const env = { ...process.env, AMPHI_PROTO_PROBE: file };
  await run(process.execPath, [...flags, '-e', starts, probe], { env });
  assert.match(await readFile(file, 'utf8'), /^\d+ thread .* safe$/m);
  await run(process.execPath, ['-e', starts, probe], { env });
  assert.match(
    await readFile(file, 'utf8'),
    /^\d+ thread .* the prototype of a copy$/m,
    'the probe sees it without them',
  );
});

/** Opens a connection that says this and then holds on. */
async function hold(port: number, says: string | Buffer): Promise<Socket> {
  assert.ok(port > 0);
  const socket = connect(port, '127.0.0.1')
    .on('error', () => undefined)
    .resume();
  await new Promise<void>((resolve) => void socket.once('connect', resolve));
  if (says.length > 0) socket.write(says);
  sockets.push(socket);
  return socket;
}

/** Clients of all doors: silent, halfway, and in the middle of an answer without end. */
async function holdAll(): Promise<Socket[]> {
  const [telnet, ssh] = [
    line(/^control +telnet [^:]+:(\d+),/gm),
    line(/^control +telnet [^:]+:\d+, ssh [^:]+:(\d+)$/gm),
  ];
  const [sftp, ftp] = [line(/^files +sftp [^:]+:(\d+),/gm), line(/^files +sftp [^:]+:\d+, ftp [^:]+:(\d+)$/gm)];
  const https = line(/^https +https:\/\/[^:]+:(\d+)\/$/gm);
  const http = line(/^api +http:\/\/[^:]+:(\d+)\//gm);
  const rtsp = line(/^stream +rtsp:\/\/[^:]+:(\d+)\//gm);
  const ours = `host: 127.0.0.1\r\nauthorization: Bearer ${TOKEN}\r\n`;
  const url = `rtsp://127.0.0.1:${rtsp}/extron1`;
  const asked: [number, string | Buffer][] = [
    [https, ''],
    [https, Buffer.from('160301', 'hex')],
    [http, ''],
    [http, 'GET / HT'],
    [http, `GET /api/v1/status HTTP/1.1\r\n${ours}\r\n`],
    [http, `GET /api/v1/events HTTP/1.1\r\n${ours}\r\n`],
    [http, `POST /api/v1/session HTTP/1.1\r\n${ours}content-type: application/json\r\ncontent-length: 900\r\n\r\n{`],
    [rtsp, ''],
    [rtsp, 'OPTIONS * RT'],
    [rtsp, `SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n`],
    [rtsp, `GET /extron1 HTTP/1.0\r\nx-sessioncookie: a\r\naccept: application/x-rtsp-tunnelled\r\n\r\n`],
    [telnet, ''],
    [ssh, ''],
    [ssh, 'SSH-2.0-x\r\n'],
    [sftp, ''],
    [ftp, 'USER admin\r\n'],
  ];
  return Promise.all(asked.map(([port, says]) => hold(port, says)));
}

test('it begins anew although clients of each door hold on, and they are cut', async () => {
  const held = await holdAll();
  const begins = (): number => [...box.log().matchAll(/^password /gm)].length;
  const before_ = begins();
  await box.send('POST', '/restart', {});
  await until('it is there again', () => begins() > before_, { limitMs: 60_000 });
  await until('those who held on are cut', () =>
    held.every(({ destroyed, readableEnded }) => destroyed || readableEnded),
  );
  assert.doesNotMatch(box.log(), /does not close/);
});

test('it ends within its time, and well, although clients of each door hold on', async () => {
  await holdAll();
  // Its own clock ends it after 10 s otherwise, with another code.
  assert.equal(await box.stop(), 0);
  assert.doesNotMatch(box.log(), /does not close/);
});
