import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatForOthers, formatNotice, formatReply, hearsChanges } from '#lib/sis/format.ts';
import { banner, loginLine, passwordAgain, passwordPrompt, serialBanner } from '#lib/sis/greeting.ts';
import { parseOne, protocol, shippedPersonality } from './device.ts';
import type { Verbose } from '#lib/sis/format.ts';
import type { Values } from '#lib/sis/template.ts';

const personality = shippedPersonality();

/** What is answered to a text when the device has these values. */
function answer(wire: string, verbose: Verbose, values: Values = {}): string {
  const parsed = parseOne(wire);
  return formatReply(parsed.command, parsed.form, { ...parsed.values, ...values }, verbose).join('\r\n');
}

test('the greeting, byte for byte', () => {
  assert.equal(
    banner(personality, '2026-07-13T08:16:21'),
    '\r\n(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01\r\nMon, 13 Jul 2026 08:16:21\r\n\r\n',
  );
  assert.equal(
    serialBanner(personality),
    '\r\n(c) Copyright 2014-2023, Extron Electronics, SMP 351, V3.06, 60-1324-01\r\n',
  );
  assert.equal(passwordPrompt, 'Password:');
  assert.equal(passwordAgain, '\r\nPassword:');
  assert.equal(loginLine('admin'), '\r\nLogin Administrator\r\n');
  assert.equal(loginLine('user'), '\r\nLogin User\r\n');
});

const gb = (leftMs: number, active: boolean) => ({ usedMb: 93, totalMb: 238557, freeMb: 238464, leftMs, active });
const cases: [wire: string, verbose: Verbose, values: Values, line: string][] = [
  ['\u001bY1RCDR\r', 0, {}, 'RcdrY1'],
  ['\u001bYRCDR\r', 0, { state: 'start' }, '1'],
  ['\u001bYRCDR\r', 2, { state: 'start' }, 'RcdrY1'],
  ['2*1!', 0, {}, 'In02*01'],
  ['1!', 1, { input: 2 }, '2'],
  ['7*5.', 1, {}, '7Rpr05'],
  ['9*3*1.', 1, {}, '9Rpr3*01'],
  ['1*1B', 0, {}, 'Vmt01*01'],
  ['\u001bM60000*1AU\r', 0, {}, 'DsM60000*1'],
  ['\u001bS1*1RTMP\r', 2, { connected: false }, 'RtmpS1*1*0'],
  ['\u001bU1*1*rtmp://a.example/app/KeyRTMP\r', 0, {}, 'RtmpU1*01*rtmp://a.example/app/Key'],
  ['\u001bV1*5000BITR\r', 0, {}, 'BitrV1*05000'],
  ['\u001bTRCDR\r', 3, { size: 'small' }, 'RcdrT00'],
  ['\u001bM13RCDR\r', 3, { text: '' }, 'RcdrM13'],
  ['\u001bM13RCDR\r', 0, { text: '' }, ''],
  ['\u001b0ECHO\r', 0, {}, 'Echo0'],
  ['w3cv|', 0, {}, 'Vrb3'],
  ['\u001bCV\r', 3, { mode: 3 }, 'Vrb3'],
  ['\u001bCV\r', 1, { mode: 1 }, '1'],
  ['39I', 2, { alarms: [] }, 'Inf39*None active'],
  ['56I', 2, { volumes: [] }, 'Inf56*N/A'],
  [
    '57I',
    3,
    { volumes: [{ name: 'usbrear/232', ...gb(312_560_000, false) }] },
    'Inf57*usbrear/232*93MB*238557MB*238464MB*86:49:20*0',
  ],
  [
    '55I',
    0,
    { volumes: [{ name: 'Internal', ...gb(312_560_000, true) }] },
    'Internal*93MB*238557MB*238464MB*86:49:20*1',
  ],
  [
    'I',
    0,
    {
      inputA: 1,
      inputB: 3,
      state: 'stopped',
      destinations: ['internal'],
      freeKb: [437342288],
      elapsedMs: 0,
      leftMs: [560_443_000],
    },
    '<ChA1*ChB3>*<stopped>*<internal>*<437342288>*<00:00:00>*<155:40:43>',
  ],
  [
    'I',
    3,
    {
      inputA: 1,
      inputB: 3,
      state: 'recording',
      destinations: ['internal', 'N/A'],
      freeKb: [116606580, null],
      elapsedMs: 6999,
      leftMs: [2_968_020_000, 0],
    },
    'Inf*<ChA1*ChB3>*<recording>*<internal*N/A>*<116606580*N/A>*<00:00:06>*<824:27:00*00:00:00>',
  ],
];

describe('golden lines', () => {
  for (const [wire, verbose, values, line] of cases) {
    test(`${JSON.stringify(wire)} in mode ${verbose}: ${line}`, () =>
      assert.equal(answer(wire, verbose, values), line));
  }

  test('the countdown and drives', () => {
    assert.equal(formatNotice(protocol, 'notice.countdown', { seconds: 5 }), 'RecStart05');
    assert.equal(formatNotice(protocol, 'notice.usb', { present: true, drive: 'usbfront' }), 'RcdrN1*usbfront');
  });
});

test('a list has its lines, the last one empty', () => {
  const { command, form } = parseOne('\u001b*TZON\r');
  const lines = formatReply(command, form, { zones: protocol.personality.timeZones }, 0);
  assert.equal(lines.length, protocol.personality.timeZones.length + 1);
  assert.ok(lines.includes('PST*(UTC-08:00/UTC-07:00) Pacific Time'));
  assert.equal(lines.at(-1), '');
});

test('others hear of a change as the asker does, of secrets and of their own matters nothing', () => {
  const others = (wire: string) => {
    const { command, form, values } = parseOne(wire);
    return formatForOthers(command, form, values);
  };
  assert.deepEqual(others('2*1!'), ['In02*01']);
  assert.deepEqual(others('\u001bsecret1CA\r'), []);
  assert.deepEqual(others('\u001b3CV\r'), []);
  assert.deepEqual(([0, 1, 2, 3] as const).map(hearsChanges), [false, true, false, true]);
});

test('a name with line ends in it stays in its line', () => {
  assert.equal(answer('\u001bCN\r', 0, { name: 'a\r\nRcdrY0\r\n' }), 'a RcdrY0 ');
  const names = { inputs: [{ channel: 'A', input: 1, name: 'a*b,c\n' }] };
  assert.equal(answer('42I', 0, names), 'ChA1*a b c *n/a*n/a*0');
});

test('a missing value is a mistake of the handler, not half a reply', () => {
  assert.throws(() => answer('\u001bYRCDR\r', 0), /no value for \{state\}/);
});
