import assert from 'node:assert/strict';
import test from 'node:test';
import { inputFact, isOutput, lacksSound } from '#agent/media/inputs/input-facts.ts';

/** Lines that FFmpeg 5.1 (Debian 12) and 7.0 print of real streams. */
const STREAMS: readonly [line: string, fact: object][] = [
  [
    '  Stream #0:0[0x100]: Video: h264 (High), 1 reference frame ([27][0][0][0] / 0x001B), yuv420p(progressive, left), 128x72 (128x80) [SAR 1:1 DAR 16:9], 15 fps, 15 tbr, 90k tbn',
    { fact: 'video', codec: 'h264', widthPx: 128, heightPx: 72, fps: 15 },
  ],
  [
    '  Stream #0:0: Video: mjpeg (Baseline), 1 reference frame (MJPG / 0x47504A4D), yuvj420p(pc, bt470bg/unknown/unknown, center), 1920x1080 [SAR 1:1 DAR 16:9], 19797 kb/s, 29.97 fps, 29.97 tbr, 29.97 tbn',
    { fact: 'video', codec: 'mjpeg', widthPx: 1920, heightPx: 1080, fps: 29.97 },
  ],
  [
    '  Stream #0:0: Video: hevc (Main), 1 reference frame, yuv420p(tv, progressive, left), 640x480 [SAR 1:1 DAR 4:3], 25 fps, 25 tbr, 1k tbn',
    { fact: 'video', codec: 'hevc', widthPx: 640, heightPx: 480, fps: 25 },
  ],
  [
    '  Stream #0:0: Video: rawvideo, 1 reference frame (I420 / 0x30323449), yuv420p, 1280x720 [SAR 1:1 DAR 16:9], 30 tbr, 30 tbn',
    { fact: 'video', codec: 'rawvideo', widthPx: 1280, heightPx: 720 },
  ],
  [
    '  Stream #0:1[0x101]: Audio: aac (LC) ([15][0][0][0] / 0x000F), 48000 Hz, stereo, fltp, 33 kb/s',
    { fact: 'audio', codec: 'aac', sampleRateHz: 48_000, channels: 2 },
  ],
  [
    '  Stream #0:1: Audio: opus, 48000 Hz, mono, fltp, delay 312',
    { fact: 'audio', codec: 'opus', sampleRateHz: 48_000, channels: 1 },
  ],
  [
    '  Stream #0:1[0x101]: Audio: ac3 (AC-3 / 0x332D4341), 44100 Hz, 5.1(side), fltp, 448 kb/s',
    { fact: 'audio', codec: 'ac3', sampleRateHz: 44_100, channels: 6 },
  ],
  [
    '  Stream #1:0: Audio: pcm_s16le, 48000 Hz, mono, s16, 768 kb/s',
    { fact: 'audio', codec: 'pcm_s16le', sampleRateHz: 48_000, channels: 1 },
  ],
  [
    '[graph 0 input from stream 0:0 @ 0x563d5e90b100] w:640 h:360 pixfmt:yuv420p tb:1/90000 fr:15/1 sar:1/1',
    { fact: 'picture', widthPx: 640, heightPx: 360, pixelShape: 1 },
  ],
  [
    '[graph 1 input from stream 0:0 @ 0x55b44a373540] w:128 h:72 pixfmt:yuv420p tb:1/90000 fr:15/1 sar:1/1',
    { fact: 'picture', widthPx: 128, heightPx: 72, pixelShape: 1 },
  ],
  [
    '[graph 1 input from stream 0:0 @ 0x7fe798010ec0] w:720 h:576 pixfmt:yuv420p tb:1/90000 fr:25/1 sar:64/45 csp:unknown range:tv',
    { fact: 'picture', widthPx: 720, heightPx: 576, pixelShape: 64 / 45 },
  ],
];

test('what ffmpeg says of streams and pictures', () => {
  for (const [line, fact] of STREAMS) assert.deepEqual(inputFact(line), fact, line);
});

test('what says nothing of interest', () => {
  for (const line of [
    '',
    'Stream mapping:',
    '  Stream #0:0 -> #0:0 (h264 (native) -> wrapped_avframe (native))',
    '[graph_1_in_1_0 @ 0x560725873440] tb:1/48000 samplefmt:s16 samplerate:48000 chlayout:mono',
    "Input #0, mpegts, from 'chg.ts':",
    '  Duration: 00:00:01.20, start: 0.112000, bitrate: 182 kb/s',
    '  Stream #0:2: Data: bin_data',
    '[graph 1 input from stream 0:0 @ 0x7fe798010ec0] video frame properties congruent with link at pts_time: 0.0058',
    '[vf#0:0 @ 0x5632] Reconfiguring filter graph because video parameters changed to yuv420p(unknown, unknown), 640x360',
    '[h264 @ 0x55d] error while decoding MB 3 4, bytestream -5',
    'x'.repeat(100_000),
  ])
    assert.equal(inputFact(line), undefined, line.slice(0, 80));
});

test('where the outputs begin, and what a source without sound makes ffmpeg say', () => {
  for (const line of ['Stream mapping:', "Output #0, rawvideo, to 'pipe:3':"]) assert.equal(isOutput(line), true);
  assert.equal(isOutput("Input #0, mpegts, from 'Output #0':"), false);
  assert.equal(lacksSound("Stream map '0:a:0' matches no streams."), true);
  assert.equal(lacksSound("[out#1/s16le @ 0x5d5] Stream map '1:a:0' matches no streams."), true);
  assert.equal(lacksSound("Stream map '0:v:0' matches no streams."), false);
});
