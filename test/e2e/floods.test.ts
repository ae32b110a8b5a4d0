// Runs alone: it measures what one thread of a box costs while strangers flood it.
// Covers agent/control, agent/web/http, agent/web/access, lib/rtsp/server, lib/runtime/turns.ts, lib/runtime/allowance.ts.

/**
 * Every port of a box, and every kind of flood. A port without a row fails, and so does a row without one of the kinds. Of each it is
 * asked: does the thread of that door have a turn for others, does its memory stay, is somebody of another network served meanwhile, and
 * is nothing left open.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FEW_PIXELS, startBox, TOKEN, type Box } from '#test/support/box.ts';
import { churn, crowd, datagrams, drip, pour, type Flood, type Way } from '#test/support/floods.ts';
import { listeningOf, openFilesOf, rssMbOf, type ListeningSocket } from '#test/support/listeners.ts';
import { worstTurnMs } from '#test/support/loop-probe-lines.ts';
import { until } from '#test/support/until.ts';
import { answers, filesFlood, shellFlood, snmpAnswers, snmpQuestion } from './flood-clients.ts';

/** What every port must stand. */
const KINDS = [
  'bytes without end and without a line end',
  'many small commands',
  'many connections',
  'connections that come and go',
  'a beginning and then nothing',
  'a head without end',
  'a body that comes slowly',
  'many small commands of an account',
] as const;
type Kind = (typeof KINDS)[number];

interface Row {
  /** Where it listens. */
  port: () => number;
  /** Whether somebody from this address is served. */
  serves: (port: number, from: string) => Promise<boolean>;
  /** A text says why there is no such flood. */
  floods: Record<Kind, Flood | string>;
}

/**
 * The longest that a thread may work between two looks of its loop, ms of the processor. A turn has 4 ms; several connections may have
 * theirs, the collector of garbage as well, and a processor that is shared counts up to twice of it.
 */
const MOST_TURN_MS = 250;
/** What a flood may add to a door's memory, MB. */
const MOST_MORE_MB = 64;

let box: Box;
let password = '';
let folder = '';
/** What the probe in each door writes; its process id follows. */
let probeFile = '';
let doors: number[] = [];
const line = (expression: RegExp): number => Number(expression.exec(box.log())?.[1] ?? 0);

before(async () => {
  const probe = fileURLToPath(new URL('../support/loop-probe.ts', import.meta.url));
  folder = await mkdtemp(join(tmpdir(), 'amphi-floods-'));
  probeFile = join(folder, 'turns');
  box = await startBox({
    device: { encoders: FEW_PIXELS, sis: { snmp: { enabled: true } } },
    config: {
      telnet: { port: 0 },
      ssh: { port: 0 },
      sftp: { port: 0 },
      ftp: { port: 0 },
      https: { port: 0 },
      snmp: { port: 0 },
    },
    env: { NODE_OPTIONS: `--import=${probe}`, AMPHI_LOOP_PROBE: probeFile },
  });
  await until('it says how to get in', () => /^password /m.test(box.log()));
  password = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
  doors = (await box.children()).flatMap(({ pid, words }) => (isDoor(words) ? [pid] : []));
  assert.equal(doors.length, 2, 'the doors of control and streams');
});
after(async () => {
  await box?.remove();
  await rm(folder, { recursive: true, force: true });
});

const isDoor = (words: readonly string[]): boolean =>
  words[0]?.startsWith('amphi door ') === true || words.some((word) => word.endsWith('-door.ts'));

const OF_HTTP = (way: Way = {}): Omit<Row, 'port'> => {
  const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`;
  const post = 'POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';
  return {
    serves: (port, from) => answers(port, from, get('/healthz'), /^HTTP\/1\.1 200/, way),
    floods: {
      'bytes without end and without a line end': pour('A'.repeat(65_536), way),
      'many small commands': pour(get('/healthz').repeat(15), way),
      'many connections': crowd(400, '', way),
      'connections that come and go': churn(get('/healthz'), way),
      'a beginning and then nothing': way.isSecure
        ? crowd(400, Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]))
        : crowd(400, 'GET / HT'),
      'a head without end': pour('x: y\r\n'.repeat(5000), { ...way, head: 'GET / HTTP/1.1\r\nhost: a\r\n' }),
      'a body that comes slowly': drip(`${post}content-length: 900000\r\n\r\n{"name":"`, 'x', way),
      'many small commands of an account': pour(
        get('/api/v1/status', `authorization: Bearer ${TOKEN}\r\n`).repeat(10),
        way,
      ),
    },
  };
};

