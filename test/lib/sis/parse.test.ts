import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { maskOf, prefixLength } from '#lib/sis/addresses.ts';
import { localTimeIn, readWireDate, wireDate } from '#lib/sis/dates.ts';
import { loggable, parseFrame, refusalOf } from '#lib/sis/parse.ts';
import { mutatedCommand, sampleCommand, seeded } from '#lib/sis/samples.ts';
import { openFramer } from '#lib/sis/framing.ts';
import { bytesOf, framesOf, outcomes, parseOne, protocol } from './device.ts';

const esc = (body: string) => `\u001b${body}\r`;
const code = (body: string) => outcomes(esc(body))[0];

describe('a refusal', () => {
  test('is E10 for what no row has', () => {
    for (const body of ['FOO', 'QRCDR', 'XAFMT', '', ' ', 'RCDR!', 'Ü', '9STAT', '20 STAT']) {
      assert.equal(code(body), 'E10', body);
    }
    assert.deepEqual(outcomes('77I'), ['E10']);
  });

  test('is E13 for what a row has, with a value it cannot have', () => {
    const bodies = ['Y3RCDR', 'YxRCDR', '1*2*3BRIT', '1*128BRIT', '4CV', 'V1*199BITR', 'V1*10001BITR', 'M17*xRCDR'];
    const texts = [
      'M13*RCDR',
      `M13*${'x'.repeat(128)}RCDR`,
      '13/13/26-00:00:00CT',
      '3hallCN',
      '1*256.0.0.1/8*0.0.0.0CISG',
    ];
    for (const body of [
      ...bodies,
      ...texts,
      'A1*81BITR',
      'E61RCDR',
      'E0RCDR',
      '0*0TC',
      'P61RCDR',
      'Y99999999999RCDR',
    ]) {
      assert.equal(code(body), 'E13', body);
    }
    for (const wire of ['9!', '1*3!', '6.', '7*0.', '7*33.', '9*3*11.', '3*2B', '99*2B', '4X', '2*1*129.', '9*1!']) {
      assert.deepEqual(outcomes(wire), ['E13'], wire);
    }
  });

  test('is the row’s own where it has one', () => {
    assert.equal(code('7MT'), 'E12');
    assert.equal(code('A99999PMAP'), 'E12');
    assert.equal(code('a/bRF'), 'E28');
  });

  test('is E13 for inputs of the other channel, and for metadata the device writes itself', () => {
    assert.deepEqual(outcomes('3*1!2*2!5*2!1*1!'), ['E13', 'E13', 'input.select set', 'input.select set']);
    assert.equal(code('M3*todayRCDR'), 'E13');
    assert.equal(code('M6*xRCDR'), 'E13');
    assert.equal(code('M6RCDR'), 'record.metadata query');
  });

  test('is E24 for users who change what administrators may, and a busy code while recording', () => {
    const refusal = (wire: string, access: 'user' | 'admin', recording: boolean) =>
      refusalOf(parseOne(wire), { access, recording });
    assert.equal(refusal(esc('Hall-3CN'), 'user', false), 'E24');
    assert.equal(refusal(esc('Hall-3CN'), 'admin', true), undefined);
    assert.equal(refusal(esc('CN'), 'user', true), undefined);
    assert.equal(refusal(esc('XSNMP'), 'user', false), 'E24');
    assert.equal(refusal(esc('Y0RCDR'), 'user', true), undefined);
    assert.equal(refusal(esc('M13*xRCDR'), 'admin', true), 'E22');
    assert.equal(refusal(esc('M13RCDR'), 'user', true), undefined);
    assert.equal(refusal(esc('1*3VRES'), 'admin', true), 'E22');
    assert.equal(refusal(esc('3*4VRES'), 'admin', true), undefined);
    assert.equal(refusal(esc('ZQQQ'), 'admin', true), 'E22');
    assert.equal(refusal(esc('ZQQQ'), 'admin', false), undefined);
    assert.equal(refusal('7*5.', 'user', true), undefined);
  });
});

describe('a value', () => {
  const valuesOf = (body: string) => parseOne(esc(body)).values;

  test('keeps its letter case, spaces and signs', () => {
    assert.deepEqual(valuesOf('m13*  Story of BRIT & RCDR*2 100 %rcdr'), {
      key: 'title',
      text: '  Story of BRIT & RCDR*2 100 %',
    });
    assert.deepEqual(valuesOf('G40000*-180AU'), { point: 40000, tenthsDb: -180 });
    assert.deepEqual(valuesOf('U1*1*rtmps://a.example/x*y?k=1RTMP'), {
      server: 'primary',
      stream: 'archive',
      url: 'rtmps://a.example/x*y?k=1',
    });
    assert.deepEqual(valuesOf('1,InputCNNI'), { input: 1, name: 'InputCN' });
  });

  test('of a command whose verb ends another is read by the longer one', () => {
    assert.equal(parseOne(esc('1*2BRCT')).id, 'encoder.rate-control');
    assert.equal(parseOne(esc('I1*2AFMT')).id, 'audio.format');
    assert.equal(parseOne(esc('1*10.0.0.7/16*10.0.0.1CISG')).id, 'network.all');
  });

  test('is reset by a space', () => {
    for (const body of [' CN', ' CA', '1, NI', 'M13* RCDR', 'C SNMP', 'U1*1* RTMP', '0RF']) {
      assert.equal(parseOne(esc(body)).form, 'reset', body);
    }
  });

  test('that is secret does not reach a log', () => {
    assert.equal(loggable(parseOne(esc('correct-horseCA'))), 'password.admin set password=***');
    assert.equal(loggable(parseOne(esc('Y1RCDR'))), 'record.state set state=start');
  });
});

