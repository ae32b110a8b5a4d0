import assert from 'node:assert/strict';
import test from 'node:test';
import type { EncoderWanted } from '#agent/device/state.ts';
import type { EncoderFamily } from '#lib/ffmpeg/encoder-choice.ts';
import { encoderArgv, levelOf } from '#agent/media/encoders/encoder-argv.ts';

const WANTED: EncoderWanted = {
  widthPx: 1280,
  heightPx: 720,
  fps: 15,
  videoKbps: 750,
  rateControl: 'cvbr',
  gopFrames: 30,
  profile: 'high',
  audioKbps: 80,
  hardware: 'auto',
};
const lineOf = (wanted: Partial<EncoderWanted>, family: EncoderFamily = 'software', offset = 10): string =>
  encoderArgv({ ...WANTED, ...wanted }, family, offset).join(' ');
/** The words after `option`, as many as were asked for. */
const valueOf = (line: string, option: string): string | undefined => {
  const words = line.split(' ');
  const at = words.indexOf(option);
  assert.equal(words.lastIndexOf(option), at, `${option} twice`);
  return at < 0 ? undefined : words[at + 1];
};

test('the whole command line of the factory’s encoder', () => {
  assert.equal(
    lineOf({}),
    [
      '-hide_banner -nostats -loglevel warning -nostdin -y',
      '-thread_queue_size 2 -probesize 32 -analyzeduration 0 -f ivf -i pipe:3',
      '-probesize 32 -analyzeduration 0 -f s16le -ar 48000 -ac 2 -i pipe:4',
      '-map 0:v:0 -map 1:a:0',
      '-enc_time_base 1:90000 -fps_mode passthrough -force_key_frames expr:mod(round(t*90000),2)',
      '-c:v libx264 -preset veryfast -profile:v high -g 30 -level:v 4.1 -forced-idr 1 -tune ssim',
      '-threads:v 1 -b:v 750k -maxrate 750k -bufsize 1500k',
      '-x264-params scenecut=0:open-gop=0:bframes=0:weightp=0:me=dia:subme=1:trellis=1:rc-lookahead=8:fps=15',
      '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709',
      '-c:a aac -b:a 80k -output_ts_offset 10.000000 -muxdelay 0 -muxpreload 0 -pes_payload_size 0',
      '-omit_video_pes_length 0 -flush_packets 1 -f mpegts pipe:1',
    ].join(' '),
  );
});

test('VBR may rise, CVBR averages, CBR is padded', () => {
  const rates = (rateControl: EncoderWanted['rateControl']): (string | undefined)[] => {
    const line = lineOf({ rateControl, videoKbps: 2000 });
    return ['-b:v', '-minrate', '-maxrate', '-bufsize'].map((option) => valueOf(line, option));
  };
  assert.deepEqual(rates('vbr'), ['2000k', undefined, '4000k', '8000k']);
  assert.deepEqual(rates('cvbr'), ['2000k', undefined, '2000k', '4000k']);
  assert.deepEqual(rates('cbr'), ['2000k', '2000k', '2000k', '2000k']);
  assert.match(lineOf({ rateControl: 'cbr' }), /nal-hrd=cbr/);
  assert.doesNotMatch(lineOf({ rateControl: 'vbr' }), /nal-hrd/);
});

test('threads and look-ahead: as few as the picture needs, half a second', () => {
  const of = (widthPx: number, heightPx: number, fps: number): string => {
    const line = lineOf({ widthPx, heightPx, fps });
    return `${valueOf(line, '-threads:v')} ${/rc-lookahead=(\d+)/.exec(line)?.[1]}`;
  };
  assert.equal(of(512, 288, 5), '1 3');
  assert.equal(of(1280, 720, 30), '1 10');
  assert.equal(of(1920, 1080, 30), '2 10');
  assert.equal(of(1920, 1080, 60), '4 10');
});

test('rates that are no whole number, groups, profiles, sound and offset', () => {
  const x264 = (fps: number): string => valueOf(lineOf({ fps }), '-x264-params')!;
  assert.match(x264(12.5), /fps=12500\/1000$/);
  assert.match(x264(29.97), /fps=29970\/1000$/);
  assert.match(x264(60), /fps=60$/);
  const line = lineOf({ gopFrames: 300, profile: 'baseline', audioKbps: 256 }, 'software', 123_456.789_012_3);
  assert.equal(valueOf(line, '-g'), '300');
  assert.equal(valueOf(line, '-profile:v'), 'baseline');
  assert.equal(valueOf(line, '-b:a'), '256k');
  assert.equal(valueOf(line, '-output_ts_offset'), '123456.789012');
});

test('the level: 4.1 as on the device, higher only where the standard asks for it', () => {
  const table: readonly [number, number, number, string][] = [
    [512, 288, 5, '4.1'],
    [1280, 720, 15, '4.1'],
    [1280, 720, 60, '4.1'],
    [1920, 1080, 30, '4.1'],
    [1920, 1088, 30, '4.1'],
    [1920, 1080, 30.2, '4.2'],
    [1920, 1080, 50, '4.2'],
    [1920, 1080, 60, '4.2'],
    [1920, 1200, 60, '5.2'],
    [1920, 1200, 25, '5.2'],
  ];
  for (const [widthPx, heightPx, fps, level] of table)
    assert.equal(levelOf({ widthPx, heightPx, fps }), level, `${widthPx}x${heightPx} at ${fps}`);
});

test('hardware families: their device, their upload, their codec, no reordering', () => {
  const known = [
    ['vaapi', '-vaapi_device /dev/dri/renderD128', '-vf format=nv12,hwupload '],
    ['qsv', '-init_hw_device qsv=hw -filter_hw_device hw', '-vf format=nv12,hwupload=extra_hw_frames=32 '],
    ['nvenc', '', ''],
  ] as const;
  for (const [family, device, filter] of known) {
    const line = lineOf({ profile: 'baseline' }, family);
    assert.ok(line.includes(device) && line.includes(filter), line);
    assert.equal(valueOf(line, '-c:v'), `h264_${family}`);
    assert.equal(valueOf(line, '-bf'), '0');
    assert.equal(valueOf(line, '-profile:v'), 'constrained_baseline');
    assert.equal(valueOf(line, '-maxrate'), '750k');
    assert.ok(line.indexOf(device) < line.indexOf('-i pipe:3'));
    assert.doesNotMatch(line, /x264/);
  }
  const line = lineOf({}, 'v4l2m2m');
  assert.equal(valueOf(line, '-c:v'), 'h264_v4l2m2m');
  assert.doesNotMatch(line, /-maxrate|-bf/);
});
