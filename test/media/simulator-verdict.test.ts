import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { before, after } from 'node:test';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { CAMERA, SLIDES } from '#simulator/signal.ts';
import { verdict } from '#simulator/verdict.ts';
import { failuresOf } from '#simulator/verdict/expect.ts';
import type { SourceVerdict, Verdict } from '#simulator/verdict/result.ts';
import { CODING, record, run } from '#test/simulator/recorded.ts';

const SMALL = { widthPx: 640, heightPx: 360 };
const FULL = { widthPx: 1280, heightPx: 720 };
const START_MS = 1_795_176_000_000 - 1000;
/** Exact time stamps: Matroska rounds to milliseconds, and AAC makes a file begin a little later than 0. */
const UNDELAYED = [...CODING.slice(0, -1), 'pcm_s16le'];

let folder = '';
before(async () => (folder = await mkdtemp(join(tmpdir(), 'verdict-'))));
after(() => rm(folder, { recursive: true }));

const sourceOf = (result: Verdict, id: number): SourceVerdict => {
  const found = result.sources.find(({ source }) => source === id);
  assert.ok(found, `source ${id}`);
  return found;
};

test('the instrument is exact: known offsets between sound and picture, in MP4 and MPEG-TS', async () => {
  for (const [name, soundLateMs] of [
    ['a.mp4', 0],
    ['b.mp4', 100],
    ['c.ts', -40],
    ['d.ts', 2000],
  ] as const) {
    const file = join(folder, name);
    // Time stamps of the sound may not be negative: what is early is the picture being late.
    await record(file, {
      source: CAMERA,
      size: SMALL,
      seconds: 6,
      startMs: START_MS,
      soundLateMs: Math.max(0, soundLateMs),
      argv: soundLateMs < 0 ? [...CODING, '-af', `atrim=start=${-soundLateMs / 1000},asetpts=PTS-STARTPTS`] : CODING,
    });
    const camera = sourceOf(await verdict(file, { readTitles: false }), CAMERA);
    assert.ok(camera.lipSync.measured.length >= 2, name);
    for (const { offsetMs } of camera.lipSync.measured)
      assert.ok(Math.abs(offsetMs - soundLateMs) < 2, `${name}: ${offsetMs} instead of ${soundLateMs}`);
  }
});

test('every picture of a whole recording is there; those left out are named', async () => {
  const whole = join(folder, 'whole.mp4');
  await record(whole, { source: SLIDES, size: SMALL, seconds: 5, startMs: START_MS });
  const good = await verdict(whole, {
    readTitles: false,
    expect: { maxMissingMs: 0, maxRepeated: 0, maxUnreadable: 0, maxTimeGaps: 0, maxSilenceMs: 0 },
  });
  assert.deepEqual(good.failures, []);
  const slides = sourceOf(good, SLIDES);
  assert.deepEqual([slides.frames, slides.firstClockMs, slides.flashes], [75, START_MS, 2]);
  assert.deepEqual(good.container.picture?.gop, { min: 30, max: 30 });
  assert.deepEqual([good.container.picture?.widthPx, good.container.sound?.codec], [640, 'aac']);
  const holes = join(folder, 'holes.mp4');
  await record(holes, {
    source: SLIDES,
    size: SMALL,
    seconds: 5,
    startMs: START_MS,
    without: (frame) => frame >= 30 && frame < 33,
  });
  const bad = await verdict(holes, { readTitles: false, expect: { maxMissingMs: 100, maxTimeGaps: 0 } });
  assert.ok(Math.abs(sourceOf(bad, SLIDES).missingMs - 200) < 2);
  assert.equal(bad.timeGaps.length, 1);
  assert.equal(bad.failures.length, 2);
});

test('two sources composed at 750 kb/s: layout, swap, title with accents, lip sync, container', async () => {
  const sources = [join(folder, 'slides.mov'), join(folder, 'camera.mov')];
  await Promise.all([
    record(sources[0]!, { source: SLIDES, size: FULL, seconds: 5, startMs: START_MS, argv: UNDELAYED }),
    record(sources[1]!, { source: CAMERA, size: FULL, seconds: 5, startMs: START_MS, argv: UNDELAYED }),
  ]);
  const file = join(folder, 'composed.mp4');
  const { ok, words } = await run('ffmpeg', composeArgv(sources, file));
  assert.ok(ok, words);
  const result = await verdict(file, { layouts: factoryLayouts });
  assert.deepEqual(
    result.layouts.map(({ layout, swapped, fromMs }) => [layout, swapped, Math.round(fromMs)]),
    [
      ['PBP Upp LFT', false, 0],
      ['PBP Upp LFT', true, 3000],
    ],
  );
  for (const id of [SLIDES, CAMERA]) {
    const source = sourceOf(result, id);
    assert.deepEqual([source.frames, source.missingMs, source.unreadable, source.torn], [75, 0, [], []]);
  }
  const { lipSync } = sourceOf(result, CAMERA);
  assert.ok(lipSync.measured.length > 0);
  assert.ok(Math.max(Math.abs(lipSync.earliestMs!), Math.abs(lipSync.latestMs!)) < 2);
  assert.equal(sourceOf(result, SLIDES).lipSync.measured.length, 0);
  assert.equal(result.container.fastStart, true);
  assert.equal(result.container.tags['title'], 'Anatomie');
  // Without tesseract there is a note instead.
  if (result.notes.length === 0) assert.deepEqual(failuresOf(result, { titles: ['Débit cardiaque et œdème'] }), []);
});

