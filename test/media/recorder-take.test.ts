import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { numbersIn, probe } from '#test/support/numbered-stream.ts';
import { count, pathsOf, rig } from '#test/support/recorder-rig.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

const run = promisify(execFile);

test('a file begins and ends at exactly the frames asked for, and becomes a plain fast-start MP4', async (t) => {
  const { encoder, recorder } = await rig(t);
  encoder.step(7);
  const handle = recorder.start({
    metadata: { title: 'Informations générales', series: 'PAES_2016_S2', presenter: 'Mme Noël; #1 = "A\\B"' },
  });
  const first = encoder.next + 2;
  encoder.step(50);
  assert.equal((await handle.started).ptsTicks, encoder.ptsOf(first));
  const stopped = recorder.stop();
  const last = encoder.next + 2;
  encoder.step(30);
  await stopped;
  const info = await handle.finished;
  assert.equal(info.status, 'finished');
  const [path = ''] = pathsOf(info);
  assert.match(path, /\/PAES_2016_S2_Informations_g_n_ral_\d{8}_\d{6}_S1R1\.mp4$/);
  assert.deepEqual(await numbersIn(path), count(first, last - first));

  const data = await readFile(path);
  assert.ok(data.indexOf('moov') < data.indexOf('mdat'), 'the index is in front');
  assert.equal(data.indexOf('moof'), -1, 'no fragments are left');
  const { streams, format, chapters } = await probe(path, '-show_format', '-show_streams', '-show_chapters');
  assert.deepEqual(
    streams.slice(0, 2).map(({ codec_name }) => codec_name),
    ['h264', 'aac'],
  );
  const [video, audio] = streams;
  assert.ok(Math.abs(Number(audio?.['start_time'])) <= 0.0214, `sound begins at ${audio?.['start_time']}`);
  assert.ok(
    Math.abs(Number(video?.['duration']) - Number(audio?.['duration']) - Number(audio?.['start_time'])) <= 0.0214,
  );
  assert.equal(format.tags?.['title'], 'Informations générales');
  assert.equal(format.tags?.['artist'], 'Mme Noël; #1 = "A\\B"');
  assert.equal(format.tags?.['album'], 'PAES_2016_S2');
  assert.ok(format.tags?.['date']);
  assert.deepEqual(chapters, []);
  assert.equal(streams.length, 2, 'no chapter track without a chapter');

  const folder = dirname(path);
  await run('sha256sum', ['-c', `${path}.sha256`], { cwd: folder });
  const jpegs = (await readdir(folder)).filter((name) => name.endsWith('.jpg'));
  assert.equal(jpegs.length, 1, 'a short take has one thumbnail');
  assert.match(jpegs[0] ?? '', /^0000[12]\d{3}\.jpg$/);
  const manifest = JSON.parse(await readFile(join(folder, `${info.base}.json`), 'utf8'));
  assert.equal(manifest.package.streams[0].recordings[0].file_size, data.length);
  assert.equal(manifest.package.streams[0].thumbnails[0].name, jpegs[0]);
  assert.equal(manifest.amphi.status, 'finished');
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('a pause leaves no gap, resumes on the frame asked for, and sets a chapter', async (t) => {
  const { encoder, recorder } = await rig(t);
  const handle = recorder.start({ metadata: { title: 'T' } });
  encoder.step(40);
  recorder.pause();
  const until1 = encoder.next + 2;
  encoder.step(25);
  assert.equal(recorder.seen().state, 'paused');
  recorder.resume();
  const from2 = encoder.next + 2;
  encoder.step(40);
  recorder.mark('Exercice');
  const marked = encoder.next + 2;
  encoder.step(20);
  const stopped = recorder.stop();
  const end = encoder.next + 2;
  encoder.step(30);
  await stopped;
  const info = await handle.finished;
  const [path = ''] = pathsOf(info);
  assert.equal(info.parts.length, 1);
  const numbers = [...count(2, until1 - 2), ...count(from2, end - from2)];
  assert.deepEqual(await numbersIn(path), numbers);
  const { packets, chapters } = await probe(path, '-show_packets', '-show_chapters', '-select_streams', 'v');
  packets.forEach(({ pts_time }, index) => assert.ok(Math.abs(Number(pts_time) - index / 15) < 0.001, pts_time));
  const at = (number: number): number => numbers.indexOf(number) / 15;
  assert.deepEqual(
    chapters.map(({ tags }) => tags.title),
    ['T', 'Resumed', 'Exercice'],
  );
  assert.ok(Math.abs(Number(chapters[1]?.start_time) - at(from2)) < 0.002);
  assert.ok(Math.abs(Number(chapters[2]?.start_time) - at(marked)) < 0.002);
  const sound = (await probe(path, '-show_packets', '-select_streams', 'a')).packets;
  const times = sound.map(({ pts_time }) => Number(pts_time));
  assert.ok(Math.abs((times.at(-1) ?? 0) - numbers.length / 15) < 0.045, 'the sound is as long as the picture');
  assert.ok(
    times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) > 0.01),
    'no sound overlaps',
  );
});

