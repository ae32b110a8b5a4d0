import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFileTree } from '#agent/control/files/file-tree.ts';
import { esc, openSisBox } from './box.ts';
import { virtualFiles } from '#agent/control/files/virtual-files.ts';

test('the greeting has four commas, the date of the zone that is set, and an empty line; a serial line has no date', async () => {
  const box = openSisBox();
  const { port } = box;
  assert.equal(
    port.greeting('telnet'),
    '\r\n(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01\r\nMon, 13 Jul 2026 08:16:21\r\n\r\n',
  );
  assert.ok(!port.greeting('serial').includes('2026 08'));
  assert.deepEqual(await box.client().ask(esc('PST*TZON')), ['Tzon PST*(UTC-08:00/UTC-07:00) Pacific Time\r\n']);
  assert.match(port.greeting('ssh'), /Sun, 12 Jul 2026 23:16:21/);
});

test('a query is bare in modes 0 and 1 and tagged in 2 and 3; a set is tagged in all', async () => {
  for (const [verbose, record, name] of [
    [0, '0', 'Amphi'],
    [1, '0', 'Amphi'],
    [2, 'RcdrY0', 'IpnAmphi'],
    [3, 'RcdrY0', 'IpnAmphi'],
  ] as const) {
    const box = openSisBox();
    const one = box.client(verbose);
    assert.deepEqual(await one.ask(esc('YRCDR')), [`${record}\r\n`]);
    assert.deepEqual(await one.ask(esc('CN')), [`${name}\r\n`]);
    assert.deepEqual(await one.ask('2*1!'), ['In02*01\r\n']);
    assert.equal(box.device.state().wanted.routing.A, 2);
  }
});

test('the mode is changed for one session alone', async () => {
  const box = openSisBox();
  const [one, other] = [box.client(), box.client()];
  assert.deepEqual(await one.ask('w3cv|'), ['Vrb3\r\n']);
  assert.deepEqual(await one.ask(esc('CV')), ['Vrb3\r\n']);
  assert.deepEqual(await other.ask(esc('CV')), ['0\r\n']);
});

test('commands in one segment are answered in order, each line a write of its own', async () => {
  const box = openSisBox();
  const lines = await box.client().ask(`Q${esc('Y1RCDR')}35I32I\r\n${esc('nonsense')}${esc('Z17RCDR')}N`);
  assert.deepEqual(lines, [
    '3.06\r\n',
    'RcdrY1\r\n',
    '00:00:00\r\n',
    'ChA1*ChB3\r\n',
    'E10\r\n',
    'RcdrZ17\r\n',
    '60-1324-01\r\n',
  ]);
  assert.deepEqual(box.acts, ['delete 17']);
});

test('refusals: unknown, out of range, not while recording, not for users, no such file, what the box refuses', async () => {
  const box = openSisBox();
  const [admin, user] = [box.client(), box.client(0, 'user')];
  const refused = async (text: string, who = admin): Promise<string> => (await who.ask(text)).join('');
  assert.equal(await refused(esc('FOO')), 'E10\r\n');
  assert.equal(await refused('3*1!'), 'E13\r\n');
  assert.equal(await refused(esc('V1*99BITR')), 'E13\r\n');
  assert.equal(await refused(esc('7MT')), 'E12\r\n');
  assert.equal(await refused(esc('22023MT')), 'E13\r\n');
  assert.equal(await refused(esc('2*5VFRM')), 'E14\r\n');
  assert.equal(await refused(esc('V1*3000BITR'), user), 'E24\r\n');
  assert.equal(await refused(esc('PSNMP'), user), 'E24\r\n');
  assert.equal(await refused(esc('nobody.pngRF')), 'E28\r\n');
  assert.equal(await refused(esc('BRCDR')), 'E14\r\n');
  assert.equal(await refused(esc('Y2RCDR')), 'E14\r\n');
  assert.equal(await refused('1*1*9.'), 'E13\r\n');
  assert.equal(await refused(esc('M3*todayRCDR')), 'E13\r\n');
  box.refuseActs.with = 'E28';
  assert.equal(await refused(esc('Z99RCDR')), 'E28\r\n');
  const before = box.device.state().wanted;
  await admin.ask(esc('Y1RCDR'));
  assert.equal(await refused(esc('V1*3000BITR')), 'E22\r\n');
  assert.equal(await refused(esc('M13*LateRCDR')), 'E22\r\n');
  assert.equal(await refused(esc('ZFFF')), 'E22\r\n');
  assert.equal(await refused(esc('1BOOT')), 'E22\r\n');
  assert.equal(await refused(esc('1TEST')), 'E22\r\n');
  assert.equal(await refused(esc('V3*300BITR')), 'BitrV3*00300\r\n');
  const { recording: _, encoders: __, ...rest } = box.device.state().wanted;
  const { recording: ___, encoders: ____, ...was } = before;
  assert.deepEqual(rest, was, 'nothing else has changed');
});

