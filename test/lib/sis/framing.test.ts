import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Frame } from '#lib/sis/protocol.ts';
import { longestCommandBytes, openFramer } from '#lib/sis/framing.ts';
import { allRows } from '#lib/sis/rows.ts';
import { bytesOf, framesOf, outcomes, protocol, wireOf } from './device.ts';

const cutAt = (bytes: Uint8Array, ...cuts: number[]): Frame[] => {
  const framer = openFramer(protocol);
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).flatMap((end, at) => framer.push(bytes.subarray(edges[at], end)));
};

const everyExample = allRows.flatMap((spec) => spec.examples.map(([asks]) => wireOf(asks)));

describe('a stream of commands', () => {
  test('gives the same frames wherever it is cut', () => {
    const stream = bytesOf(`${everyExample.join('')}hello\r\u001b${'x'.repeat(5000)}|36I\n`);
    const whole = cutAt(stream);
    assert.equal(whole.length, everyExample.length + 3);
    for (let size = 1; size <= 7; size++) {
      const cuts = Array.from({ length: Math.ceil(stream.length / size) - 1 }, (_, at) => (at + 1) * size);
      assert.deepEqual(cutAt(stream, ...cuts), whole);
    }
  });

  test('gives the same frames when each command is cut in two at every byte', () => {
    for (const example of everyExample) {
      const bytes = bytesOf(`${example}\r\nQ`);
      const whole = cutAt(bytes);
      assert.equal(whole.length, 2, example);
      for (let cut = 1; cut < bytes.length; cut++) assert.deepEqual(cutAt(bytes, cut), whole);
    }
  });

  test('may have any end and any letter case', () => {
    for (const start of ['\u001b', 'W', 'w']) {
      for (const end of ['\r', '\n', '\r\n', '|', '\n\r']) {
        assert.deepEqual(outcomes(`${start}YRCDR${end}${start}y1rcdr${end}`), [
          'record.state query',
          'record.state set',
        ]);
      }
    }
    assert.deepEqual(outcomes('39iqn1i'), [
      'information.alarms query',
      'information.firmware query',
      'information.part query',
      'information.model query',
    ]);
  });

  test('needs no end after an immediate command', () => {
    assert.deepEqual(outcomes('I33I'), ['information.status query', 'information.resolution query']);
    assert.deepEqual(outcomes('\u001bYRCDR\r35I'), ['record.state query', 'information.elapsed query']);
    assert.deepEqual(outcomes('36I\n1*2!\r3*1\\%'), [
      'information.remaining query',
      'E13',
      'input.format set',
      'layout.swap act',
    ]);
  });

  test('may have ends, spaces and NUL between commands', () => {
    assert.deepEqual(outcomes('\r\n\n|  \r\u0000Q\r\u0000\r\n'), ['information.firmware query']);
  });

  test('keeps umlauts of UTF-8, and of old controllers that send Latin-1', () => {
    const utf8 = framesOf('\u001bM13*Größe ÜRCDR\r');
    assert.deepEqual(utf8, [{ kind: 'command', escape: true, text: 'M13*Größe ÜRCDR' }]);
    const latin1 = Uint8Array.from('\u001bM13*Größe ÜRCDR\r', (letter) => letter.charCodeAt(0));
    assert.deepEqual(openFramer(protocol).push(latin1), utf8);
  });
});

describe('rubbish', () => {
  test('of one line is one E10', () => {
    for (const line of ['hello world', 'AAAAAAAA', 'YRCDR', '3CV', 'GET / HTTP/1.1', 'öäü', '?', '12', '\u001b', 'W']) {
      assert.deepEqual(outcomes(`${line}\r35I`), ['E10', 'information.elapsed query'], line);
    }
  });

  test('does not swallow what follows a wrong number, nor a command that begins with ESC', () => {
    assert.deepEqual(outcomes('99JQ77I35I'), ['E10', 'information.firmware query', 'E10', 'information.elapsed query']);
    assert.deepEqual(outcomes('hello\u001bYRCDR\r'), ['E10', 'record.state query']);
    assert.deepEqual(outcomes('12\u001bYRCDR\r'), ['E10', 'record.state query']);
  });

  test('does not swallow a known command in the rest of its line', () => {
    assert.deepEqual(outcomes('\u0000\u00ff\u00fe36I'), ['E10', 'information.remaining query']);
    assert.deepEqual(outcomes('\u00ff\u00feWYRCDR\rQ'), ['E10', 'record.state query', 'information.firmware query']);
    assert.deepEqual(outcomes('\u0001\u007fy\u00feQ'), ['E10', 'information.firmware query']);
    for (const noise of ['y', 'hello ', 'www ', 'Wfoo '])
      assert.deepEqual(outcomes(`${noise}WM13*A WordRCDR\r35I`), [
        'E10',
        'record.metadata set',
        'information.elapsed query',
      ]);
    assert.deepEqual(outcomes(`y${'W'.repeat(5000)}\r35I`), ['E10', 'information.elapsed query']);
  });

  test('is taken back by backspace and DEL, character by character', () => {
    assert.deepEqual(outcomes('WYRCX\b\u007fCDR\r'), ['record.state query']);
    assert.deepEqual(outcomes('W\b35I'), ['information.elapsed query']);
    assert.deepEqual(outcomes('36\b5I'), ['information.elapsed query']);
    assert.deepEqual(outcomes('\b\u007f35I'), ['information.elapsed query']);
    const [frame] = framesOf('WM13*Fé\b\boRCDR\r');
    assert.deepEqual(frame, { kind: 'command', escape: true, text: 'M13*oRCDR' });
  });

  test('that an ESC cuts off is answered before what follows', () => {
    assert.deepEqual(outcomes('\u001bY1RC\u001bYRCDR\r'), ['E10', 'record.state query']);
    assert.deepEqual(outcomes('\u001b\u001bYRCDR\r'), ['record.state query']);
  });

  test('without an end is one E10, thrown away to the next end', () => {
    for (const start of ['\u001b', '9', '\u001bM13*']) {
      for (const size of [longestCommandBytes + 1, 100_000]) {
        assert.deepEqual(outcomes(`${start}${'9'.repeat(size)}\r35I`), ['E10', 'information.elapsed query']);
      }
    }
    const longest = `M13*${'x'.repeat(longestCommandBytes - 8)}RCDR`;
    assert.equal(longest.length, longestCommandBytes);
    assert.deepEqual(framesOf(`\u001b${longest}\r`), [{ kind: 'command', escape: true, text: longest }]);
    assert.deepEqual(
      framesOf(`\u001b${longest}x\rQ`).map((frame) => frame.kind),
      ['noise', 'command'],
    );
  });

  test('of ten megabytes is thrown away without being kept', () => {
    const framer = openFramer(protocol);
    const chunk = new Uint8Array(1 << 20).fill(0x41);
    const frames = framer.push(bytesOf('\u001b'));
    for (let megabyte = 0; megabyte < 10; megabyte++) frames.push(...framer.push(chunk));
    assert.deepEqual(frames, [{ kind: 'noise', because: 'too long' }]);
    assert.equal(framer.push(bytesOf('\rQ')).length, 1);
  });
});
