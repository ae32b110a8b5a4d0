import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatReply } from '#lib/sis/format.ts';
import { openFramer } from '#lib/sis/framing.ts';
import { parseFrame } from '#lib/sis/parse.ts';
import { readPersonality } from '#lib/sis/personality.ts';
import { openProtocol } from '#lib/sis/protocol.ts';
import { allRows } from '#lib/sis/rows.ts';
import { explainCommands, explainReply } from '#lib/sis/explain.ts';
import { completions } from '#lib/sis/words.ts';
import { generatedPages } from '../../../docs/generate.ts';
import { bytesOf, parseOne, protocol, shippedPersonality } from './device.ts';

const ask = (changed: ReturnType<typeof shippedPersonality>, wire: string) => {
  const other = openProtocol(changed);
  return openFramer(other)
    .push(bytesOf(wire))
    .map((frame) => parseFrame(other, frame));
};

test('all mistakes of a personality are named at once', () => {
  const { identity, limits, ...rest } = shippedPersonality();
  const wrong = {
    ...rest,
    identity: { ...identity, partNumber: 'x' },
    limits: { ...limits, sessions: 0 },
    colour: 'red',
  };
  assert.throws(() => readPersonality(wrong), /identity\.partNumber.*limits\.sessions.*colour/s);
  assert.throws(() => readPersonality('nonsense'), /personality: \(file\)/);
});

test('every guess is used by a row, and says why', () => {
  const { wire } = shippedPersonality();
  const used = new Set(
    allRows
      .flatMap((spec) => Object.values(spec))
      .flatMap((value) => {
        const pattern: unknown = value;
        return typeof pattern === 'object' && pattern !== null && 'guess' in pattern ? [String(pattern.guess)] : [];
      }),
  );
  for (const [name, { because }] of Object.entries(wire)) {
    assert.ok(used.has(name) || ['preset.none', 'notice.alarms'].includes(name), `${name} is used by no row`);
    assert.ok(because.length > 10, name);
  }
});

test('a guess is corrected in the personality alone', () => {
  const shipped = shippedPersonality();
  const spaced = {
    ...shipped,
    wire: { ...shipped.wire, 'unit.name': { value: 'Ipn␠{name}', because: 'seen on a real device' } },
  };
  const [name] = ask(spaced, '\u001bHall-3CN\r');
  assert.ok(name?.ok);
  assert.deepEqual(formatReply(name.command, name.form, name.values, 0), ['Ipn Hall-3']);
  const swapped = {
    ...shipped,
    wire: {
      ...shipped.wire,
      'preset.input.recall': { value: '2*{preset}*{channel}.', because: 'as the Companion module' },
    },
  };
  const [recall] = ask(swapped, '2*12*1.');
  assert.deepEqual(recall?.ok && recall.values, { preset: 12, channel: 'A' });
});

test('a guess with other fields than its row is refused when the protocol is opened', () => {
  const shipped = shippedPersonality();
  const wire = { ...shipped.wire, 'unit.name': { value: 'Ipn{nmae}', because: 'a slip of the pen' } };
  assert.throws(() => openProtocol({ ...shipped, wire }), /unit\.name must use exactly \{name\}/);
  const { 'unit.name': _, ...without } = shipped.wire;
  assert.throws(() => openProtocol({ ...shipped, wire: without }), /unit\.name is missing/);
});

test('which inputs feed which channel is a switch of the personality', () => {
  const shipped = shippedPersonality();
  const free = { ...shipped, behaviour: { ...shipped.behaviour, inputsBelongToChannels: false } };
  assert.deepEqual(ask(shipped, '1*2!'), [{ ok: false, code: 'E13' }]);
  const [parsed] = ask(free, '1*2!');
  assert.deepEqual(parsed?.ok && parsed.values, { input: 1, channel: 'B' });
});

test('limits and absent rows are those of the personality', () => {
  const shipped = shippedPersonality();
  const late = { ...shipped, limits: { ...shipped.limits, layoutPresets: 32, streams: 3 as const } };
  assert.deepEqual(
    ask(late, '7*32.\u001b4*1STRC\r').map((parsed) => (parsed.ok ? parsed.id : parsed.code)),
    ['preset.layout.recall', 'E13'],
  );
  const [gone] = ask({ ...shipped, absentRows: ['information.mac'] }, '98I');
  assert.deepEqual(gone, { ok: false, code: 'E10' });
});

test('replies and commands are explained in words', () => {
  const words = (line: string, asked?: string) =>
    explainReply(protocol, line, asked ? parseOne(asked) : undefined)?.words;
  assert.equal(words('RcdrY1'), 'Stop, start (or resume) and pause recording: state start');
  assert.equal(words('In02*01'), 'Select the input of a channel: input 2, channel A');
  assert.equal(words('2', '1!'), 'Select the input of a channel: channel A, input 2');
  assert.equal(words('RecStart05'), 'A recording begins in so many seconds: seconds 5');
  assert.equal(words('00:01:00', '35I'), 'Recording time elapsed: elapsed 00:01:00');
  assert.deepEqual(explainCommands(protocol, 'wy1rcdr|9!'), [
    'set: Stop, start (or resume) and pause recording: state start',
    'E13: invalid parameter, or out of range',
  ]);
});

test('what may be typed next is offered', () => {
  const texts = (typed: string) => completions(protocol, typed).map(({ text }) => text);
  assert.deepEqual(texts('record st').toSorted(), ['record start', 'record state', 'record stop']);
  assert.ok(texts('reb').includes('reboot'));
  assert.ok(texts('metadata ti').includes('metadata title'));
  assert.deepEqual(texts('zzz'), []);
});

test('the generated pages are fresh', () => {
  for (const { path, text } of generatedPages()) {
    assert.equal(readFileSync(path, 'utf8'), text, `${path} is stale: node docs/generate.ts`);
  }
});
