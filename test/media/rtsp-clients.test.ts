// Runs alone: players over UDP lose what they have no time to read.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, test, type TestContext } from 'node:test';
import { startRtspServer, type Publication } from '#lib/rtsp/server/server.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { inTime, type InTime } from '#test/support/pace.ts';
import { unlessLost } from '#test/support/udp-losses.ts';
import { until } from '#test/support/until.ts';
import { CLIP_PICTURES, feed, FFMPEG, hashesIn, makeClip, outputOf, publish } from './rtsp-feed.ts';

const clip = await makeClip();
const publications: Publication[] = [];
const server = await startRtspServer({
  host: '0.0.0.0',
  port: 0,
  log: silentLog,
  mayPublish: (path) => path.startsWith('in/'),
  publishCredentials: (path) => (path === 'in/guarded' ? { user: 'hall', password: 'se:cret' } : undefined),
  credentials: (path) => (path === 'guarded' ? { user: 'lecturer', password: 'chalk' } : undefined),
  onPublisher: (_, publication) => publications.push(publication),
});
const base = `rtsp://127.0.0.1:${server.port}`;
const mount = server.mount('extron1');
const guarded = server.mount('guarded');
const stops = [feed(mount, clip), feed(guarded, clip)];
after(async () => {
  for (const stop of stops) stop();
  await server.close();
  await clip.remove();
});

/** What players say when something was lost or out of order. */
const COMPLAINT = /missing reference|missed|error|conceal|non.?monoton|corrupt|invalid|timed out|refused/i;

/** Plays with ffmpeg, as `assertPlays` says; what was lost by UDP on a machine that had no time for it is late. */
const playsWell = (judge: InTime, url: string, transport: string, pictures = 30): Promise<void> =>
  unlessLost(judge, `${url} over ${transport}`, () => assertPlays(url, transport, pictures));

/** Plays with ffmpeg; every picture must be one of the clip's, each the next of the one before, the first a key picture. */
async function assertPlays(url: string, transport: string, pictures: number): Promise<void> {
  const argv = `-v warning -rtsp_transport ${transport} -i ${url} -map 0:v -frames:v ${pictures} -f framemd5 -`.split(
    ' ',
  );
  const { code, bytes, errors } = await outputOf(FFMPEG, argv);
  assert.equal(code, 0, errors);
  assert.doesNotMatch(errors, COMPLAINT);
  const indexes = hashesIn(bytes.toString()).map((hash) => clip.pictures.indexOf(hash));
  assert.equal(indexes.length, pictures);
  assert.equal(indexes[0]! % 15, 0, `begins with picture ${indexes[0]}`);
  assert.deepEqual(
    indexes,
    indexes.map((_, offset) => (indexes[0]! + offset) % CLIP_PICTURES),
  );
}

/**
 * Both tracks, copied: sound must not drift from picture, nothing may step back. A sender report says what time it is when it is
 * sent, so one that is late moves all that follows by as much.
 */
async function isInStep(judge: InTime, url: string, transport: string): Promise<void> {
  const argv = `-v warning -rtsp_transport ${transport} -i ${url} -c copy -t 3 -f framemd5 -`.split(' ');
  const { bytes, errors } = await outputOf(FFMPEG, argv);
  assert.doesNotMatch(errors.replaceAll(/.*non.?monoton.*/gi, ''), COMPLAINT);
  const rows = bytes
    .toString()
    .split('\n')
    .filter((line) => /^[01],/.test(line))
    .map((line) => line.split(',').map(Number));
  const seconds = (track: number, rate: number): number[] =>
    rows.filter((row) => row[0] === track).map((row) => row[2]! / rate);
  for (const [times, step] of [
    [seconds(0, 90_000), 1 / 15],
    [seconds(1, 48_000), 1024 / 48_000],
  ] as const) {
    assert.ok(times.length > 25, `${times.length} packets`);
    for (const [index, time] of times.entries()) {
      if (index < 2) continue;
      const before = times[index - 1]!;
      judge(`from ${before} to ${time} s the step is off by`, Math.abs(time - before - step) * 1000, 2);
    }
  }
  assert.ok(Math.abs(seconds(0, 90_000).at(-1)! - seconds(1, 48_000).at(-1)!) < 0.3);
}

