import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacks, rawClient, run, type Ran } from '#test/agent/control/clients.ts';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';
import { freePort } from '#test/support/free-port.ts';
import { until } from '#test/support/until.ts';

/** Programs of Debian fetch and store files on a running box, as a technician's scripts do. */

const BARS = { source: { driver: 'test', pattern: 'bars' } };
const bytes = randomBytes(2_000_000);

let box: Box;
let here = '';
let big = '';
let password = '';
let base = '';
const ports = { ssh: 0, sftp: 0, ftp: 0, snmp: 0 };

before(async () => {
  here = await mkdtemp(join(tmpdir(), 'amphi-files-'));
  big = join(here, 'big.bin');
  await writeFile(big, bytes);
  ports.snmp = await freePort();
  box = await startBox({
    device: {
      inputs: { 1: BARS, 3: BARS },
      encoders: FEW_PIXELS,
      sis: { snmp: { enabled: true, community: 'lectures' } },
    },
    config: {
      telnet: { port: 0 },
      ssh: { port: 0 },
      sftp: { port: 0 },
      ftp: { port: 0 },
      snmp: { port: ports.snmp },
      recordings: { pattern: '{title}_{date}_{time}_S{stream}R{part}.mp4' },
    },
  });
  await until('the box says how to get in', () => /^password /m.test(box.log()));
  const said = (name: string): number => Number(new RegExp(`${name} [^:]+:(\\d+)`).exec(box.log())?.[1]);
  [ports.ssh, ports.sftp, ports.ftp] = [said(', ssh'), said('sftp'), said(', ftp')];
  password = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
});
after(async () => {
  await box?.remove();
  await rm(here, { recursive: true, force: true });
});

const TRUST = ['-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null', '-oLogLevel=ERROR', '-oBatchMode=no'];
const ssh = (program: string, port: number, ...argv: string[]): Promise<Ran> =>
  run('sshpass', ['-p', password, program, ...TRUST, program === 'ssh' ? '-p' : '-P', String(port), ...argv], {
    cwd: here,
  });
/** A batch of sftp; the first command that fails ends it. */
async function sftp(lines: string[], port = ports.sftp, who = 'admin', secret = password): Promise<Ran> {
  const batch = join(here, 'batch');
  await writeFile(batch, `${lines.join('\n')}\n`);
  const argv = ['-p', secret, 'sftp', ...TRUST, '-P', String(port), '-b', batch, `${who}@127.0.0.1`];
  return run('sshpass', argv, { cwd: here });
}
const lftp = (settings: string, lines: string[]): Promise<Ran> =>
  run(
    'lftp',
    [
      '-e',
      `set net:max-retries 1; set net:timeout 60; ${settings}; ${lines.join(' && ')} && bye; exit 1`,
      '-u',
      `admin,${password}`,
      `ftp://127.0.0.1:${ports.ftp}`,
    ],
    { env: { HOME: here, LANG: 'C.UTF-8' }, cwd: here },
  );
const overlays = (...path: string[]): string => join(box.data, 'overlays', ...path);

describe('one tree for all', () => {
  test('SFTP and FTP show the same folders', { skip: lacks('sshpass') || lacks('curl') }, async () => {
    const listed = await sftp(['ls -1 /']);
    const expected = ['calendars', 'certs', 'logs', 'nortxe-backup', 'overlays', 'recordings'];
    assert.deepEqual(
      listed.stdout
        .split('\n')
        .filter((line) => line && !line.startsWith('sftp>'))
        .map((line) => line.replace('/', '').trim()),
      expected,
      listed.stderr,
    );
    const curl = await run('curl', ['-sS', '-l', '--user', `admin:${password}`, `ftp://127.0.0.1:${ports.ftp}/`]);
    assert.deepEqual(curl.stdout.trim().split(/\r?\n/).toSorted(), expected, curl.stderr);
    const argv = ['-sS', '--user', `admin:${password}`, `ftp://127.0.0.1:${ports.ftp}/logs/amphi.log`];
    await until('the log tells of the encoder', async () =>
      (await run('curl', argv)).stdout.includes('"msg":"encoder chosen"'),
    );
  });

  test('links out of it are refused both ways', { skip: lacks('sshpass') || lacks('curl') }, async () => {
    await symlink('/etc/passwd', overlays('leak'));
    const got = await sftp(['get /overlays/leak leak']);
    assert.notEqual(got.code, 0);
    const curl = await run('curl', [
      '-sS',
      '--user',
      `admin:${password}`,
      `ftp://127.0.0.1:${ports.ftp}/overlays/leak`,
    ]);
    assert.deepEqual([curl.code, curl.stdout], [78, '']);
    assert.notEqual((await sftp(['symlink /etc/passwd /overlays/own'])).code, 0);
    await rm(overlays('leak'));
  });
});

