import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { networkInterfaces } from '#agent/control/snmp/network-interfaces.ts';
import { compare, mibOf, valueAfter, valueAt, type SnmpFacts } from '#agent/control/snmp/snmp-mib.ts';
import { readSnmp, writeBinding, writeSnmp } from '#agent/control/snmp/snmp-packets.ts';
import { startSnmp } from '#agent/control/snmp/snmp.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { lacks, run, type Ran } from '../clients.ts';

const counters = { bytes: 5_000_000_000, packets: 7, errors: 1, dropped: 2 };
const facts: SnmpFacts = {
  description: 'Amphi',
  name: 'SMP-351-01-02-03',
  contact: 'AV',
  location: 'Hörsaal 3',
  upMs: 3_600_000,
  recording: { state: 'recording', elapsedMs: 61_000 },
  inputs: Array.from({ length: 5 }, (_, at) => ({
    number: at + 1,
    name: `Input ${at + 1}`,
    hasSignal: at === 0,
    isSelected: at % 2 === 0,
  })),
  disks: [{ name: 'internal', freeMB: 123_456, totalMB: 400_000, isUsable: true }],
  alarms: [{ name: 'video_loss', level: 'critical' }],
  interfaces: [
    {
      name: 'eth0',
      isLoopback: false,
      mtuBytes: 1500,
      speedMbps: 1000,
      mac: Buffer.from('0005a6010203', 'hex'),
      isUp: true,
      in: counters,
      out: counters,
    },
  ],
};
let community = 'public';
const agent = await startSnmp({
  addresses: ['127.0.0.1'],
  port: 0,
  community: () => community,
  facts: async () => facts,
  log: silentLog,
});
after(() => agent.close());

const folder = join(import.meta.dirname, '../../../../agent/control/snmp');
const snmp = (program: string, ...argv: string[]): Promise<Ran> => asking(100, program, argv);
const asking = (patienceSeconds: number, program: string, argv: readonly string[]): Promise<Ran> =>
  run(program, [
    '-v2c',
    '-c',
    'public',
    '-r',
    '0',
    '-t',
    String(patienceSeconds),
    '-M',
    folder,
    '-m',
    join(folder, 'AMPHI-MIB.txt'),
    `127.0.0.1:${agent.port}`,
    ...argv,
  ]);

describe("SNMP, by Debian's snmp", { skip: lacks('snmpwalk') }, () => {
  test('the whole tree is walked, one by one and in bulk', async () => {
    const one = await snmp('snmpwalk', '.1');
    const bulk = await snmp('snmpbulkwalk', '.1');
    assert.equal(one.code, 0, one.stderr);
    assert.equal(bulk.stdout, one.stdout);
    assert.equal(
      one.stdout
        .trim()
        .split('\n')
        .filter((line) => line.includes('=')).length,
      mibOf(facts).length + 1,
    );
  });

  test('names of the MIB file mean what they say, without a complaint about the file', async () => {
    const { stdout, stderr } = await snmp('snmpwalk', '-O', 's', 'amphi');
    assert.equal(stderr, '');
    for (const line of [
      'amphiRecordingState.0 = INTEGER: recording(2)',
      'amphiRecordingSeconds.0 = Gauge32: 61 seconds',
      'amphiInputNumber.3 = INTEGER: 3',
      'amphiInputLocked.1 = INTEGER: true(1)',
      'amphiInputLocked.2 = INTEGER: false(2)',
      'amphiDiskFree.1 = Gauge32: 123456 megabytes',
      'amphiAlarmName.1 = STRING: "video_loss"',
      'amphiAlarmLevel.1 = INTEGER: critical(2)',
    ]) {
      assert.ok(stdout.includes(line), `${line}\n${stdout}`);
    }
  });

  test('the system, and counters of 32 and of 64 bits', async () => {
    const { stdout } = await snmp(
      'snmpget',
      '-O',
      'nq',
      ...['1.1.3.0', '1.1.5.0', '1.2.2.1.10.1', '1.31.1.1.1.6.1', '1.2.2.1.6.1', '1.1.9.0'].map(
        (end) => `.1.3.6.1.2.${end}`,
      ),
    );
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/^\S+ /, '')),
      [
        '0:1:00:00.00',
        '"SMP-351-01-02-03"',
        String(5_000_000_000 % 2 ** 32),
        '5000000000',
        '"00 05 A6 01 02 03 "',
        'No Such Object available on this agent at this OID',
      ],
    );
  });

  test('nobody writes, and another community is not answered', async () => {
    const { code, stderr } = await snmp('snmpset', '.1.3.6.1.2.1.1.5.0', 's', 'mine');
    assert.notEqual(code, 0);
    assert.match(stderr, /notWritable/);
    community = 'other';
    assert.match((await asking(1, 'snmpget', ['.1.3.6.1.2.1.1.5.0'])).stderr, /Timeout/);
    community = '';
    assert.match((await asking(1, 'snmpget', ['.1.3.6.1.2.1.1.5.0'])).stderr, /Timeout/);
    community = 'public';
  });
});

