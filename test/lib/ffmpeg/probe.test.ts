import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileUrl, pipeInputArgv, quietArgv, transportStreamArgv } from '#lib/ffmpeg/argv.ts';
import { chooseEncoder } from '#lib/ffmpeg/encoder-choice.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { probe, probePackets } from '#lib/ffmpeg/probe.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';

let programs: Ffmpeg;
let folder: string;
let film: string;

before(async () => {
  programs = await findFfmpeg();
  folder = await mkdtemp(join(tmpdir(), 'amphi-probe-'));
  // A name that would be an option, a pattern and a protocol, if it were not told apart.
  film = join(folder, '-i concat:%d é.mp4');
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10', '-f', 'lavfi', '-i', 'sine=r=48000'];
  const codecs = ['-t', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '5', '-c:a', 'aac', '-ac', '2'];
  const output = ['-metadata', 'title=Thermodynamique', '-y', fileUrl(film)];
  const { code, reason } = await runProgram(
    programs.ffmpeg,
    [...quietArgv('error'), ...sources, ...codecs, ...output],
    {
      timeoutMs: 60_000,
    },
  );
  assert.equal(code, 0, reason);
});
after(() => rm(folder, { recursive: true, force: true }));

test('a film is told: its streams, length and tags', async () => {
  const { format, durationMs = 0, tags, streams, chapters, bytes = 0 } = await probe(programs.ffprobe, film);
  assert.match(format, /mp4/);
  assert.ok(Math.abs(durationMs - 2000) < 100, String(durationMs));
  assert.ok(bytes > 1000);
  assert.equal(tags['title'], 'Thermodynamique');
  assert.deepEqual(chapters, []);
  const [video, audio] = streams;
  assert.deepEqual(
    [video?.kind, video?.codec, video?.widthPx, video?.heightPx, video?.framesPerSecond, video?.frames],
    ['video', 'h264', 320, 180, 10, 20],
  );
  assert.deepEqual([audio?.kind, audio?.codec, audio?.channels, audio?.sampleRateHz], ['audio', 'aac', 2, 48_000]);
});

test('its packets are told, with those that are key pictures', async () => {
  const packets = await probePackets(programs.ffprobe, film);
  assert.deepEqual(
    packets.flatMap(({ isKey }, at) => (isKey ? [at] : [])),
    [0, 5, 10, 15],
  );
  assert.ok(packets.every(({ bytes }) => bytes > 0));
});

test('what is no film rejects with the words of ffprobe', async () => {
  const file = join(folder, 'text.mp4');
  await writeFile(file, 'no film');
  await assert.rejects(probe(programs.ffprobe, file), /Invalid data|moov/);
  await assert.rejects(probe(programs.ffprobe, join(folder, 'none.mp4')), /No such file/);
});

test('a list of other files is not read, whatever its name is', async () => {
  for (const [name, text] of [
    ['list.mp4', '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfilm.mp4\n#EXT-X-ENDLIST\n'],
    ['list.mkv', 'ffconcat version 1.0\nfile film.mp4\n'],
  ] as const) {
    const file = join(folder, name);
    await writeFile(file, text);
    await assert.rejects(probe(programs.ffprobe, file), /not on whitelist|Invalid argument/, name);
  }
});

test('the size of a film that is turned is the one that is shown, and a cover is no film', async () => {
  const told = {
    streams: [
      { codec_type: 'video', width: 1920, height: 1080, side_data_list: [{}, { rotation: -90 }] },
      { codec_type: 'video', width: 1920, height: 1080, side_data_list: [{ rotation: 180 }] },
      { codec_type: 'video', width: 500, height: 500, disposition: { attached_pic: 1 } },
    ],
    format: {},
  };
  const { streams } = await probe('', 'x', { run: async () => JSON.stringify(told) });
  assert.deepEqual(
    streams.map(({ kind, widthPx, heightPx, isTurned }) => [kind, widthPx, heightPx, isTurned]),
    [
      ['video', 1080, 1920, true],
      ['video', 1920, 1080, true],
      ['data', 500, 500, false],
    ],
  );
});

test('what ffprobe does not know is undefined, and what is no JSON rejects', async () => {
  const told = {
    streams: [{ codec_type: 'data', bit_rate: 'N/A', avg_frame_rate: '0/0' }],
    format: { duration: 'N/A' },
  };
  const { durationMs, streams } = await probe('', 'x', { run: async () => JSON.stringify(told) });
  assert.equal(durationMs, undefined);
  assert.deepEqual(
    [streams[0]?.kind, streams[0]?.bitrateBps, streams[0]?.framesPerSecond],
    ['data', undefined, undefined],
  );
  await assert.rejects(probe('', 'x', { run: async () => '<html>' }), /did not answer with JSON/);
});

test('groups of arguments', () => {
  assert.equal(quietArgv('error').join(' '), '-hide_banner -nostats -loglevel error -nostdin');
  assert.equal(
    pipeInputArgv('s16le', 4, ['-ar', '48000']).join(' '),
    '-probesize 32 -analyzeduration 0 -f s16le -ar 48000 -i pipe:4',
  );
  assert.match(transportStreamArgv(1).join(' '), /-flush_packets 1 -f mpegts pipe:1$/);
});

test('an encoder that is not here is not chosen, and the reason is told', async () => {
  assert.deepEqual(await chooseEncoder(programs.ffmpeg, 'off'), {
    family: 'software',
    reason: 'hardware encoding is switched off',
  });
  const { family, reason } = await chooseEncoder('/nowhere/ffmpeg', 'auto');
  assert.equal(family, 'software');
  assert.match(reason, /nvenc: .*qsv: .*vaapi: .*v4l2m2m: /);
});