test('ffmpeg plays a mount over TCP and UDP', (t) =>
  inTime(t, async (judge) => {
    await Promise.all([
      playsWell(judge, `${base}/extron1`, 'tcp'),
      playsWell(judge, `${base}/extron1/`, 'udp'),
      isInStep(judge, `${base}/extron1`, 'tcp'),
      unlessLost(judge, 'in step', () => isInStep(judge, `${base}/extron1?token=1`, 'udp')),
    ]);
  }));

test('ffmpeg publishes over TCP and UDP, ffmpeg plays it over both', (t) =>
  inTime(t, async (judge) => {
    const known = publications.length;
    const publishers = (['tcp', 'udp'] as const).map((transport) =>
      publish(clip, `${base}/in/${transport}`, transport),
    );
    await until('both publish', () => publications.length >= known + 2);
    const own = publications.slice(known);
    await Promise.all([
      playsWell(judge, `${base}/in/tcp`, 'tcp'),
      playsWell(judge, `${base}/in/tcp`, 'udp'),
      playsWell(judge, `${base}/in/udp`, 'tcp'),
      playsWell(judge, `${base}/in/udp`, 'udp'),
    ]);
    for (const { tracks } of own)
      assert.deepEqual(
        tracks.map(({ codec }) => codec),
        ['H264', 'MPEG4-GENERIC'],
      );
    await until('enough came', () => own.every((publication) => publication.receivedBytes() > 100_000));
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    await Promise.all(own.map(({ closed }) => closed));
    assert.deepEqual(
      server.mounts().map(({ path }) => path),
      ['extron1', 'guarded'],
    );
  }));

test('other codecs are relayed as they are: H.265 and Opus', async () => {
  const url = `${base}/in/other`;
  const argv = `-v error -re -f lavfi -i testsrc2=s=320x180:r=15 -f lavfi -i sine=440:r=48000 -pix_fmt yuv420p -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=15 -c:a libopus -b:a 64k -f rtsp -rtsp_transport tcp ${url}`;
  const publisher = startChild({ command: FFMPEG, argv: argv.split(' ') });
  await until('it publishes', () => server.mounts().some(({ path }) => path === 'in/other'));
  await sleep(1000);
  const argsOfPlayer = `-v warning -rtsp_transport tcp -i ${url} -frames:v 20 -f framemd5 -`.split(' ');
  const { bytes, errors } = await outputOf(FFMPEG, argsOfPlayer);
  assert.doesNotMatch(errors, COMPLAINT);
  assert.equal(hashesIn(bytes.toString()).length, 20);
  assert.match(bytes.toString(), /^1,/m);
  await publisher.stop();
});

test('digest: the right password plays and publishes, the wrong one does neither', (t) => inTime(t, playsByPassword));

async function playsByPassword(judge: InTime): Promise<void> {
  const credentials = (user: string): string => base.replace('rtsp://', `rtsp://${user}@`);
  await Promise.all([
    playsWell(judge, `${credentials('lecturer:chalk')}/guarded`, 'tcp', 5),
    playsWell(judge, `${credentials('lecturer:chalk')}/guarded`, 'udp', 5),
  ]);
  const play = `-v error -rtsp_transport tcp -i ${credentials('lecturer:cheese')}/guarded -f null -`;
  assert.match((await outputOf(FFMPEG, play.split(' '))).errors, /401/);
  const wrong = publish(clip, `${credentials('hall:secret')}/in/guarded`, 'tcp');
  await wrong.died;
  assert.match(wrong.stderrTail(), /401/);
  const count = publications.length;
  const right = publish(clip, `${credentials('hall:se%3Acret')}/in/guarded`, 'tcp');
  await until('it publishes', () => publications.length > count);
  await playsWell(judge, `${base}/in/guarded`, 'tcp', 5);
  await right.stop();
}

test('publishing to a mount is refused', async () => {
  const publisher = publish(clip, `${base}/extron1`, 'tcp');
  await publisher.died;
  assert.match(publisher.stderrTail(), /403/);
});

/** Milliseconds after which a GStreamer that shows nothing is started again, twice at most. */
const UNLINKED_MS = 40_000;

