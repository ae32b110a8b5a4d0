import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
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
  const levels: number[] = [];
  for (let at = 0; at < 10; at++) {
    levels.push(
      await levelOf(to, { left: (at % 4) * 64 + 8, top: Math.floor(at / 4) * 36 + 8, width: 16, height: 16 }),
    );
  }
  for (const [at, level] of levels.entries()) assert.ok(Math.abs(level - (20 + 20 * at)) < 14, `${at}: ${level}`);
});