const OPTIONS = 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n';
const OF_RTSP: Omit<Row, 'port'> = {
  serves: (port, from) => answers(port, from, OPTIONS, /^RTSP\/1\.0 200/),
  floods: {
    'bytes without end and without a line end': pour('A'.repeat(65_536)),
    'many small commands': pour(OPTIONS.repeat(500)),
    'many connections': crowd(500),
    'connections that come and go': churn(OPTIONS),
    'a beginning and then nothing': crowd(500, 'OPTIONS * RT'),
    'a head without end': pour('x: y\r\n'.repeat(5000), { head: 'OPTIONS * RTSP/1.0\r\n' }),
    'a body that comes slowly': drip('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 900000\r\n\r\n'),
    'many small commands of an account': pour('DESCRIBE rtsp://h/extron1 RTSP/1.0\r\nCSeq: 1\r\n\r\n'.repeat(100)),
  },
};

/** RTSP in HTTP: the half for requests, without and with one for replies. */
const tunnelled = (head: string): Row['floods'] => {
  const post = `POST ${head}content-type: application/x-rtsp-tunnelled\r\ncontent-length: 32767\r\n\r\n`;
  const get = `GET ${head}accept: application/x-rtsp-tunnelled\r\n\r\n`;
  const requests = Buffer.from(OPTIONS).toString('base64').repeat(100);
  const both =
    (flood: Flood): Flood =>
    (port) =>
      Promise.all([crowd(1, get)(port), flood(port)]).then(() => undefined);
  return {
    'bytes without end and without a line end': both(pour('='.repeat(65_536), { head: post })),
    'many small commands': both(pour(requests, { head: post })),
    'many connections': crowd(400, get),
    'connections that come and go': churn(get),
    'a beginning and then nothing': crowd(400, get.slice(0, -2)),
    'a head without end': pour('x: y\r\n'.repeat(5000), { head: get.slice(0, -2) }),
    'a body that comes slowly': both(drip(post, 'T')),
    'many small commands of an account': 'the password is asked by RTSP, as without a tunnel',
  };
};

