import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { takeStill } from '#lib/analysis/pictures/stills.ts';
import { makeTimelinePreviews } from '#lib/analysis/pictures/timeline-previews.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';

let folder = '';
let programs: Ffmpeg;
let path = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-pictures-'));
  programs = await findFfmpeg();
  path = join(folder, 'steps.mp4');
  // Each second is brighter than the one before: level 20, 40, … 200. The right half is half as bright.
  const steps = "color=black:s=320x180:r=10:d=10,format=gray,geq=lum='(20+20*floor(T))/if(gte(X,160),2,1)'";
  await runFfmpeg(programs.ffmpeg, [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    steps,
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    '-color_range',
    'pc',
    '-g',
    '10',
    '-bf',
    '0',
    '-y',
    path,
  ]);
});
after(() => rm(folder, { recursive: true, force: true }));

/** Mean level of a part of a picture. */
async function levelOf(file: string, part = { left: 0, top: 0, width: 100, height: 100 }): Promise<number> {
  const { channels } = await sharp(await sharp(file).extract(part).toBuffer()).stats();
  return channels[0]!.mean;
}

describe('stills', () => {
  test('show the moment that is asked for, in the size and part that is asked for', async () => {
    const at = (ms: number) => ({ atMs: ms, to: join(folder, `${ms}.jpg`) });
    for (const { atMs, to } of [at(500), at(4500), at(9500)]) await takeStill(programs, path, atMs, to);
    const levels = await Promise.all([500, 4500, 9500].map((ms) => levelOf(join(folder, `${ms}.jpg`))));
    assert.ok(levels[0]! + 50 < levels[1]! && levels[1]! + 50 < levels[2]!, levels.join(' '));
    const to = join(folder, 'part.png');
    await takeStill(programs, path, 4500, to, { rect: { x: 0.5, y: 0, width: 0.5, height: 1 }, widthPx: 80 });
    const { width, height, format } = await sharp(to).metadata();
    assert.deepEqual([width, height, format], [80, 90, 'png']);
    assert.ok((await levelOf(to, { left: 10, top: 10, width: 40, height: 40 })) < levels[1]! * 0.7);
  });

  test('at or after the end show the last picture', async () => {
    const to = join(folder, 'last.jpg');
    for (const atMs of [10_000, 12_000]) {
      await takeStill(programs, path, atMs, to);
      assert.ok((await levelOf(to)) > 170, String(await levelOf(to)));
    }
  });

  test('of a file without pictures are refused, and leave nothing', async () => {
    const sound = join(folder, 'sound.m4a');
    await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', '-y', sound]);
    await assert.rejects(takeStill(programs, sound, 0, join(folder, 'none.jpg')));
    await assert.rejects(makeTimelinePreviews(programs, sound, join(folder, 'none.jpg')), /need a video/);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => /none|tmp/.test(name)),
      [],
    );
  });
});

test('previews of a timeline show each stretch at its place', async () => {
  const to = join(folder, 'previews.jpg');
  const previews = await makeTimelinePreviews(programs, path, to, { count: 10, widthPx: 64 });
  assert.deepEqual(previews, { count: 10, columns: 4, rows: 3, widthPx: 64, heightPx: 36, everyMs: 1000 });
  const { width, height } = await sharp(to).metadata();
  assert.deepEqual([width, height], [256, 108]);
  const levels = await levelsIn(to, 10, 4);
  for (const [at, level] of levels.entries()) assert.ok(Math.abs(level - (20 + 20 * at)) < 14, `${at}: ${level}`);
});

test('previews of a film of which parts are kept show nothing of what was cut away', async () => {
  const to = join(folder, 'kept.jpg');
  // Seconds 2.5 to 4.5 and 7.2 to 9.2: the key pictures in them are those of seconds 3, 4, 8 and 9.
  const kept = [
    { fromMs: 2500, toMs: 4500 },
    { fromMs: 7200, toMs: 9200 },
  ];
  const previews = await makeTimelinePreviews(programs, path, to, { count: 8, widthPx: 64, kept });
  assert.deepEqual([previews.count, previews.everyMs], [8, 500]);
  const levels = await levelsIn(to, 8, 3);
  for (const [at, second] of [3, 3, 3, 4, 8, 8, 8, 8].entries())
    assert.ok(Math.abs(levels[at]! - (20 + 20 * second)) < 14, `${at}: ${levels[at]}`);
});

test('previews are the same of a film whose key pictures cannot be taken one by one', async () => {
  const matroska = join(folder, 'steps.mkv');
  await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-i', path, '-c', 'copy', '-y', matroska]);
  const [one, other] = [join(folder, 'one.jpg'), join(folder, 'other.jpg')];
  const asked = { count: 10, widthPx: 64 };
  assert.deepEqual(
    await makeTimelinePreviews(programs, path, one, asked),
    await makeTimelinePreviews(programs, matroska, other, asked),
  );
  const [a, b] = [await levelsIn(one, 10, 4), await levelsIn(other, 10, 4)];
  for (const [at, level] of a.entries()) assert.ok(Math.abs(level - b[at]!) < 2, `${at}: ${level}, not ${b[at]}`);
});

test('a film with a damaged key picture has previews of the others', async () => {
  const [damaged, to] = [join(folder, 'damaged.mp4'), join(folder, 'of-damaged.jpg')];
  const bytes = await readFile(path);
  const begins = bytes.indexOf('mdat') + 4;
  bytes.fill(0xff, begins, begins + 400);
  await writeFile(damaged, bytes);
  await makeTimelinePreviews(programs, damaged, to, { count: 10, widthPx: 64 });
  const levels = await levelsIn(to, 10, 4);
  for (const [at, level] of levels.entries())
    if (at > 1) assert.ok(Math.abs(level - (20 + 20 * at)) < 14, `${at}: ${level}`);
});

/** Mean level of each of many small pictures. */
async function levelsIn(file: string, count: number, columns: number): Promise<number[]> {
  const levels: number[] = [];
  for (let at = 0; at < count; at++) {
    const [left, top] = [(at % columns) * 64 + 8, Math.floor(at / columns) * 36 + 8];
    levels.push(await levelOf(file, { left, top, width: 16, height: 16 }));
  }
  return levels;
}