test('a file is split by size on a key picture, every frame there once, none larger than allowed', async (t) => {
  const maxFileBytes = 262_144;
  const { encoder, recorder } = await rig(t, { settings: { maxFileBytes }, encoder: { padBytes: 4000, gop: 50 } });
  const handle = recorder.start({});
  encoder.run(20);
  await until('there are three parts', () => (recorder.list()[0]?.parts.length ?? 0) >= 3);
  const stopped = recorder.stop();
  await stopped;
  encoder.pause();
  const info = await handle.finished;
  assert.equal(info.status, 'finished');
  const numbers: number[] = [];
  for (const [index, path] of pathsOf(info).entries()) {
    assert.match(path, new RegExp(`_S1R${index + 1}\\.mp4$`));
    const { format } = await probe(path, '-show_format');
    assert.ok(Number(format.size) <= maxFileBytes, `${path} has ${format.size}`);
    numbers.push(...(await numbersIn(path)));
  }
  assert.deepEqual(numbers, count(2, numbers.length));
  assert.ok(info.parts.length >= 3);
});

test('a break of the encoder begins a new part at the next key picture', async (t) => {
  const { encoder, recorder } = await rig(t);
  const handle = recorder.start({});
  encoder.step(40);
  encoder.breakOff(10);
  encoder.step(40);
  const stopped = recorder.stop();
  encoder.step(30);
  await stopped;
  const info = await handle.finished;
  assert.equal(info.breaks.length, 1);
  const [first = '', second = ''] = pathsOf(info);
  assert.deepEqual(await numbersIn(first), count(2, 38));
  assert.deepEqual(await numbersIn(second), count(50, 42));
});

test('a file can be played while it is being written', (t) =>
  inTime(t, async (judge) => {
    const { encoder, recorder } = await rig(t);
    recorder.start({});
    encoder.run(1);
    await until('three seconds were recorded', () => recorder.seen().elapsedMs >= 3000 && recorder.seen().bytes > 0);
    const { file = '', elapsedMs } = recorder.seen();
    const { streams } = await probe(file, '-show_streams');
    assert.deepEqual(
      streams.map(({ codec_name }) => codec_name),
      ['h264', 'aac'],
    );
    const numbers = await numbersIn(file);
    assert.deepEqual(numbers, count(2, numbers.length));
    judge(
      `${numbers.length} frames of ${elapsedMs} ms can be read, it is behind by`,
      elapsedMs - (numbers.length * 1000) / 15,
      1300,
    );
  }));

test('starts and stops in a row: every take has its frames, its name and its order', async (t) => {
  const { encoder, recorder } = await rig(t, { settings: { thumbnails: { firstMs: 0, everyMs: 1e9, widthPx: 64 } } });
  encoder.run(40);
  const bases = new Set<string>();
  const takes = 200;
  for (let take = 0; take < takes; take++) {
    const handle = recorder.start({});
    const info = await recorder.stop();
    assert.ok(info);
    assert.equal(handle.id, info.id);
    assert.ok(info.parts.length === 1 && (info.parts[0]?.pictures ?? 0) >= 1, `take ${take} has pictures`);
    bases.add(info.base);
  }
  assert.equal(bases.size, takes);
  assert.equal(recorder.list().length, takes);
  for (const info of recorder.list().slice(0, 3)) {
    const numbers = await numbersIn(pathsOf(info)[0] ?? '');
    assert.equal(numbers.length, info.parts[0]?.pictures);
  }
});