const IGNORED = Buffer.from([0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const OF_SSH = (account: Flood): Omit<Row, 'port'> => ({
  serves: (port, from) => answers(port, from, '', /^SSH-2\.0-/),
  floods: {
    'bytes without end and without a line end': pour('A'.repeat(65_536)),
    'many small commands': pour(Buffer.concat(Array.from({ length: 2000 }, () => IGNORED)), { head: 'SSH-2.0-x\r\n' }),
    'many connections': crowd(300),
    'connections that come and go': churn('SSH-2.0-x\r\n'),
    'a beginning and then nothing': crowd(300, 'SSH-2.0-x\r\n'),
    'a head without end': pour(Buffer.alloc(65_536, 1), { head: 'SSH-2.0-x\r\n\x7f\xff\xff\xff' }),
    'a body that comes slowly': drip('SSH-2.0-x\r\n\x00\x00\x80\x00', '\x01'),
    'many small commands of an account': account,
  },
});

const ROWS: Readonly<Record<string, Row>> = {
  http: { port: () => box.ports.http, ...OF_HTTP() },
  https: { port: () => line(/^https +https:\/\/[^:]+:(\d+)\/$/m), ...OF_HTTP({ isSecure: true }) },
  rtsp: { port: () => box.ports.rtsp, ...OF_RTSP },
  'rtsp in http, at the port of rtsp': {
    port: () => box.ports.rtsp,
    serves: OF_RTSP.serves,
    floods: tunnelled('/extron1 HTTP/1.0\r\nx-sessioncookie: a\r\n'),
  },
  'rtsp in http, at the port of the pages': {
    port: () => box.ports.http,
    serves: OF_HTTP().serves,
    floods: tunnelled('/extron1 HTTP/1.1\r\nhost: 127.0.0.1\r\nx-sessioncookie: a\r\n'),
  },
  telnet: {
    port: () => line(/^control +telnet [^:]+:(\d+),/m),
    serves: (port, from) => answers(port, from, '', /Password:/),
    floods: {
      'bytes without end and without a line end': pour('A'.repeat(65_536)),
      'many small commands': pour(Buffer.alloc(20_000, Buffer.from([255, 246]))),
      'many connections': crowd(300),
      'connections that come and go': churn('\r'),
      'a beginning and then nothing': crowd(300, Buffer.from([255, 250, 31])),
      'a head without end': pour(Buffer.alloc(65_536, 7), { head: '\xff\xfa\x18' }),
      'a body that comes slowly': drip(''),
      'many small commands of an account': (port) => pour('Q\r'.repeat(2000), { head: `${password}\r` })(port),
    },
  },
  ssh: {
    port: () => line(/^control +telnet [^:]+:\d+, ssh [^:]+:(\d+)$/m),
    ...OF_SSH((port) => shellFlood(port, password)),
  },
  sftp: { port: () => line(/^files +sftp [^:]+:(\d+),/m), ...OF_SSH((port) => filesFlood(port, password)) },
  ftp: {
    port: () => line(/^files +sftp [^:]+:\d+, ftp [^:]+:(\d+)$/m),
    serves: (port, from) => answers(port, from, '', /^220 /),
    floods: {
      'bytes without end and without a line end': pour('A'.repeat(65_536)),
      'many small commands': pour('NOOP\r\n'.repeat(60)),
      'many connections': crowd(200),
      'connections that come and go': churn('NOOP\r\n'),
      'a beginning and then nothing': crowd(200, 'AUTH TLS\r\n\x16\x03'),
      'a head without end': pour(Buffer.alloc(65_536, 255)),
      'a body that comes slowly': drip('USER '),
      'many small commands of an account': (port) =>
        pour('STAT /\r\nPASV\r\n'.repeat(20), { head: `USER admin\r\nPASS ${password}\r\n` })(port),
    },
  },
  snmp: {
    port: () => udpPort,
    serves: (port) => snmpAnswers(port),
    floods: {
      'bytes without end and without a line end': datagrams(Buffer.alloc(60_000, 65)),
      'many small commands': datagrams(snmpQuestion()),
      'many connections': 'UDP has none',
      'connections that come and go': 'UDP has none',
      'a beginning and then nothing': datagrams(Buffer.from([0x30])),
      'a head without end': datagrams(Buffer.alloc(1400, 0x30)),
      'a body that comes slowly': 'a datagram comes whole',
      'many small commands of an account': 'SNMP has a community alone, which everybody knows',
    },
  },
};

let udpPort = 0;

test('each port that a box opens has a row here', async () => {
  const sockets = await listeningOf([box.pid, ...doors]);
  udpPort = sockets.find(({ protocol }) => protocol === 'udp')?.port ?? 0;
  const known = new Set(Object.values(ROWS).map(({ port }) => port()));
  assert.ok(!known.has(0), 'each row has a port');
  const unknown = sockets.filter(({ port }) => !known.has(port));
  assert.deepEqual(unknown, [] satisfies ListeningSocket[], 'a port without a row: write what it must stand');
});

for (const [name, { port, serves, floods }] of Object.entries(ROWS)) {
  for (const kind of KINDS) {
    const flood = floods[kind];
    if (typeof flood === 'string') continue;
    test(`${name}: ${kind}`, async (t) => {
      const at = port();
      const owner = (await listeningOf(doors)).find((socket) => socket.port === at)?.pid ?? 0;
      assert.ok(owner > 0, 'a door has it');
      const [openBefore, mbBefore] = [await openFilesOf(owner), await rssMbOf(owner)];
      const beganMs = performance.timeOrigin + performance.now();
      await Promise.all([
        flood(at),
        until('somebody from elsewhere is served meanwhile', () => serves(at, '127.0.0.77')),
      ]);
      const endedMs = performance.timeOrigin + performance.now();
      const moreMb = (await rssMbOf(owner)) - mbBefore;
      await until('it has the files open that it had', async () => (await openFilesOf(owner)) <= openBefore + 2, {
        limitMs: 20_000,
      });
      const turnMs = await worstTurnMs(`${probeFile}.${owner}`, beganMs, endedMs);
      t.diagnostic(`${name}: ${kind}: ${turnMs.toFixed(1)} ms, ${moreMb.toFixed(1)} MB`);
      assert.ok(moreMb < MOST_MORE_MB, `${moreMb.toFixed(0)} MB more`);
      assert.ok(turnMs < MOST_TURN_MS, `its thread worked for ${turnMs.toFixed(0)} ms without a look at others`);
    });
  }
}