describe('SNMP packets', () => {
  const request = { community: 'public', kind: 'get' as const, id: 1, nonRepeaters: 0, maxRepetitions: 0, oids: [] };
  test('cut anywhere, or changed anywhere, a message is none or another, and nothing worse', () => {
    const whole = Buffer.from(
      '302602010104067075626c6963a019020412345678020100020100300b300906052b060102010500',
      'hex',
    );
    assert.deepEqual(readSnmp(whole)?.oids, [[1, 3, 6, 1, 2, 1]]);
    for (let at = 0; at < whole.length; at++) assert.equal(readSnmp(whole.subarray(0, at)), undefined);
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0x84, 0xff]) {
        const changed = Buffer.from(whole);
        changed[at] = value;
        readSnmp(changed);
      }
    }
  });

  test('the agent answers after rubbish, and never with more than a packet', async () => {
    const socket = createSocket('udp4');
    const answers: Buffer[] = [];
    socket.on('message', (bytes) => answers.push(bytes));
    for (let n = 0; n < 50; n++) socket.send(Buffer.alloc(n * 20, n), agent.port as number, '127.0.0.1');
    const bulk = Buffer.from(
      '302902010104067075626c6963a51c020412345678020100020300ffff300c300a06062b06010201010500',
      'hex',
    );
    socket.send(bulk, agent.port as number, '127.0.0.1');
    await new Promise((resolve) => socket.once('message', resolve));
    assert.equal(answers.length, 1);
    assert.ok((answers[0]?.length ?? 0) > 500 && (answers[0]?.length ?? 0) < 1472);
    socket.close();
  });

  test('numbers are as short as they can be, and keep their sign', () => {
    const hex = (value: number): string =>
      writeBinding({ oid: [1, 3], value: { type: 'integer', value } }).toString('hex');
    assert.ok(hex(127).endsWith('02017f') && hex(128).endsWith('02020080') && hex(-1).endsWith('0201ff'));
    const gauge = writeBinding({ oid: [1, 3], value: { type: 'gauge', value: 1e12 } });
    assert.ok(gauge.toString('hex').endsWith('420500ffffffff'));
    assert.ok(writeSnmp(request, []).length > 10);
  });
});

test('the order of a walk, and what is not there', () => {
  const mib = mibOf(facts);
  for (let at = 1; at < mib.length; at++) assert.ok(compare(mib[at - 1]?.oid ?? [], mib[at]?.oid ?? []) < 0);
  assert.equal(valueAt(mib, [1, 3, 6, 1, 2, 1, 1, 1, 1]).value.type, 'noSuchInstance');
  assert.equal(valueAt(mib, [1, 3, 6, 9]).value.type, 'noSuchObject');
  assert.deepEqual(valueAfter(mib, []), mib[0]);
  assert.equal(valueAfter(mib, [2]).value.type, 'endOfMib');
});

test('the interfaces of this machine', async () => {
  const found = await networkInterfaces();
  const loopback = found.find(({ isLoopback }) => isLoopback);
  assert.ok(loopback && loopback.isUp && loopback.in.bytes > 0 && loopback.mtuBytes > 1000);
  assert.deepEqual(await networkInterfaces('/nowhere'), []);
});
