import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { startRtspServer } from '#lib/rtsp/server/server.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { startFakeBox } from '../fake-box.ts';

/** A connection to the port, and all that came back on it. */
function talk(t: TestContext, port: number): { socket: Socket; got: () => string } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  return { socket, got: () => text };
}

const TYPE = 'application/x-rtsp-tunnelled';
const get = (cookie: string): string =>
  `GET /extron1 HTTP/1.0\r\nx-sessioncookie: ${cookie}\r\nAccept: ${TYPE}\r\n\r\n`;
const post = (cookie: string): string =>
  `POST /extron1 HTTP/1.0\r\nx-sessioncookie: ${cookie}\r\nContent-Type: ${TYPE}\r\nContent-Length: 32767\r\n\r\n`;
const options = (cseq: number): string =>
  Buffer.from(`OPTIONS rtsp://127.0.0.1/extron1 RTSP/1.0\r\nCSeq: ${cseq}\r\nX: ${'x'.repeat(500)}\r\n\r\n`).toString(
    'base64',
  );

test('RTSP in HTTP is served on the port of the pages: also after the time for a request, and after the length that was told', async (t) => {
  const rtsp = await startRtspServer({ host: '127.0.0.1', port: 0, log: silentLog });
  t.after(() => rtsp.close());
  const rtspPlace = async () => ({ host: '127.0.0.1', port: rtsp.port });
  await using box = await startFakeBox({ rtspPlace, limits: { headersMs: 1000, requestMs: 1500, idleMs: 1200 } });
  const replies = talk(t, box.port);
  replies.socket.write(get('a'));
  await until('the GET is answered', () => replies.got().startsWith('HTTP/1.0 200 OK'));
  const requests = talk(t, box.port);
  requests.socket.write(post('a'));
  for (let cseq = 1; cseq <= 80; cseq += 1) {
    requests.socket.write(options(cseq));
    await until(`request ${cseq} is answered`, () => replies.got().includes(`CSeq: ${cseq}\r\n`));
    if (cseq === 1) await new Promise((resolve) => setTimeout(resolve, 3000));
  }
  assert.equal((await box.ask('/api/v1/status')).status, 200);
  requests.socket.destroy();
  replies.socket.destroy();
});

test('what is half a tunnel only by its name gets what any request gets; without RTSP it is cut', async (t) => {
  await using box = await startFakeBox({ rtspPlace: () => Promise.reject(new Error('it does not listen')) });
  const page = await fetch(`${box.url}/healthz`, { headers: { 'x-sessioncookie': 'a' } });
  assert.equal(page.status, 200);
  const { socket, got } = talk(t, box.port);
  socket.write(get('b'));
  await until('it is cut', () => socket.destroyed || socket.readyState !== 'open');
  assert.equal(got(), '');
});
