// Runs alone: no frame may be missing.
/** Hostile players at the box's RTSP port while it records and plays to others. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import test, { after, before, type TestContext } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { judgeTake, latenessOf } from '#test/support/judge.ts';
import { inTime, type InTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { seeded } from '#test/support/seeded.ts';
import { openRawClient, playTcp, type RawClient } from '#test/lib/rtsp/raw-client.ts';

let box: Box;
let good: RawClient;
let session: string;
before(async () => {
  box = await startBox({ device: { inputs: { 1: { source: { driver: 'test', pattern: 'bars' } } } } });
  await box.input(1, 'live');
  good = await openRawClient(box.ports.rtsp);
  await until('there is a stream', async () => (await good.ask('DESCRIBE', box.streamUrl)).status === 200);
  session = await playTcp(good, box.streamUrl);
});
after(async () => {
  good?.close();
  await box?.remove();
});

/** Records while `attack` goes on; not a frame may be lost, in the file nor at the player that was there before. */
const recordDuring = (t: TestContext, title: string, attack: () => Promise<void>): Promise<void> =>
  inTime(t, (judge) => recordAnd(title, attack, judge));

async function recordAnd(title: string, attack: () => Promise<void>, judge: InTime): Promise<void> {
  const { take } = await box.start({ metadata: { title } });
  await sleep(1000);
  const lossesBefore = losses(good);
  await attack();
  await sleep(1000);
  const framesAfter = good.frames.length;
  await sleep(1000);
  const file = await judgeTake(await box.stopRecording(take), {}, await latenessOf(box, judge));
  assert.ok(file.container.durationMs > 2500);
  assert.ok(good.frames.length > framesAfter, 'the player that behaves goes on playing');
  assert.equal(losses(good), lossesBefore, 'and has got every packet');
  assert.equal((await good.ask('GET_PARAMETER', box.streamUrl, { Session: session })).status, 200);
}

/** RTP packets that never came, by their sequence numbers: pictures on channel 0, sound on 2. */
function losses({ frames }: RawClient): number {
  return [0, 2].reduce((sum, channel) => {
    const numbers = frames.filter((frame) => frame.channel === channel).map(({ payload }) => payload.readUInt16BE(2));
    const lost = numbers.slice(1).reduce((all, number, at) => all + ((number - numbers[at]! - 1) & 0xffff), 0);
    return sum + lost;
  }, 0);
}

/** Opens a connection, sends, and closes it in the end. */
async function say(...pieces: (string | Buffer)[]): Promise<() => void> {
  const socket = connect(box.ports.rtsp, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  for (const piece of pieces) socket.write(piece);
  return () => socket.destroy();
}

test('players that open and say nothing, or half a request; a megabyte of headers, a body of a gigabyte', async (t) => {
  await recordDuring(t, 'Silence', async () => {
    const silent: (() => void)[] = [];
    for (let round = 0; round < 20; round++) {
      silent.push(await say(), await say(`DESCRIBE ${box.streamUrl} RTSP/1.0\r\nCSe`));
      silent.push(await say(Buffer.from([0x24, 0, 0xff, 0xff, 1, 2, 3])));
      await sleep(50);
    }
    const long = `OPTIONS * RTSP/1.0\r\n${`X-Long: ${'x'.repeat(1000)}\r\n`.repeat(1024)}`;
    const huge = `ANNOUNCE ${box.streamUrl} RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 1073741824\r\n\r\n`;
    const ends = await Promise.all([
      say(long),
      say('OPTIONS * RTSP/1.0\r\nX: ', Buffer.alloc(1 << 20, 'x')),
      say(huge),
    ]);
    await sleep(1000);
    for (const end of [...silent, ...ends]) end();
  });
});

test('wrong and doubled CSeq; foreign session ids; a player that plays and never reads', async (t) => {
  await recordDuring(t, 'Strangers', async () => {
    const deaf = await openRawClient(box.ports.rtsp);
    await playTcp(deaf, box.streamUrl);
    deaf.socket.pause();
    const stranger = await openRawClient(box.ports.rtsp);
    for (const cseq of ['-1', 'one', '99999999999999999999', '1', '1', '\u00e9']) {
      const answer = await stranger.ask('OPTIONS', box.streamUrl, { CSeq: cseq }).catch(() => undefined);
      if (!answer) break;
      assert.ok(answer.status === 200 || answer.status === 400, `${answer.status} for CSeq ${cseq}`);
    }
    stranger.close();
    const thief = await openRawClient(box.ports.rtsp);
    for (const method of ['PAUSE', 'TEARDOWN', 'PLAY', 'TEARDOWN']) {
      for (const id of [session, 'nobody', '../../etc', 'x'.repeat(2000)]) {
        const { status } = await thief.ask(method, box.streamUrl, { Session: id });
        assert.notEqual(status, 200, `${method} in the session ${id.slice(0, 20)}`);
      }
    }
    thief.close();
    await sleep(3000);
    deaf.close();
  });
});

test('random bytes, and random conversations', async (t) => {
  const random = seeded(351);
  const words = [
    'OPTIONS ',
    'DESCRIBE ',
    'SETUP ',
    'PLAY ',
    'TEARDOWN ',
    'ANNOUNCE ',
    'RECORD ',
    'RTSP/1.0',
    '\r\n',
    '\r\n\r\n',
    ' ',
    ':',
    'CSeq: 1\r\n',
    'Session: 1\r\n',
    'Content-Length: 5\r\n',
    'Content-Length: -5\r\n',
    '$\0\0\x04',
    '%',
    'Transport: RTP/AVP/TCP;interleaved=0-1\r\n',
    'Transport: RTP/AVP;client_port=1-2\r\n',
    '/trackID=0',
    'v=0\r\n',
  ];
  const noise = (most: number): Buffer =>
    Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)));
  const piece = (): Buffer =>
    random() < 0.2 ? noise(60) : Buffer.from(words[Math.floor(random() * words.length)] ?? box.streamUrl, 'latin1');
  await recordDuring(t, 'Noise', async () => {
    for (let round = 0; round < 300; round++) {
      const pieces = round % 3 === 0 ? [noise(4000)] : Array.from({ length: 40 }, piece);
      const end = await say(...pieces);
      await sleep(8);
      end();
    }
  });
});