test('gstreamer plays over TCP, UDP, and what it finds by itself', async (context) => {
  if (!(await hasGstreamer(context))) return;
  const play = async (protocols: string, triesLeft = 2): Promise<void> => {
    const video =
      'application/x-rtp,media=video ! rtph264depay ! h264parse ! avdec_h264 ! fakesink name=picture silent=false';
    const audio =
      'application/x-rtp,media=audio ! rtpmp4gdepay ! aacparse ! avdec_aac ! fakesink name=sound silent=false';
    const pipeline = `rtspsrc location=${base}/extron1 ${protocols} latency=100 name=source source. ! ${video} source. ! ${audio}`;
    const argv = ['-v', ...pipeline.split(' ').filter(Boolean)];
    const said: string[] = [];
    const errors: string[] = [];
    const player = startChild({
      command: 'gst-launch-1.0',
      argv,
      takes: [1],
      onStderrLine: (line) => void errors.push(line),
    });
    player.take(1).on('data', (chunk: Buffer) => void said.push(String(chunk)));
    const count = (sink: string): number => said.join('').split(`${sink}: last-message = chain`).length - 1;
    const counts = (): string => `${count('picture')} pictures, ${count('sound')} sounds`;
    const enough = (): boolean => count('picture') > 40 && count('sound') > 120;
    const seen = (): string =>
      [counts(), ...errors, 'its last words:', said.join('').slice(-500), JSON.stringify(server.mounts())].join('\n');
    const beganMs = performance.now();
    // gst-launch links a source's pads late, and once in a hundred times not at all: it takes what is sent, and shows nothing.
    const isUnlinked = (): boolean =>
      triesLeft > 0 && performance.now() - beganMs > UNLINKED_MS && count('picture') + count('sound') === 0;
    await until(`three seconds are played, ${protocols}`, () => enough() || isUnlinked(), { seen });
    await player.stop(0, 'SIGKILL');
    if (!enough()) {
      context.diagnostic(`${protocols}: started again, since it showed nothing of ${JSON.stringify(server.mounts())}`);
      return play(protocols, triesLeft - 1);
    }
    // What it says of a machine that is late is no complaint: all that was waited for came.
    const complaints = errors.filter((line) => !/computer is too slow|not receive any UDP packets/.test(line));
    assert.doesNotMatch(complaints.join('\n'), /error|warning/i);
  };
  await Promise.all(['protocols=tcp', 'protocols=udp', ''].map((protocols) => play(protocols)));
});

test('gstreamer publishes', async (context) => {
  if (!(await hasGstreamer(context, 'rtspclientsink'))) return;
  const pipeline = `videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=15/1 ! x264enc tune=zerolatency key-int-max=15 ! rtspclientsink location=${base}/in/gst protocols=tcp`;
  const publisher = startChild({ command: 'gst-launch-1.0', argv: ['-q', ...pipeline.split(' ')] });
  await until('it publishes', () => server.mounts().some(({ path }) => path === 'in/gst'));
  await sleep(500);
  const { bytes, errors } = await outputOf(
    FFMPEG,
    `-v warning -rtsp_transport tcp -i ${base}/in/gst -frames:v 20 -f framemd5 -`.split(' '),
  );
  assert.doesNotMatch(errors, COMPLAINT);
  assert.equal(hashesIn(bytes.toString()).length, 20);
  await publisher.stop();
});

test('ffmpeg plays by multicast', async (context) => {
  const card = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  // FFmpeg joins on the card of the default route; there is no way to tell it another in 5.1.
  if (!card) return context.skip('no network card beside the loopback');
  const cast = server.mount('cast', { multicast: { address: '239.255.77.1', port: 15_600, ttl: 1, interface: card } });
  const stop = feed(cast, clip);
  await inTime(context, (judge) => playsWell(judge, `rtsp://${card}:${server.port}/cast`, 'udp_multicast', 20));
  stop();
  cast.close();
});

async function hasGstreamer(context: TestContext, element = 'rtspsrc'): Promise<boolean> {
  const { code } = await outputOf('gst-inspect-1.0', [element]);
  if (code !== 0) context.skip(`GStreamer's ${element} is not here`);
  return code === 0;
}
