import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { openFmp4 } from '#lib/media/fmp4.ts';
import type { Packet } from '#lib/media/packet.ts';
import { findChromium } from '#test/support/chromium.ts';
import { FRAME_TICKS, numberedStream, numbersIn, probe, type NumberedStream } from '#test/support/numbered-stream.ts';
import { until } from '#test/support/until.ts';
import { count } from '#test/support/recorder-rig.ts';

const run = promisify(execFile);
const CHROMIUM = findChromium();

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-fmp4-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}

/** Pictures and sound in the order in which an encoder hands them out. */
const interleaved = (stream: NumberedStream): Packet[] =>
  [...stream.video, ...stream.audio].sort((a, b) => a.dtsTicks - b.dtsTicks);

function mux(stream: NumberedStream, packetsPerFragment: number): Buffer[] {
  const first = stream.video[0] as Packet;
  const options = { startTicks: first.ptsTicks, leadTicks: first.ptsTicks - first.dtsTicks, frameTicks: FRAME_TICKS };
  const muxer = openFmp4(stream.parameters, options);
  const packets = interleaved(stream).filter(({ ptsTicks }) => ptsTicks >= first.ptsTicks);
  const pieces = [muxer.init()];
  for (let at = 0; at < packets.length; at += packetsPerFragment)
    pieces.push(muxer.fragment(packets.slice(at, at + packetsPerFragment)));
  return pieces;
}

for (const [what, bFrames, packetsPerFragment] of [
  ['B frames, half a second a fragment', 3, 30],
  ['B frames, a fragment for each picture or sound', 3, 1],
  ['no B frames, a fragment for each picture or sound', 0, 1],
] as const)
  test(`FFmpeg shows every picture at its time: ${what}`, async (t) => {
    const stream = await numberedStream(90, bFrames);
    const path = join(await folderOf(t), 'file.mp4');
    await writeFile(path, Buffer.concat(mux(stream, packetsPerFragment)));
    assert.deepEqual(await numbersIn(path), count(0, 90));
    const { streams, packets } = await probe(path, '-show_streams', '-show_packets');
    assert.deepEqual(
      streams.map(({ codec_name }) => codec_name),
      ['h264', 'aac'],
    );
    assert.ok(streams.every(({ start_time }) => Math.abs(Number(start_time)) < 0.022));
    const video = packets.filter(({ flags, duration_time }) => flags && Number(duration_time) > 0.03);
    const times = video.map(({ pts_time }) => Number(pts_time)).sort((a, b) => a - b);
    assert.equal(times.length, 90);
    times.forEach((time, index) => assert.ok(Math.abs(time - index / 15) < 0.001, `picture ${index} at ${time}`));
    const { stderr } = await run('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-']);
    assert.equal(stderr, '', 'without a word of warning');
  });

interface Said {
  error?: string;
  ranges: [number, number][];
  width: number;
}

/** Shows a page in a browser and waits for what it posts to `/said`. */
async function sayingOf(browser: string, folder: string, page: string): Promise<Said> {
  const said = Promise.withResolvers<Said>();
  const server = createServer((request, response) => {
    if (request.url === '/said') json(request).then((words) => said.resolve(words as Said), said.reject);
    response.setHeader('content-type', 'text/html').end(request.url === '/' ? page : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`];
  const child = spawn(browser, [...flags, '--remote-debugging-port=0', `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  let isSaid = false;
  said.promise.finally(() => (isSaid = true)).catch(() => undefined);
  try {
    await until('the page says something', () => isSaid);
    return await said.promise;
  } finally {
    // Before its folder is removed.
    child.kill();
    await ended;
    server.closeAllConnections();
    server.close();
  }
}

test('a browser plays it piece by piece', async (t) => {
  if (!CHROMIUM) return t.skip('there is no Chromium on this machine');
  const folder = await folderOf(t);
  const stream = await numberedStream(90, 3);
  const pieces = mux(stream, 1).map((piece) => piece.toString('base64'));
  const page = `<video muted></video><script>
    const video = document.querySelector('video');
    const say = (what) => fetch('/said', { method: 'POST', body: JSON.stringify(what) });
    const source = new MediaSource();
    const pieces = ${JSON.stringify(pieces)}.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
    video.src = URL.createObjectURL(source);
    video.onerror = () => say({ error: video.error.message });
    source.onsourceopen = () => {
      const buffer = source.addSourceBuffer('video/mp4; codecs="avc1.64000a, mp4a.40.2"');
      buffer.onupdateend = async () => {
        const piece = pieces.shift();
        if (piece) return buffer.appendBuffer(piece);
        const ranges = [...Array(video.buffered.length).keys()].map((i) => [video.buffered.start(i), video.buffered.end(i)]);
        video.currentTime = 3;
        await new Promise((resolve) => { video.onseeked = resolve; });
        say({ ranges, width: video.videoWidth, at: video.currentTime, ready: video.readyState });
      };
      buffer.appendBuffer(pieces.shift());
    };
  </script>`;
  const said = await sayingOf(CHROMIUM, folder, page);
  assert.equal(said.error, undefined);
  assert.equal(said.width, 64);
  assert.equal(said.ranges.length, 1, `one range without a hole: ${JSON.stringify(said.ranges)}`);
  const [from = 1, to = 0] = said.ranges[0] ?? [];
  assert.ok(from < 0.03 && Math.abs(to - 6) < 0.1, JSON.stringify(said.ranges));
});
