// Runs alone: no frame may be missing.
/** Targets that a box pushes to die, or accept and never read, while it records. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import test, { after, before } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { freePort } from '#test/support/free-port.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { judgeTake, latenessOf } from '#test/support/judge.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

const LONG = Boolean(process.env['AMPHI_LONG']);

let box: Box;
before(async () => {
  box = await startBox({ device: { inputs: { 1: { source: { driver: 'test', pattern: 'bars' } } } } });
  await box.input(1, 'live');
});
after(() => box?.remove());

interface PushView {
  id: string;
  seen: { status: string; error?: string };
}

async function statusOf(id: string): Promise<string> {
  const { pushes } = await box.get<{ pushes: PushView[] }>('/pushes');
  return pushes.find((push) => push.id === id)?.seen.status ?? 'none';
}

const push = (id: string, url: string, stream = 'archive'): Promise<unknown> =>
  box.send('POST', '/requests/push.put', { push: { id, name: id, enabled: true, stream, url } });

/** An RTMP server for one publisher, that counts what it gets. */
function rtmpTarget(port: number): { child: ChildProcess; bytes(): number } {
  const argv = ['-v', 'error', '-listen', '1', '-f', 'flv', '-i', `rtmp://127.0.0.1:${port}/live/a`];
  const child = spawn('ffmpeg', [...argv, '-c', 'copy', '-f', 'mpegts', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => void (bytes += chunk.length));
  return { child, bytes: () => bytes };
}

test('kill -9 of a push target: not a frame is lost, and it is found again when it is back', (t) =>
  inTime(t, async (judge) => {
    const port = await freePort();
    let target = rtmpTarget(port);
    t.after(() => target.child.kill('SIGKILL'));
    await push('rtmp', `rtmp://127.0.0.1:${port}/live/a`);
    await until('the target gets the stream', () => target.bytes() > 50_000);
    const { take } = await box.start({ metadata: { title: 'Target killed' } });
    await sleep(1500);
    target.child.kill('SIGKILL');
    await until('the box has noticed', async () => (await statusOf('rtmp')) !== 'connected');
    await sleep(1500);
    target = rtmpTarget(port);
    await until('the target gets the stream again', () => target.bytes() > 50_000);
    await until('it is told so', async () => (await statusOf('rtmp')) === 'connected');
    await judgeTake(await box.stopRecording(take), {}, await latenessOf(box, judge));
    await box.send('POST', '/requests/push.remove', { id: 'rtmp' });
  }));

/** Says yes to every RTSP request up to RECORD, then never reads again. */
async function deafServer(): Promise<{ server: Server; url: string; recording: () => boolean; close: () => void }> {
  const sockets = new Set<Socket>();
  let recording = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      const cseq = /CSeq: *(\d+)/i.exec(text)?.[1];
      if (!cseq) return;
      const transport = /Transport: *([^\r\n]+)/i.exec(text)?.[1];
      const lines = [`CSeq: ${cseq}`, 'Session: 1', 'Public: OPTIONS, ANNOUNCE, SETUP, RECORD, TEARDOWN'];
      socket.write(
        `RTSP/1.0 200 OK\r\n${[...lines, ...(transport ? [`Transport: ${transport}`] : [])].join('\r\n')}\r\n\r\n`,
      );
      if (!text.startsWith('RECORD ')) return;
      recording = true;
      socket.pause();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    url: `rtsp://127.0.0.1:${port}/deaf`,
    recording: () => recording,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('push targets that accept and never read, or never say a word: nobody else is slowed, memory stays bounded', (t) =>
  inTime(t, async (judge) => {
    const deaf = await deafServer();
    t.after(() => deaf.close());
    const silent = createServer((socket) => socket.on('error', () => undefined).pause()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.after(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    await push('silent-rtsp', `rtsp://127.0.0.1:${port}/x`);
    await push('silent-rtmp', `rtmp://127.0.0.1:${port}/live/x`);
    // So many bits a second that the system's buffers are soon full.
    await box.send('PATCH', '/encoders/confidence', { rateControl: 'cbr', videoKbps: 10_000 });
    await push('deaf', deaf.url, 'confidence');
    await until('it has accepted', deaf.recording);
    const { take } = await box.start({ metadata: { title: 'Deaf target' } });
    const before = await residentMB(box.pid);
    await sleep(2000);
    for (const id of ['silent-rtsp', 'silent-rtmp']) assert.notEqual(await statusOf(id), 'connected');
    await sleep(LONG ? 40_000 : 6000);
    if (LONG) await until('it is called anew', async () => (await statusOf('deaf')) !== 'connected');
    const after = await residentMB(box.pid);
    await judgeTake(await box.stopRecording(take), {}, await latenessOf(box, judge));
    assert.ok(after - before < 60, `memory went from ${before} to ${after} MB`);
    for (const id of ['deaf', 'silent-rtsp', 'silent-rtmp']) {
      await box.send('POST', '/requests/push.remove', { id });
      assert.equal(await statusOf(id), 'none');
    }
    await until('nothing is left of them', async () =>
      (await box.children()).every(({ words }) => !words.includes('pipe:0')),
    );
  }));

async function residentMB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
