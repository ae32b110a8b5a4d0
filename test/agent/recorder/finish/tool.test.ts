import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { extractPicture, probeFile, remux } from '#agent/recorder/finish/media-tools.ts';
import { ffmetadata } from '#lib/ffmpeg/finished-file.ts';
import { startStopwatch } from '#agent/recorder/finish/stopwatch.ts';
import { THUMBNAIL_DEFAULTS, thumbnailMoments } from '#agent/recorder/finish/thumbnail-plan.ts';
import { openHaste } from '#agent/recorder/finish/haste.ts';
import { runTool } from '#agent/recorder/finish/tool.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { folderFor, program } from '../samples.ts';

test('a program gets its input, its folder and its arguments as they are, and gives its output', async (t) => {
  const cwd = await folderFor(t);
  assert.equal(await runTool({ command: 'cat', argv: [], input: 'line\nünd' }), 'line\nünd');
  assert.equal(await runTool({ command: 'pwd', argv: [], cwd }), `${cwd}\n`);
  assert.equal(await runTool({ command: 'printf', argv: ['%s|', '$HOME', 'a b', '*'] }), '$HOME|a b|*|');
});

test('a program runs at low priority', async () => {
  const expected = Math.min(19, getPriority() + 15);
  assert.equal(await runTool({ command: 'nice', argv: [] }), `${expected}\n`);
});

test('finishing gives way to a recording for five minutes, and has its share then, and without one', () => {
  const clock = virtualClock(1000);
  let isRecording = true;
  const haste = openHaste(
    clock,
    () => isRecording,
    () => 1000,
  );
  assert.deepEqual([haste.niceness(), haste.patienceMs()], [15, 300_000]);
  clock.advance(299_999);
  assert.deepEqual([haste.niceness(), haste.patienceMs()], [15, 1]);
  isRecording = false;
  assert.deepEqual([haste.niceness(), haste.patienceMs()], [5, Number.POSITIVE_INFINITY]);
  isRecording = true;
  clock.advance(1);
  assert.deepEqual([haste.niceness(), haste.patienceMs()], [5, Number.POSITIVE_INFINITY]);
});

test('a program that has waited enough has its share, also one that runs already', async () => {
  const most = getPriority() + 5;
  const script = `echo begun; until [ $(nice) -le ${most} ]; do sleep 0.05; done; nice`;
  const run = { command: 'sh', argv: ['-c', script] };
  const output = await runTool({ ...run, haste: { niceness: () => 15, patienceMs: () => 300 } });
  assert.equal(output, `begun\n${most}\n`, 'raised, or ended and run again');
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  const ended = runTool({ ...run, signal: abort.signal, haste: { niceness: () => 15, patienceMs: () => 60_000 } });
  await assert.rejects(ended, /sh: /);
});

test('a program that fails is an error with its own words', async (t) => {
  const folder = await folderFor(t);
  const command = await program(join(folder, 'tool'), 'echo half; echo "no such codec" >&2; exit 3');
  await assert.rejects(runTool({ command, argv: [] }), (error: Error) => {
    assert.ok(error.message.startsWith(`${command}: `));
    return error.message.includes('no such codec');
  });
  await assert.rejects(runTool({ command: join(folder, 'none'), argv: [] }), /none/);
});