test('masks and their lengths go both ways', () => {
  for (let length = 0; length <= 32; length++) assert.equal(prefixLength(maskOf(length)), length);
  assert.equal(prefixLength('255.0.255.0'), undefined);
});

test('dates go both ways, and follow the zone', () => {
  assert.equal(wireDate('2026-07-13T08:16:21'), 'Mon, 13 Jul 2026 08:16:21');
  assert.equal(readWireDate('Mon, 13 Jul 2026 08:16:21'), '2026-07-13T08:16:21');
  assert.equal(readWireDate('Mon, 31 Feb 2026 08:16:21'), undefined);
  const atMs = Date.UTC(2026, 6, 13, 6, 16, 21);
  assert.equal(localTimeIn(atMs, 'Europe/Vienna'), '2026-07-13T08:16:21');
  for (const zone of protocol.personality.timeZones) assert.equal(localTimeIn(atMs, zone.iana).length, 19, zone.code);
});

describe('chance', () => {
  test('gives commands that are understood', () => {
    const random = seeded(11);
    for (let round = 0; round < 5000; round++) {
      const sample = sampleCommand(protocol, random);
      const parsed = parseOne(sample.wire);
      assert.deepEqual([parsed.id, parsed.form, parsed.values], [sample.id, sample.form, sample.values]);
    }
  });

  test('never makes the parser throw or lose its place in 20 000 faulty lines', () => {
    const random = seeded(2026);
    const framer = openFramer(protocol);
    const parse = (text: string) => framer.push(bytesOf(text)).map((frame) => parseFrame(protocol, frame));
    let refused = 0;
    for (let line = 0; line < 20_000; line++) {
      const answers = parse(mutatedCommand(protocol, random));
      refused += answers.filter((answer) => !answer.ok).length;
      const [sentinel, ...more] = parse(`\u001bM13*${line}RCDR\r`);
      assert.ok(sentinel?.ok && more.length === 0);
      assert.deepEqual(sentinel.values, { key: 'title', text: String(line) });
    }
    assert.ok(refused > 5000, `only ${refused} were refused`);
  });

  test('never makes the parser throw on bytes', () => {
    const random = seeded(7);
    const framer = openFramer(protocol);
    for (let chunk = 0; chunk < 500; chunk++) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 400) }, () => Math.floor(random() * 256));
      for (const frame of framer.push(bytes)) parseFrame(protocol, frame);
    }
    framer.push(bytesOf('\r'));
    assert.equal(framer.push(bytesOf('\u001bYRCDR\r')).length, 1);
  });

  test('is repeatable', () => {
    const [one, two] = [seeded(9), seeded(9)];
    for (let round = 0; round < 50; round++) assert.equal(mutatedCommand(protocol, one), mutatedCommand(protocol, two));
  });

  test('cannot make a text take long', () => {
    const worst = ['1*'.repeat(2000), `M13*${'*'.repeat(3900)}`, 'RCDR'.repeat(1000), `${'1'.repeat(4000)},`];
    const verbs = [...protocol.verbs.keys()];
    const before = process.cpuUsage();
    for (const body of worst) {
      for (const verb of verbs)
        for (const frame of framesOf(esc(body.slice(0, 4080) + verb))) parseFrame(protocol, frame);
    }
    // Time of the processor: what other programs take of it does not count.
    const { user, system } = process.cpuUsage(before);
    const eachMs = (user + system) / 1000 / (worst.length * verbs.length);
    assert.ok(eachMs < 20, `${eachMs} ms a command`);
  });
});

test('where the usual order of fields means nothing, the other order of some programs is understood', () => {
  const parsedOf = (text: string) => {
    const parsed = parseFrame(protocol, { kind: 'command', escape: false, text });
    return parsed.ok ? [parsed.id, parsed.values] : parsed.code;
  };
  assert.deepEqual(parsedOf('2*1*12.'), ['preset.input.recall', { channel: 'A', preset: 12 }]);
  assert.deepEqual(parsedOf('2*12*2.'), ['preset.input.recall', { channel: 'B', preset: 12 }]);
  assert.deepEqual(parsedOf('2*2*1,'), ['preset.input.save', { channel: 'B', preset: 1 }]);
  assert.equal(parsedOf('2*3*4.'), 'E13');
  assert.equal(parsedOf('1*12*2.'), 'E13');
});
