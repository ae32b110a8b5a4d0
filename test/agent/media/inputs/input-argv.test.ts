import assert from 'node:assert/strict';
import test from 'node:test';
import type { InputSource } from '#agent/device/state.ts';
import { delayMsOf, inputArgv, mayHaveSound, type InputFormat } from '#agent/media/inputs/input-argv.ts';

type LiveSource = Exclude<InputSource, { driver: 'off' }>;
const FORMAT: InputFormat = { size: { widthPx: 1280, heightPx: 720 }, widthPx: 320, fps: 15, withSound: true };
const PROBE = '-probesize 500000 -analyzeduration 1000000';
const HEAD = '-hide_banner -nostats -loglevel verbose -nostdin -stdin -y -threads 1 ';

/** The part of the command line that opens the source. */
function opening(source: LiveSource): string {
  const line = inputArgv(source, FORMAT).join(' ');
  assert.ok(line.startsWith(HEAD), line);
  return line.slice(HEAD.length, line.indexOf(' -map 0:v:0 '));
}

test('how each driver is opened', () => {
  const table: readonly [LiveSource, string][] = [
    [
      { driver: 'rtsp', url: 'rtsp://cam:554/1', transport: 'tcp' },
      `-rtsp_transport tcp -timeout 120000000 -protocol_whitelist rtp,tcp,udp ${PROBE} -i rtsp://cam:554/1`,
    ],
    [
      { driver: 'rtsp', url: 'rtsp://cam/1', transport: 'udp' },
      `-rtsp_transport udp -timeout 120000000 -protocol_whitelist rtp,tcp,udp ${PROBE} -i rtsp://cam/1`,
    ],
    [
      { driver: 'url', url: 'srt://h:9000?mode=caller' },
      `-protocol_whitelist srt ${PROBE} -i srt://h:9000?mode=caller`,
    ],
    [{ driver: 'url', url: 'udp://239.1.1.1:5000' }, `-protocol_whitelist udp ${PROBE} -i udp://239.1.1.1:5000`],
    [{ driver: 'url', url: 'tcp://h:5000' }, `-protocol_whitelist tcp ${PROBE} -i tcp://h:5000`],
    [
      { driver: 'url', url: 'rtmp://h/app/key' },
      `-rw_timeout 30000000 -protocol_whitelist rtmp,tcp ${PROBE} -i rtmp://h/app/key`,
    ],
    [
      { driver: 'url', url: 'rtmps://h/app/key' },
      `-rw_timeout 30000000 -protocol_whitelist rtmps,tls,tcp ${PROBE} -i rtmps://h/app/key`,
    ],
    [
      { driver: 'url', url: 'http://h/live.ts' },
      `-rw_timeout 30000000 -protocol_whitelist http,https,httpproxy,tls,tcp,crypto,data ${PROBE} -i http://h/live.ts`,
    ],
    [
      { driver: 'url', url: 'https://h/live.m3u8?x' },
      '-re -rw_timeout 30000000 -protocol_whitelist http,https,httpproxy,tls,tcp,crypto,data -i https://h/live.m3u8?x',
    ],
    [{ driver: 'url', url: '/srv/live/a.m3u8' }, '-re -protocol_whitelist file,crypto,data -i /srv/live/a.m3u8'],
    [
      { driver: 'file', path: '/srv/a film.mp4' },
      '-re -stream_loop -1 -protocol_whitelist file,crypto,data -i file:/srv/a film.mp4',
    ],
    [
      { driver: 'test', pattern: 'bars' },
      '-re -f lavfi -i smptehdbars=size=1280x720:rate=30 -re -f lavfi -i sine=frequency=1000:sample_rate=48000',
    ],
    [
      { driver: 'test', pattern: 'black' },
      '-re -f lavfi -i color=black:size=1280x720:rate=30 -re -f lavfi -i anullsrc=r=48000:cl=stereo',
    ],
    [{ driver: 'v4l2', device: '/dev/video0' }, '-f v4l2 -thread_queue_size 64 -i /dev/video0'],
    [
      {
        driver: 'v4l2',
        device: '/dev/video0',
        widthPx: 1920,
        heightPx: 1080,
        fps: 30,
        audio: { system: 'alsa', device: 'hw:1' },
      },
      '-f v4l2 -thread_queue_size 64 -video_size 1920x1080 -framerate 30 -i /dev/video0 -f alsa -thread_queue_size 512 -i hw:1',
    ],
  ];
  for (const [source, due] of table) assert.equal(opening(source), due);
});

test('a scheme that nobody knows may open files alone, whatever its name', () => {
  for (const url of ['constructor:x', 'valueof:x', 'gopher://h/x'])
    assert.match(inputArgv({ driver: 'url', url }, FORMAT).join(' '), / -protocol_whitelist file,crypto,data /, url);
});

test('sound comes from where it is, with or without a pipe of its own', () => {
  const soundOf = (source: LiveSource, withSound = true): string | undefined =>
    /-map (\d):a:0/.exec(inputArgv(source, { ...FORMAT, withSound }).join(' '))?.[1];
  assert.equal(soundOf({ driver: 'file', path: '/a' }), '0');
  assert.equal(soundOf({ driver: 'test', pattern: 'bars' }), '1');
  const audio = { system: 'pulse', device: 'default' } as const;
  assert.equal(soundOf({ driver: 'v4l2', device: '/dev/video0', audio }), '1');
  assert.equal(soundOf({ driver: 'file', path: '/a' }, false), undefined);
  assert.ok(!inputArgv({ driver: 'file', path: '/a' }, { ...FORMAT, withSound: false }).includes('pipe:4'));
  assert.equal(mayHaveSound({ driver: 'v4l2', device: '/dev/video0' }), false);
  assert.equal(mayHaveSound({ driver: 'v4l2', device: '/dev/video0', audio }), true);
  assert.equal(mayHaveSound({ driver: 'url', url: 'udp://h:1' }), true);
});

test('frames and sound leave as raw planes and samples on their own pipes', () => {
  const line = inputArgv({ driver: 'file', path: '/a' }, FORMAT).join(' ');
  assert.ok(
    line.includes(`,scale@fine=w=320:h='2*round(ow*720/1280/2)':flags=bicubic:eval=frame,format=yuv420p `),
    line,
  );
  assert.match(line, / -enc_time_base 1:1000000 -c:v rawvideo .* -syncpoints none .* -f nut pipe:1 /);
  assert.match(
    line,
    / -af aresample=48000,asetnsamples=n=1600:p=1,asettb=1\/48000,asetpts='[^']+' -ac 2 -c:a pcm_s16le /,
  );
  assert.match(line, / -syncpoints none .* -f nut pipe:4$/);
});

test('a source that looks like an option is still a source', () => {
  const argv = inputArgv({ driver: 'file', path: '/-y' }, FORMAT);
  assert.equal(argv[argv.indexOf('-i') + 1], 'file:/-y');
});

test('sources whose sound comes late are shown later', () => {
  const of = (url: string): number => delayMsOf({ driver: 'url', url });
  assert.deepEqual(['udp://h:1', 'srt://h:1', 'https://h/a.m3u8', '/srv/a.m3u8'].map(of), [500, 500, 500, 500]);
  assert.equal(of('rtmp://h/live/key'), 200);
  assert.equal(delayMsOf({ driver: 'rtsp', url: 'rtsp://h/1', transport: 'tcp' }), 200);
});