test('what has no end is one E10, and the session goes on', async () => {
  const lines = await openSisBox()
    .client()
    .ask(`\u001b${'x'.repeat(10_000)}\rQ`);
  assert.deepEqual(lines, ['E10\r\n', '3.06\r\n']);
});

test('a session too many is refused with E26, and one that ended makes room', () => {
  const box = openSisBox({ personality: ({ limits }) => (limits.sessions = 2) });
  const first = box.client();
  box.client();
  assert.throws(() => box.client(), /E26/);
  first.session.end();
  box.client();
  assert.equal(box.port.sessions(), 2);
});

test('a serial line takes no place of a session, is not counted, and always has one', async () => {
  const box = openSisBox({ personality: ({ limits }) => (limits.sessions = 2) });
  const serial = box.client(1, 'admin', 'serial');
  const [one] = [box.client(), box.client()];
  assert.deepEqual(await one.ask(esc('CC')), ['2\r\n']);
  assert.deepEqual([box.port.isFull('telnet'), box.port.isFull('serial')], [true, false]);
  assert.throws(() => box.client(), /E26/);
  serial.session.end();
  box.client(1, 'admin', 'serial');
});

test('a session is told the address that it reached, else one that is listened on', async () => {
  const box = openSisBox();
  const addresses = [...box.facts.addresses, { address: '192.168.7.9', mask: '255.255.255.0', prefix: 24 }];
  const ask = async (localAddress: string | undefined, listens: string[]): Promise<string[]> => {
    Object.assign(box.facts, { addresses, listens });
    return box.client(0, 'admin', 'telnet', localAddress).ask(`${esc('CI')}${esc('P1SHRF')}${esc('CS')}`);
  };
  const own = (address: string, mask: string): string[] => [
    `${address}\r\n`,
    `${address}:/var/uf/recordings\r\n`,
    `${mask}\r\n`,
  ];
  assert.deepEqual(await ask('192.168.7.9', []), own('192.168.7.9', '255.255.255.0'));
  assert.deepEqual(await ask('127.0.0.1', []), own('10.1.2.3', '255.255.0.0'));
  assert.deepEqual(await ask('127.0.0.1', ['192.168.7.9']), own('192.168.7.9', '255.255.255.0'));
  assert.deepEqual(await ask(undefined, ['192.168.7.9']), own('192.168.7.9', '255.255.255.0'));
});

test('a session knows its level, its patience and whether it echoes', async () => {
  const box = openSisBox();
  const [admin, user] = [box.client(), box.client(0, 'user')];
  assert.deepEqual(await admin.ask(esc('CK')), ['12\r\n']);
  assert.deepEqual(await user.ask(esc('CK')), ['11\r\n']);
  assert.deepEqual(await admin.ask(`${esc('0TC')}${esc('0*60TC')}${esc('0TC')}${esc('1TC')}`), [
    '00030\r\n',
    'Pti 0*00060\r\n',
    '00060\r\n',
    '00030\r\n',
  ]);
  assert.deepEqual(admin.idleMs, [600_000]);
  assert.deepEqual(await admin.ask(esc('1*600TC')), ['Pti1*00600\r\n']);
  assert.equal(box.device.state().wanted.sis.idleMs, 6_000_000);
  assert.deepEqual(await admin.ask(esc('0ECHO')), ['Echo0\r\n']);
  assert.deepEqual(admin.echo, [false]);
  assert.deepEqual(await admin.ask(`10I${esc('CC')}`), ['2\r\n', '2\r\n']);
});