describe('files come and go', () => {
  test('lftp with TLS: UTF-8 names, and on where it broke off', { skip: lacks('lftp') }, async () => {
    const tls = 'set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:verify-certificate no';
    const put = await lftp(tls, [`put ${big} -o "/overlays/Tafelbild Ü é.bin"`, 'cls -1 /overlays']);
    assert.equal(put.code, 0, put.stderr);
    assert.match(put.stdout, /Tafelbild Ü é\.bin/);
    assert.ok((await readFile(overlays('Tafelbild Ü é.bin'))).equals(bytes));
    const back = join(here, 'back.bin');
    await writeFile(back, bytes.subarray(0, 777_777));
    const got = await lftp(tls, [
      `get -c "/overlays/Tafelbild Ü é.bin" -o ${back}`,
      'rm "/overlays/Tafelbild Ü é.bin"',
    ]);
    assert.equal(got.code, 0, got.stderr);
    assert.ok((await readFile(back)).equals(bytes));
  });

  test('a transfer that breaks off leaves no half file under the name', { skip: lacks('lftp') }, async () => {
    const control = await rawClient(ports.ftp);
    await control.until('\r\n');
    for (const line of ['USER admin', `PASS ${password}`, 'EPSV']) control.send(`${line}\r\n`);
    const port = Number(/\|(\d+)\|\)\r\n$/.exec(await control.until('|)\r\n'))?.[1]);
    const data = await rawClient(port);
    control.send('STOR /overlays/half.bin\r\n');
    await control.until('150');
    await new Promise<void>((resolve) => void data.socket.write(bytes.subarray(0, 1_000_000), () => resolve()));
    data.socket.resetAndDestroy();
    await control.until('426');
    control.socket.destroy();
    assert.ok(!(await readdir(overlays())).includes('half.bin'));
    const { code, stderr } = await lftp('set ftp:ssl-allow no', [`put -c ${big} -o /overlays/half.bin`]);
    assert.equal(code, 0, stderr);
    assert.ok((await readFile(overlays('half.bin'))).equals(bytes));
  });

  test('scp, by both of its protocols, and over both ports', { skip: lacks('sshpass') }, async () => {
    for (const [port, ...protocol] of [[ports.sftp], [ports.ssh, '-O']] as const) {
      const up = await ssh('scp', port, ...protocol, big, 'admin@127.0.0.1:/overlays/by-scp.bin');
      assert.equal(up.code, 0, up.stderr);
      const down = await ssh('scp', port, ...protocol, 'admin@127.0.0.1:/overlays/by-scp.bin', join(here, 'scp.bin'));
      assert.equal(down.code, 0, down.stderr);
      assert.ok((await readFile(join(here, 'scp.bin'))).equals(bytes));
      await rm(overlays('by-scp.bin'));
    }
    const shell = await ssh('ssh', ports.sftp, 'admin@127.0.0.1', 'Q');
    assert.match(shell.stderr, /files only/);
  });

  test('ftp, as people type it', { skip: lacks('ftp') }, async () => {
    const lines = [
      `open 127.0.0.1 ${ports.ftp}`,
      `user admin ${password}`,
      'binary',
      'cd /overlays',
      `put ${big} typed.bin`,
    ];
    const more = ['ls', `get typed.bin ${join(here, 'typed.bin')}`, 'delete typed.bin', 'quit'];
    const { stdout } = await run('ftp', ['-n', '-v'], { input: `${[...lines, ...more].join('\n')}\n` });
    assert.match(stdout, /typed\.bin/);
    assert.ok((await readFile(join(here, 'typed.bin'))).equals(bytes), stdout);
  });
});

describe('recordings', () => {
  test('what is recorded can be read while it grows, and not deleted', { skip: lacks('sshpass') }, async () => {
    const { take } = await box.start({ metadata: { title: 'Été' } });
    await until('there is something', async () => ((await box.recording(take)).parts[0]?.bytes ?? 0) > 0);
    ({ base } = await box.recording(take));
    const refused = await sftp([`rm /recordings/${base}/*.mp4`]);
    assert.notEqual(refused.code, 0);
    const { code, stderr } = await sftp([`get /recordings/${base}/*.mp4 growing.mp4`]);
    assert.equal(code, 0, stderr);
    assert.ok((await readFile(join(here, 'growing.mp4'))).length > 0);
    await box.stopRecording(take);
    const { parts } = await box.settled(take);
    assert.equal(parts.length, 1);
  });

  test(
    'a user fetches them and nothing else; an admin deletes them',
    { skip: lacks('sshpass') || lacks('curl') },
    async () => {
      const ask = await ssh('ssh', ports.ssh, 'admin@127.0.0.1', 'WstudentCU');
      assert.match(ask.stdout, /Ipu/, ask.stderr);
      const user = await sftp([`get /recordings/${base}/${base}_S1R1.mp4 user.mp4`], ports.sftp, 'user', 'student');
      assert.equal(user.code, 0, user.stderr);
      const probe = await run('ffprobe', [
        '-v',
        'error',
        '-show_entries',
        'stream=codec_name',
        '-of',
        'csv=p=0',
        join(here, 'user.mp4'),
      ]);
      assert.match(probe.stdout, /^h264\naac\n/, probe.stderr);
      for (const line of [
        'ls /overlays',
        'ls /certs',
        `rm /recordings/${base}/${base}.json`,
        `put ${big} /recordings/x`,
      ])
        assert.notEqual((await sftp([line], ports.sftp, 'user', 'student')).code, 0, line);
      const gone = await lftp('set ftp:ssl-allow no', [`rm -r /recordings/${base}`, 'cls -1 /recordings']);
      assert.equal(gone.code, 0, gone.stderr);
      assert.equal(gone.stdout, '');
      assert.deepEqual((await box.get<{ recordings: unknown[] }>('/recordings')).recordings, []);
    },
  );
});