test('a program is ended by its signal, also when that came before', async () => {
  const abort = new AbortController();
  const startedMs = performance.now();
  const running = runTool({ command: 'sleep', argv: ['100'], signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await assert.rejects(running, /sleep/);
  await assert.rejects(runTool({ command: 'sleep', argv: ['100'], signal: abort.signal }), /sleep/);
  assert.ok(performance.now() - startedMs < 60_000);
});

test('no more than 4 MB of output are kept, the program goes on to its end', async () => {
  const output = await runTool({ command: 'head', argv: ['-c', '6000000', '/dev/zero'] });
  assert.ok(output.length > 4_000_000 && output.length <= 4 << 20, `${output.length}`);
});

/** A program that notes its arguments, one a line, and its input. */
async function noting(
  t: TestContext,
  then = '',
): Promise<{ tools: { ffmpeg: string; ffprobe: string }; folder: string }> {
  const folder = await folderFor(t);
  const script = `for one in "$@"; do echo "$one"; done > ${folder}/arguments; cat > ${folder}/input; ${then}`;
  const tool = await program(join(folder, 'tool'), script);
  return { tools: { ffmpeg: tool, ffprobe: tool }, folder };
}

const linesOf = async (folder: string): Promise<string[]> => {
  const text = await runTool({ command: 'cat', argv: [join(folder, 'arguments')] });
  return text.trimEnd().split('\n');
};

test('what ffprobe says of a file', async (t) => {
  const saying = async (json: string) => {
    const { tools, folder } = await noting(t, `echo '${json}'`);
    return { facts: await probeFile(tools, '-x.mp4'), argv: await linesOf(folder) };
  };
  const both = await saying(
    '{"format":{"duration":"12.3456"},"streams":[{"codec_type":"audio","nb_frames":"9"},{"codec_type":"video","nb_frames":"185"}]}',
  );
  assert.deepEqual(both.facts, { durationMs: 12_346, pictures: 185, video: true, audio: true });
  assert.deepEqual(both.argv.slice(-2), ['-i', 'file:-x.mp4'], 'a name is never an option');
  const silent = await saying('{"format":{},"streams":[{"codec_type":"video"}]}');
  assert.deepEqual(silent.facts, { durationMs: 0, pictures: 0, video: true, audio: false });
  const nothing = await saying('{"format":{},"streams":[]}');
  assert.deepEqual(nothing.facts, { durationMs: 0, pictures: 0, video: false, audio: false });
  await assert.rejects(saying('no JSON'), /did not answer with JSON/);
  await assert.rejects(saying('{"streams":5}'));
});

test('tags and chapters go to FFmpeg by its input, the media is copied', async (t) => {
  const { tools, folder } = await noting(t);
  const chapters = [{ startMs: 0, endMs: 1500, title: 'A; B' }];
  await remux(tools, '/d/a.mp4', '/d/a.mp4.tmp', { tags: { title: 'T', artist: '' }, chapters });
  const argv = await linesOf(folder);
  assert.deepEqual(argv.slice(argv.indexOf('-i'), argv.indexOf('-i') + 2), ['-i', 'file:/d/a.mp4']);
  assert.equal(argv.at(-1), 'file:/d/a.mp4.tmp');
  assert.ok(argv.join(' ').includes('-c copy -movflags +faststart'));
  const input = await runTool({ command: 'cat', argv: [join(folder, 'input')] });
  assert.equal(input, ';FFMETADATA1\ntitle=T\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=A\\; B\n');
  assert.equal(ffmetadata({ tags: { comment: 'a\0b' }, chapters: [] }), ';FFMETADATA1\ncomment=ab\n');
});

test('a thumbnail has the time at which its picture really is', async (t) => {
  const { tools, folder } = await noting(t, 'touch thumbnail-1-14933.tmp');
  const target = { folder: join(folder, 'B'), prefix: 'thumbnail-1-', atMs: 14_898, widthPx: 320 };
  await mkdir(target.folder);
  await writeFile(join(target.folder, 'thumbnail-10-5.tmp'), '');
  const found = await extractPicture(tools, '/d/a.mp4', target);
  assert.deepEqual(found, { name: 'thumbnail-1-14933.tmp', atMs: 14_933 });
  const argv = await linesOf(folder);
  assert.equal(argv[argv.indexOf('-ss') + 1], '14.898');
  assert.match(argv[argv.indexOf('-vf') + 1] ?? '', /min\(320,iw\)/);
  assert.equal(argv.at(-1), 'file:thumbnail-1-%d.tmp');
});

test('no picture at that time is no thumbnail', async (t) => {
  const { tools, folder } = await noting(t);
  const target = { folder, prefix: 'thumbnail-1-', atMs: 5, widthPx: 320 };
  assert.equal(await extractPicture(tools, '/d/a.mp4', target), undefined);
  assert.ok(!(await readdir(folder)).some((name) => name.startsWith('thumbnail')));
});

test('a stopwatch leaves pauses out and goes on from where it was', () => {
  const clock = virtualClock();
  const watch = startStopwatch(clock, 1000);
  clock.advance(500.4);
  assert.equal(watch.elapsedMs(), 1500);
  watch.pause();
  clock.advance(5000);
  watch.pause();
  assert.equal(watch.elapsedMs(), 1500);
  watch.resume();
  clock.advance(100);
  watch.resume();
  clock.advance(100);
  assert.equal(watch.elapsedMs(), 1700, 'twice resumed is once');
});

test('the row of thumbnails goes through all parts; a mark at the very end has no picture', () => {
  const row = (startMs: number, durationMs: number, rules = THUMBNAIL_DEFAULTS): number[] =>
    thumbnailMoments({ startMs, durationMs, only: false, marks: [] }, rules).map(({ offsetMs }) => offsetMs);
  assert.deepEqual(row(15_000, 60_000), [0], 'just before its beginning is its beginning');
  assert.deepEqual(row(15_001, 59_999), []);
  assert.deepEqual(row(15_001, 60_000), [59_899]);
  assert.deepEqual(row(0, 15_000), [], 'the end is no part of it');
  assert.deepEqual(
    row(0, 3500, { ...THUMBNAIL_DEFAULTS, firstMs: 500, everyMs: 1 }),
    [400, 1400, 2400],
    'one a second at most',
  );
  const marks = [
    { offsetMs: 59_000, title: 'late' },
    { offsetMs: 60_000, title: 'beyond' },
    { offsetMs: 1, title: 'early' },
  ];
  assert.deepEqual(thumbnailMoments({ startMs: 0, durationMs: 60_000, only: true, marks }, THUMBNAIL_DEFAULTS), [
    { offsetMs: 1, title: 'early' },
    { offsetMs: 14_900, title: '' },
    { offsetMs: 59_000, title: 'late' },
  ]);
  assert.deepEqual(thumbnailMoments({ startMs: 0, durationMs: 0, only: true, marks: [] }, THUMBNAIL_DEFAULTS), []);
});
