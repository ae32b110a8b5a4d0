// Covers agent/command.ts, agent/box/control/services.ts, agent/box/media/rtsp.ts, lib/runtime/troubles/no-port.ts.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { keyed } from '#lib/sentences/catalogue.ts';
import { FEW_PIXELS } from '#test/support/box.ts';
import { until } from '#test/support/until.ts';

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));
/** As an ordinary user has it: without the right to ports below 1024. */
const ORDINARY = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-net_bind_service'] : [];

test('a box that gets none of its ports says in a line each which, why and what to do, and runs on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-ports-'));
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const config = {
    hall: 'Ports',
    data: join(folder, 'data'),
    listen: '127.0.0.1',
    http: { port: 80 },
    https: { enabled: false },
    telnet: { port: 23 },
    ssh: { port: 22 },
    sftp: { port: 0, listen: ['192.0.2.7'] },
    ftp: { port: 21 },
    rtsp: { port },
    device: { encoders: FEW_PIXELS },
  };
  await writeFile(join(folder, 'box.json'), JSON.stringify(config));
  const argv = ['agent', '--config', join(folder, 'box.json')];
  const [command = AMPHI, ...before] = ORDINARY;
  const box = spawn(command, ORDINARY.length > 0 ? [...before, AMPHI, ...argv] : argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(box, 'close');
  let said = '';
  let logged = '';
  box.stdout.on('data', (chunk) => void (said += String(chunk)));
  box.stderr.on('data', (chunk) => void (logged += String(chunk)));
  try {
    await until('the box introduces itself', () => /^password /m.test(said) || box.exitCode !== null);
    const portLines = (): string[] => said.split('\n').filter((line) => line.startsWith('port     '));
    await until('it says what it could not get', () => portLines().length >= 6, { seen: () => said + logged });
    const lines = portLines();
    const root = (service: string, at: number): string =>
      `port     ${service} cannot be reached: port ${at} is for root and for programs that may open ports below 1024 (CAP_NET_BIND_SERVICE): give it that right, or set ${service}.port to one above 1023`;
    assert.deepEqual(lines.toSorted(), [
      root('ftp', 21),
      root('http', 80),
      `port     rtsp cannot be reached: port ${port} of 127.0.0.1 is taken by another program: end that one, or set rtsp.port to a free one`,
      'port     sftp cannot be reached: this machine has no address 192.0.2.7: set sftp.listen to one that it has',
      root('ssh', 22),
      root('telnet', 23),
    ]);
    for (const line of lines) {
      const why = keyed(line.slice('port     '.length))?.values['why'];
      assert.ok(typeof why === 'object' && 'key' in why, `without a sentence in French: ${line}`);
    }
    assert.doesNotMatch(said + logged, /^\s+at |\\n\s+at /m, 'no stack');
    assert.equal(box.exitCode, null, 'it runs on');
  } finally {
    box.kill('SIGTERM');
    await ended;
    taken.close();
    await rm(folder, { recursive: true, force: true });
  }
});