test('no text is ever a command (CVE-2024-50960 and its kind)', { skip: lacks('sshpass') }, async () => {
  const marker = join(here, 'marker');
  const texts = [`$(touch ${marker})`, `; touch ${marker} ;`, `\`touch ${marker}\``, `"; touch ${marker}; "`];
  for (const text of texts) {
    const quoted = (command: string): Promise<Ran> => ssh('ssh', ports.ssh, 'admin@127.0.0.1', command);
    await quoted(`WM13*${text}RCDR|WM4*${text}RCDR|W1,${text}NI|W${text}CN|WC${text}SNMP|W${text}RF`);
    await quoted(`WU1*1*rtmp://127.0.0.1:9/${text}RTMP|WE1*1RTMP|WI1,${text}EDID|WZ${text}RCDR|W${text}/CJ`);
    await sftp([
      `put big.bin "/overlays/${text.replaceAll('"', '').replaceAll('/', '_')}"`,
      `ls "/${text.replaceAll('"', '')}"`,
    ]);
    await box.raw('/../swis/resources', { method: 'PUT', body: JSON.stringify([{ uri: '/unit/name', value: text }]) });
  }
  const { take } = await box.start({
    metadata: { title: texts[0] ?? '', presenter: texts[1] ?? '', course: texts[2] ?? '' },
  });
  await until('there is something', async () => ((await box.recording(take)).parts[0]?.bytes ?? 0) > 0);
  await box.stopRecording(take);
  await box.settled(take);
  assert.ok(!(await readdir(here)).includes('marker'));
});

test(
  'a certificate that is put into /certs is shown at once',
  { skip: lacks('openssl') || lacks('sshpass') },
  async () => {
    const subject = async (): Promise<string> => {
      const shown = await run('openssl', ['s_client', '-connect', `127.0.0.1:${ports.ftp}`, '-starttls', 'ftp']);
      return /subject=(.*)/.exec(shown.stdout)?.[1] ?? '';
    };
    assert.doesNotMatch(await subject(), /hall-3/);
    const made = await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '30',
      '-subj',
      '/CN=hall-3.example',
      '-keyout',
      join(here, 'key.pem'),
      '-out',
      join(here, 'cert.pem'),
    ]);
    assert.equal(made.code, 0, made.stderr);
    const both = (await readFile(join(here, 'key.pem'), 'utf8')) + (await readFile(join(here, 'cert.pem'), 'utf8'));
    await writeFile(join(here, 'cacert.pem'), both);
    assert.equal((await sftp(['put cacert.pem /certs/cacert.pem'])).code, 0);
    await until('it is shown', async () => (await subject()).includes('hall-3.example'));
    await sftp(['rm /certs/cacert.pem']);
    await until('the one before is shown again', async () => {
      const shown = await subject();
      return shown !== '' && !shown.includes('hall-3');
    });
  },
);

test('snmpwalk with the MIB; switched off by a command, it is silent', { skip: lacks('snmpwalk') }, async () => {
  const mibs = join(import.meta.dirname, '../../agent/control/snmp');
  const walk = (community: string, from: string, waitS = 2): Promise<Ran> =>
    run('snmpwalk', [
      '-v2c',
      '-c',
      community,
      '-r',
      '0',
      '-t',
      String(waitS),
      '-M',
      `+${mibs}`,
      '-m',
      'AMPHI-MIB',
      `127.0.0.1:${ports.snmp}`,
      from,
    ]);
  assert.match((await walk('lectures', 'amphi', 60)).stdout, /amphiRecordingState\.0 = INTEGER: stopped\(0\)/);
  assert.match((await walk('lectures', '.1.3.6.1.2.1.1', 60)).stdout, /"?E2E"?/);
  assert.notEqual((await walk('public', 'amphi')).code, 0);
  const { stdout } = await ssh('ssh', ports.ssh, 'admin@127.0.0.1', 'WE0SNMP|WESNMP');
  assert.equal(stdout, 'SnmpE*0\r\n0\r\n');
  await until('it is silent', async () => (await walk('lectures', 'amphi')).code !== 0);
});