test('passwords, ports, backups and resets are acts of the box, and are answered when they are done', async () => {
  const box = openSisBox();
  const one = box.client();
  const asked = [
    'Passw0rdCA',
    ' CU',
    'CA',
    'CU',
    '2323MT',
    '0MT',
    'B2200PMAP',
    '1*2XF',
    '0*0XF',
    'ZXXX',
    '2BOOT',
    'CALRM',
  ];
  assert.deepEqual(
    (await one.ask(asked.map(esc).join(''))).map((line) => line.trimEnd()),
    [
      'Ipa Passw0rd',
      'Ipu',
      '****',
      '',
      'Pmt02323',
      'Pmt00000',
      'PmapB02200',
      'Cfg1*2',
      'Cfg0*0',
      'Zpx',
      'Boot2',
      'Alrm C',
    ],
  );
  assert.deepEqual(box.acts, [
    'password admin Passw0rd',
    'password user null',
    'port telnet 2323',
    'port telnet undefined',
    'port ssh 2200',
    'save box.cfg',
    'restore ip.cfg',
    'reset {"recordings":true,"files":false,"passwords":false}',
    'restart network',
    'clear alarms',
  ]);
  assert.deepEqual(box.device.state().wanted.sis.ports, { telnet: null, ssh: 2200 });
});

test('what the box only keeps is kept and reported, within its range', async () => {
  const box = openSisBox();
  const one = box.client();
  assert.deepEqual(await one.ask([esc('3*99PHAS'), esc('3*16PHAS'), esc('3+PHAS'), esc('3PHAS')].join('')), [
    'E13\r\n',
    'Phas03*16\r\n',
    'Phas03*17\r\n',
    '17\r\n',
  ]);
  assert.deepEqual(await one.ask(`${esc('E2*0HDCP')}${esc('E2HDCP')}${esc('E1HDCP')}`), [
    'HdcpE02*0\r\n',
    '0\r\n',
    '1\r\n',
  ]);
  assert.deepEqual(Object.keys(box.device.state().wanted.sis.kept), ['sampling.phase', 'hdcp.authorize 2']);
  assert.deepEqual(JSON.parse(JSON.stringify(box.device.state().wanted.sis.kept)), box.device.state().wanted.sis.kept);
});

test('a session works in folders of its own, and never erases recordings', async () => {
  const stored = new Map([['box.cfg', Buffer.from('{}')]]);
  const folder = virtualFiles({
    list: async () => [...stored].map(([name, { length }]) => ({ name, sizeBytes: length, modifiedMs: 0 })),
    read: async (name) => stored.get(name),
    remove: async (name) => void stored.delete(name),
  });
  const rights = { admin: ['read', 'remove'], user: ['read'] } as const;
  const mounts = ['nortxe-backup', 'recordings'].map((name) => ({ name, files: folder, rights }));
  const box = openSisBox({ files: openFileTree(mounts) });
  const [one, user] = [box.client(), box.client(0, 'user')];
  assert.deepEqual(await one.ask(`${esc('nobody/CJ')}${esc('recordings/CJ')}${esc('/EF')}${esc('..CJ')}${esc('CJ')}`), [
    'E28\r\n',
    'Dir recordings/\r\n',
    'E14\r\n',
    'Dir /\r\n',
    '/\r\n',
  ]);
  assert.deepEqual(await one.ask(`${esc('nortxe-backup/CJ')}${esc('LF')}`), [
    'Dir nortxe-backup/\r\n',
    'box.cfg Thu, 01 Jan 1970 00:00:00 GMT 2\r\n',
    '16777216 Bytes Left\r\n',
    '\r\n',
  ]);
  assert.deepEqual(await user.ask(`${esc('nortxe-backup/CJ')}${esc('/EF')}`), ['Dir nortxe-backup/\r\n', 'E24\r\n']);
  assert.deepEqual(await one.ask(`${esc('/EF')}${esc('LF')}`), ['Ddl\r\n', '16777216 Bytes Left\r\n', '\r\n']);
  assert.equal(stored.size, 0);
});

test('sessions end when their password changes, but for the one that changes it and the serial line', async () => {
  const told = new Set<(whose: readonly ('admin' | 'user')[]) => void>();
  const box = openSisBox({ onPassword: (listener) => void told.add(listener) });
  const closed: string[] = [];
  const session = (name: string, access: 'admin' | 'user', via: 'telnet' | 'serial' = 'telnet') =>
    box.client(0, access, via, undefined, () => void closed.push(name));
  const asker = session('asker', 'admin');
  session('other', 'admin');
  session('user', 'user');
  session('serial', 'admin', 'serial');
  box.onAct = () => {
    for (const tell of told) tell(['admin']);
  };
  assert.deepEqual(await asker.ask(esc('newCA')), ['Ipa new\r\n']);
  assert.deepEqual(closed, ['other']);
  for (const tell of told) tell(['user']);
  assert.deepEqual(closed, ['other', 'user']);
});
