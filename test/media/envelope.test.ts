import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { blocksOf, MEAN, PEAK, PER_BLOCK, type Envelope } from '#lib/analysis/sound/envelope.ts';
import { levelsOf } from '#lib/analysis/sound/levels.ts';
import { readEnvelope } from '#lib/analysis/sound/read-envelope.ts';
import { silencesIn } from '#lib/analysis/sound/silences.ts';
import { drawWaveform } from '#lib/analysis/sound/waveform.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';

let folder = '';
let programs: Ffmpeg;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-envelope-'));
  programs = await findFfmpeg();
});
after(() => rm(folder, { recursive: true, force: true }));

const NOISE = 'anoisesrc=c=pink:a=0.5:r=48000:seed=7';
/** Silent from 9.5 to 21.234 s and from 40 s on; for 9 s, which is too short, from 25 to 34 s. */
const SPOKEN = `volume='if(between(t,9.5,21.234)+between(t,25,34)+gte(t,40),0.003,0.4+0.3*sin(t))':eval=frame`;

/** A sound of 52 s; of `expression` each channel is made differently loud. */
async function sound(name: string, layout: string, codec: readonly string[], rate = 48_000): Promise<string> {
  const path = join(folder, name);
  const filters = `${NOISE}:d=52,asetnsamples=n=480:p=0,${SPOKEN},${layout},aresample=${rate}`;
  await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', filters, ...codec, '-y', path]);
  return path;
}

const AAC = ['-c:a', 'aac', '-b:a', '160k'];
const MONO = 'aformat=channel_layouts=mono';
/** The right channel is half as loud, with the other sign. */
const STEREO = 'pan=stereo|c0=c0|c1=-0.5*c0';
/** Speech is in the middle channel alone, as in films; the one for low tones has a little. */
const SURROUND = 'pan=5.1|FC=c0|LFE=0.1*c0';

/** What FFmpeg's own filter finds. */
async function silencesOfFfmpeg(path: string): Promise<number[]> {
  const found: number[] = [];
  await runFfmpeg(
    programs.ffmpeg,
    ['-hide_banner', '-nostats', '-vn', '-i', path, '-af', 'silencedetect=noise=-40dB:duration=10', '-f', 'null', '-'],
    {
      onLine(line) {
        const [, seconds] = /silence_(?:start|end): (-?[\d.]+)/.exec(line) ?? [];
        if (seconds !== undefined) found.push(Number(seconds) * 1000);
      },
    },
  );
  return found;
}

/** Level of each second as FFmpeg's own filter measures it: mean and peak in dB. */
async function levelsOfFfmpeg(path: string, rate: number): Promise<number[][]> {
  const levels: number[][] = [];
  const stats = 'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=Peak_level+RMS_level';
  let rest = '';
  await runFfmpeg(
    programs.ffmpeg,
    [
      '-v',
      'error',
      '-i',
      path,
      '-af',
      `aformat=sample_fmts=fltp,asetnsamples=n=${rate}:p=0,${stats},ametadata=mode=print:file='pipe\\:1'`,
      '-f',
      'null',
      '-',
    ],
    {
      onBytes(bytes) {
        const lines = (rest + bytes.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const [, name, value] = /Overall\.(Peak|RMS)_level=(\S+)/.exec(line) ?? [];
          if (/pts_time/.test(line)) levels.push([]);
          if (name !== undefined) levels.at(-1)![name === 'RMS' ? 0 : 1] = Number(value);
        }
      },
    },
  );
  return levels;
}

const DURATION_MS = 52_000;

describe('the envelope of a sound says what FFmpeg says of all its samples', { concurrency: 2 }, () => {
  for (const [name, layout, codec, rate] of [
    ['mono.m4a', MONO, AAC, 48_000],
    ['stereo.m4a', STEREO, AAC, 48_000],
    ['surround.m4a', SURROUND, AAC, 48_000],
    ['music.flac', STEREO, [], 44_100],
    ['odd.wav', MONO, [], 11_025],
  ] as const) {
    test(name, async () => {
      const path = await sound(name, layout, codec, rate);
      const envelope = await readEnvelope(programs, path);
      const ours = (await silencesIn(envelope, DURATION_MS)).flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
      const due = await silencesOfFfmpeg(path);
      assert.equal(due.length, 4, due.join());
      assert.equal(ours.length, 4, ours.join());
      // A file may be some frames longer than the sound that was encoded.
      for (const [at, ms] of due.entries())
        assert.ok(Math.abs(Math.min(DURATION_MS, ms) - ours[at]!) <= 10, `${ours.join()} are not ${due.join()}`);
      const levels = await levelsOf(envelope);
      const measured = await levelsOfFfmpeg(path, rate);
      assert.equal(levels.length, measured.length);
      for (const [at, [rmsDb, peakDb]] of measured.slice(0, 52).entries()) {
        const level = levels[at]!;
        assert.equal(level.fromMs, at * 1000);
        assert.ok(Math.abs(level.rmsDb - rmsDb!) < 0.05, `${at} s: ${level.rmsDb} dB is not ${rmsDb} dB`);
        assert.ok(Math.abs(level.peakDb - peakDb!) < 0.05, `${at} s: peak of ${level.peakDb} dB, not ${peakDb} dB`);
      }
    });
  }
});

