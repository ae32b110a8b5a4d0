import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import ssh2 from 'ssh2';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { startSsh } from '#agent/control/ssh/ssh.ts';
import { startTelnet } from '#agent/control/telnet/telnet.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { mutatedCommand, sampleCommand, seeded, wrongCommands } from '#lib/sis/samples.ts';
import { heapMb } from '#test/support/memory.ts';
import { protocol } from '#test/lib/sis/device.ts';
import { rawClient } from './clients.ts';
import { openSisBox } from './sis/box.ts';
import { openTestTree } from './tree-of.ts';

/** A real device behind real sockets, and lines that no controller would send. */

const LONG = Boolean(process.env['AMPHI_LONG']);
const SEED = Number(process.env['AMPHI_SEED'] ?? 20261127);
const TELNET_LINES = LONG ? 600_000 : 6000;
const SSH_LINES = LONG ? 350_000 : 3000;
const BATCH = 100;

const folder = await mkdtemp(join(tmpdir(), 'amphi-fuzz-lines-'));
const files = await openTestTree();
const box = openSisBox({ files: files.tree });
const accounts = await openAccounts({ folder, log: silentLog, allowNoPassword: true });
const common = { addresses: ['127.0.0.1'], port: 0, control: box.port, accounts, log: silentLog };
const opened: { close(): Promise<void> }[] = [];
after(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await Promise.all([files.remove(), rm(folder, { recursive: true })]);
});

type Dice = ReturnType<typeof seeded>;
const wrongs = wrongCommands(protocol, seeded(SEED)).map(({ wire }) => wire);

function rubbish(random: Dice): string {
  const bytes = Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256));
  const long = random() < 0.002 ? 'x'.repeat(5000) : '';
  return `${Buffer.from(bytes).toString('latin1')}${long}\r`;
}

/** Of what is asked about sessions themselves nothing: by it a test sees that answers are in order. */
function lineOf(random: Dice): string {
  const kind = random();
  const line =
    kind < 0.4
      ? mutatedCommand(protocol, random)
      : kind < 0.6
        ? sampleCommand(protocol, random).wire
        : kind < 0.8
          ? (wrongs[Math.floor(random() * wrongs.length)] ?? '')
          : rubbish(random);
  // IAC is Telnet's own; it has tests of its own.
  return /TC|CV/i.test(line) ? 'I' : line.replaceAll('\u00ff', '?');
}

/** The n-th mark: a session's own timeout, which no line above can set. */
const markOf = (n: number): { asked: string; answer: string } => {
  const value = String(10_000 + (n % 50_000)).padStart(5, '0');
  return { asked: `\r\r\u001b0*${value}TC\r`, answer: `Pti 0*${value}\r\n` };
};

/** Lines in batches, each with a mark behind it; every mark must be answered, once, in order. */
async function pour(
  lines: number,
  random: Dice,
  exchange: (text: string, end: string) => Promise<string>,
): Promise<void> {
  for (let sent = 0; sent < lines; sent += BATCH) {
    const batch = Array.from({ length: BATCH }, () => lineOf(random)).join('');
    const { asked, answer } = markOf(sent / BATCH);
    const said = await exchange(batch + asked, answer);
    assert.deepEqual(said.match(/Pti 0\*\d+/g), [answer.trim()], `seed ${SEED}, line ${sent}`);
    for (const line of said.split('\r\n').slice(0, -1))
      assert.ok(!line.includes('\u001b') && line.length < 20_000, `seed ${SEED}, line ${sent}: ${line.slice(0, 200)}`);
  }
}

describe(`lines of all kinds against a device (seed ${SEED})`, () => {
  test(`Telnet: ${TELNET_LINES} lines are answered in order, and nothing is left of them`, async () => {
    const telnet = await startTelnet({ ...common, loginTries: 3, idleMs: () => 600_000 });
    opened.push(telnet);
    const random = seeded(SEED);
    const rounds = LONG ? 60 : 4;
    let before = 0;
    for (let round = 0; round < rounds; round++) {
      const client = await rawClient(telnet.port as number);
      await client.until('\r\n\r\n');
      await pour(TELNET_LINES / rounds, random, async (text, end) => {
        client.send(text);
        return client.until(end);
      });
      client.socket.destroy();
      await client.closed;
      if (round === Math.floor(rounds / 3)) before = heapMb();
    }
    const grown = heapMb() - before;
    assert.ok(grown < 30, `the heap has grown by ${grown.toFixed(1)} MB`);
  });

  test(`SSH: ${SSH_LINES} lines of a shell are answered in order`, async () => {
    const ssh = await startSsh({
      ...common,
      hostKeys: await openHostKeys(folder, silentLog),
      offerPassword: true,
      repliesOnStderrWithoutPty: false,
      idleMs: () => 600_000,
    });
    opened.push(ssh);
    const random = seeded(SEED + 1);
    const client = new ssh2.Client();
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve).once('error', reject);
      client.connect({ host: '127.0.0.1', port: ssh.port, username: 'admin', password: '' });
    });
    client.setNoDelay(true);
    const shell = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
      client.shell(false, (error, channel) => (error ? reject(error) : resolve(channel))),
    );
    let got = '';
    let wake = (): void => undefined;
    shell.on('data', (bytes: Buffer) => {
      got += bytes.toString('latin1');
      wake();
    });
    await pour(SSH_LINES, random, async (text, end) => {
      got = '';
      shell.write(Buffer.from(text, 'latin1'));
      while (!got.endsWith(end)) await new Promise<void>((resolve) => void (wake = resolve));
      return got;
    });
    client.end();
  });

  test('no session and no file is left', async () => {
    await until('no session is left', () => box.port.sessions() === 0);
    const descriptors = await readdir('/proc/self/fd');
    assert.ok(descriptors.length < 200, `${descriptors.length} are open`);
  });
});
