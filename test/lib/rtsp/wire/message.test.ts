import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReply, MAX_HEAD_BYTES, openParser, ProtocolError, type Incoming } from '#lib/rtsp/wire/message.ts';

const CONVERSATION = Buffer.concat([
  Buffer.from('OPTIONS rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
  Buffer.from('\r\n'),
  Buffer.from([0x24, 1, 0, 4, 0x24, 0x0d, 0x0a, 0x24]),
  Buffer.from('ANNOUNCE rtsp://h/a RTSP/1.0\ncseq:2\nContent-Length: 6\nX-Long: one\n two\n\nv=0\r\n\r'),
  Buffer.from([0x24, 0, 0, 0]),
  Buffer.from('PLAY rtsp://h/a/ RTSP/1.0\r\nCSeq: 3\r\nAccept: a\r\nAccept: b\r\n\r\n'),
]);

function readAll(chunks: readonly Buffer[]): Incoming[] {
  const parser = openParser();
  const all: Incoming[] = [];
  for (const chunk of chunks) {
    parser.feed(chunk);
    for (let next = parser.next(); next; next = parser.next()) all.push(next);
  }
  assert.equal(parser.inTheMiddle(), false);
  return all;
}

function statusOf(text: string | Buffer): number | undefined {
  try {
    const parser = openParser();
    parser.feed(Buffer.from(text as string));
    while (parser.next());
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ProtocolError);
    return error.status;
  }
}

test('requests and interleaved frames are read whole', () => {
  const all = readAll([CONVERSATION]);
  assert.equal(all.length, 5);
  const [first, frame, announce, empty, play] = all;
  assert.ok(first?.kind === 'request' && first.request.method === 'OPTIONS');
  assert.ok(frame?.kind === 'frame' && frame.channel === 1 && frame.payload.toString('hex') === '240d0a24');
  assert.ok(announce?.kind === 'request');
  assert.equal(announce.request.body.toString(), 'v=0\r\n\r');
  assert.equal(announce.request.headers.get('cseq'), '2');
  assert.equal(announce.request.headers.get('x-long'), 'one two');
  assert.ok(empty?.kind === 'frame' && empty.payload.length === 0);
  assert.ok(play?.kind === 'request' && play.request.headers.get('accept') === 'a, b');
});

test('the same is read however the bytes are cut', () => {
  const whole = readAll([CONVERSATION]);
  for (let cut = 1; cut < CONVERSATION.length; cut += 1) {
    assert.deepEqual(readAll([CONVERSATION.subarray(0, cut), CONVERSATION.subarray(cut)]), whole, `cut at ${cut}`);
  }
  assert.deepEqual(readAll([...CONVERSATION].map((byte) => Buffer.from([byte]))), whole);
});

test('what is no RTSP is refused, and with what', () => {
  assert.equal(statusOf('\x00\x01\x02'), 400);
  assert.equal(statusOf('OPTIONS\r\n\r\n'), 400);
  assert.equal(statusOf('OPTIONS * RTSP/1.0\r\nno colon\r\n\r\n'), 400);
  assert.equal(statusOf('GET / HTTP/1.1\r\nHost: h\r\n\r\n'), 505);
  assert.equal(statusOf('OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n'), 505);
  assert.equal(statusOf(`OPTIONS * RTSP/1.0\r\nX: ${'x'.repeat(MAX_HEAD_BYTES)}`), 413);
  assert.equal(statusOf(`OPTIONS * RTSP/1.0\r\nX: ${'x'.repeat(MAX_HEAD_BYTES)}\r\n\r\n`), 413);
  assert.equal(statusOf(`OPTIONS * RTSP/1.0\r\n${'X: 1\r\n'.repeat(65)}\r\n`), 413);
  assert.equal(statusOf('ANNOUNCE * RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n'), 413);
  assert.equal(statusOf('ANNOUNCE * RTSP/1.0\r\nContent-Length: -1\r\n\r\n'), 400);
  assert.equal(statusOf('ANNOUNCE * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'), 400);
  assert.equal(statusOf('RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n'), 400);
});

test('half a message is waited for, not guessed', () => {
  const parser = openParser();
  parser.feed(Buffer.from('ANNOUNCE * RTSP/1.0\r\nContent-Length: 10\r\n\r\nshort'));
  assert.equal(parser.next(), undefined);
  assert.equal(parser.inTheMiddle(), true);
});

test('a reply cannot be split by what is put into it', () => {
  const reply = formatReply({ status: 551, headers: { Unsupported: 'a\r\nX-Evil: 1' } }, '7');
  assert.equal(
    reply,
    'RTSP/1.0 551 Option not supported\r\nCSeq: 7\r\nServer: Amphi\r\nUnsupported: a  X-Evil: 1\r\n\r\n',
  );
});