/** How high each column of a drawing is inked. */
async function heightsOf(png: string): Promise<number[]> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.width }, (_, x) => {
    let inked = 0;
    for (let y = 0; y < info.height; y++) inked += data[(y * info.width + x) * 4 + 3]! > 60 ? 1 : 0;
    return inked;
  });
}

test('a waveform looks as if FFmpeg had drawn it of all samples, in any width', async () => {
  for (const [name, layout] of [
    ['drawn-mono', `volume=8,${MONO}`],
    ['drawn-stereo', `volume=8,${STEREO}`],
  ] as const) {
    const path = await sound(`${name}.m4a`, layout, AAC);
    const envelope = await readEnvelope(programs, path);
    // 52 s are 5200 blocks: several for a column, and several columns for a block.
    for (const widthPx of [700, 5000, 9000]) {
      const to = join(folder, `${name}-${widthPx}.png`);
      const due = join(folder, `${name}-${widthPx}-due.png`);
      const drawing = `[0:a:0]aformat=channel_layouts=mono,showwavespic=s=${widthPx}x400:colors=black[drawn]`;
      const argv = ['-v', 'error', '-i', path, '-filter_complex', drawing, '-map', '[drawn]', '-frames:v', '1'];
      await runFfmpeg(programs.ffmpeg, [...argv, '-y', due]);
      await drawWaveform(programs, envelope, to, { widthPx, heightPx: 400 });
      const [is, wanted] = [await heightsOf(to), await heightsOf(due)];
      assert.equal(is.length, widthPx);
      assert.ok(Math.max(...wanted) > 50, `${Math.max(...wanted)}`);
      // Parts of a block are not known; FFmpeg's columns are up to six earlier, since it gives the rest to the last one.
      const far = is.filter((height, x) => {
        const around = wanted.slice(Math.max(0, x - 6), x + 7);
        return height < Math.min(...around) - 2 || height > Math.max(...around) + 2;
      });
      assert.ok(far.length <= widthPx * 0.02, `${far.length} of ${widthPx} columns differ`);
    }
  }
});

test('a sound that begins later than its picture is silent until then, and one that ends before it afterwards', async () => {
  const path = join(folder, 'late.mp4');
  await runFfmpeg(programs.ffmpeg, [
    ...'-v error -f lavfi -i testsrc2=s=160x90:r=5:d=40 -itsoffset 12.5 -f lavfi -i'.split(' '),
    `${NOISE}:d=15`,
    ...'-c:v libx264 -preset ultrafast'.split(' '),
    ...AAC,
    '-y',
    path,
  ]);
  const envelope = await readEnvelope(programs, path);
  const [before_, after_, ...more] = await silencesIn(envelope, 40_000);
  assert.deepEqual(more, []);
  assert.equal(before_?.fromMs, 0);
  assert.ok(Math.abs(before_.toMs - 12_500) <= 30, `${before_.toMs}`);
  assert.ok(Math.abs(after_!.fromMs - 27_500) <= 50 && after_!.toMs === 40_000, JSON.stringify(after_));
  assert.ok((await levelsOf(envelope))[14]!.rmsDb > -30);
  assert.equal((await levelsOf(envelope))[3]!.rmsDb, -Infinity);
});

test('a hole in a sound is silent, takes no memory, and what comes after it has its time', async () => {
  const path = join(folder, 'hole.mp4');
  const hole = `${NOISE}:d=20,asetpts='if(gte(T,10),PTS+3600*SR,PTS)'`;
  await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', hole, ...AAC, '-y', path]);
  const envelope = await readEnvelope(programs, path);
  const [silence, ...more] = await silencesIn(envelope, 3_620_000);
  assert.deepEqual(more, []);
  // A packet of 4096 samples is the least that is placed.
  assert.ok(Math.abs(silence!.fromMs - 10_000) <= 100, JSON.stringify(silence));
  assert.ok(Math.abs(silence!.toMs - 3_610_000) <= 100, JSON.stringify(silence));
  assert.ok(Math.abs(blocksOf(envelope) - 362_000) <= 5, `${blocksOf(envelope)}`);
});

test('a long reading lets others have their turn', async () => {
  const path = join(folder, 'quiet.wav');
  await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', 'anullsrc=d=900', '-y', path]);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const { values }: Envelope = await readEnvelope(programs, path);
  clearInterval(timer);
  assert.ok(turns >= 20, `${turns} turns`);
  assert.equal(values.length, 90_000 * PER_BLOCK);
  assert.ok(values.every((value) => value === 0));
  assert.deepEqual([PEAK, MEAN], [0, 1]);
});