/** Slides in the large window of the first factory layout and the camera in the small one; after 3 s the other way round. */
function composeArgv(sources: readonly string[], file: string): string[] {
  const [large, small] = [
    ['896:504', '364:128'],
    ['320:180', '20:128'],
  ] as const;
  const graph = [
    'color=0x203050:1280x720:r=15[bg]',
    `[0:v]split[s1][s2];[1:v]split[c1][c2]`,
    `[s1]scale=${large[0]}[sl];[c1]scale=${small[0]}[cs];[s2]scale=${small[0]}[ss];[c2]scale=${large[0]}[cl]`,
    `[bg][sl]overlay=${large[1]}:shortest=1:enable='lt(t,2.95)'[a];[a][cs]overlay=${small[1]}:enable='lt(t,2.95)'[b]`,
    `[b][cl]overlay=${large[1]}:enable='gte(t,2.95)'[c];[c][ss]overlay=${small[1]}:enable='gte(t,2.95)'[d]`,
    `[d]drawtext=text='Débit cardiaque et œdème':font=DejaVu Sans:x=380:y=44:fontsize=44:fontcolor=white[v]`,
  ];
  const rate = ['-b:v', '750k', '-maxrate', '750k', '-bufsize', '1500k', '-g', '30', '-sc_threshold', '0'];
  return [
    '-v',
    'error',
    '-y',
    ...sources.flatMap((source) => ['-i', source]),
    '-filter_complex',
    graph.join(';'),
    '-map',
    '[v]',
    '-map',
    '1:a',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    ...rate,
    '-c:a',
    'aac',
    '-b:a',
    '80k',
    '-metadata',
    'title=Anatomie',
    '-movflags',
    '+faststart',
    file,
  ];
}

test('chapters are read; a file that is no recording is refused in words', async () => {
  const source = join(folder, 'plain.mp4');
  await record(source, { source: CAMERA, size: SMALL, seconds: 2, startMs: START_MS });
  const marks = join(folder, 'marks.txt');
  await writeFile(marks, ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Présentation\n');
  const file = join(folder, 'chapters.mp4');
  await run('ffmpeg', ['-v', 'error', '-i', source, '-i', marks, '-map_metadata', '1', '-c', 'copy', file]);
  const { container } = await verdict(file, { readTitles: false });
  assert.deepEqual(container.chapters, [{ fromMs: 0, toMs: 1500, title: 'Présentation' }]);
  assert.equal(container.fastStart, false);
  await assert.rejects(verdict(marks), /no recording/);
  await assert.rejects(verdict(folder), /not a file/);
  await assert.rejects(verdict(join(folder, 'nothing.mp4')), /ENOENT/);
  await assert.rejects(verdict('http://127.0.0.1:1/x.mp4'), /ENOENT/);
});

test('sound alone and pictures without codes are recordings too', async () => {
  const silent = join(folder, 'bars.mp4');
  await run('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'smptehdbars=640x360:r=15:d=2',
    '-f',
    'lavfi',
    '-i',
    'anullsrc=d=2',
    silent,
  ]);
  const bars = await verdict(silent, { readTitles: false });
  assert.deepEqual(bars.sources, []);
  assert.equal(bars.layouts[0]?.layout, 'none');
  assert.equal(bars.withoutCode.length, 1);
  assert.ok(Math.abs(bars.withoutCode[0]!.toMs - 2000) < 1);
  assert.ok(bars.silence.length === 1 && bars.silence[0]!.toMs > 1900);
  const tone = join(folder, 'tone.m4a');
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=440:d=2', tone]);
  const sound = await verdict(tone);
  assert.equal(sound.container.picture, undefined);
  assert.deepEqual([sound.silence, sound.beeps], [[], []]);
});
