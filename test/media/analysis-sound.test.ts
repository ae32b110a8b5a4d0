import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { findFaults } from '#lib/analysis/faults/find-faults.ts';
import { probeWithLength } from '#lib/analysis/length.ts';
import { BLOCK_MS, blocksOf } from '#lib/analysis/sound/envelope.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import { gainOf, loudnessFilter, measureLoudness } from '#lib/analysis/sound/loudness.ts';
import { readEnvelope } from '#lib/analysis/sound/read-envelope.ts';
import { silencesIn, spokenIn } from '#lib/analysis/sound/silences.ts';
import { drawWaveform, waveformWidth } from '#lib/analysis/sound/waveform.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';

let folder = '';
let programs: Ffmpeg;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-sound-'));
  programs = await findFfmpeg();
});
after(() => rm(folder, { recursive: true, force: true }));

/** Speech-like noise (0.1 s of each 0.25 s) whose volume follows an expression of the time `t`, with or without picture. */
async function made(name: string, seconds: number, volume: string, picture?: string): Promise<string> {
  const path = join(folder, name);
  const sound = `anoisesrc=d=${seconds}:c=pink:a=0.5:r=48000:seed=7,volume='(${volume})*lt(mod(t\\,0.25)\\,0.1)':eval=frame,aformat=sample_fmts=s16`;
  const video = picture ? ['-f', 'lavfi', '-i', picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '20'] : [];
  await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', sound, ...video, '-c:a', 'aac', '-y', path]);
  return path;
}

const near = (is: number | undefined, due: number, by: number): void =>
  assert.ok(is !== undefined && Math.abs(is - due) <= by, `${is} is not ${due} ± ${by}`);

describe('sound of files', { concurrency: 2 }, () => {
  test('silences are found, and what is kept begins two seconds before speech', async () => {
    const path = await made('silences.m4a', 150, 'not(between(t,70,84))');
    const durationMs = 150_000;
    const silences = await silencesIn(await readEnvelope(programs, path), durationMs);
    assert.equal(silences.length, 1);
    near(silences[0]?.fromMs, 70_000, 300);
    near(silences[0]?.toMs, 84_000, 300);
    const kept = spokenIn(silences, durationMs);
    assert.equal(kept.length, 2);
    near(kept[1]?.fromMs, 82_000, 300);
    near(kept[1]?.toMs, 150_000, 300);
    // Nobody speaks for a minute: all is kept.
    assert.deepEqual(spokenIn([{ fromMs: 0, toMs: 20_000 }], 50_000), [{ fromMs: 0, toMs: 50_000 }]);
  });

  test('a file without sound is one silence, and one fault', async () => {
    const path = join(folder, 'mute.mp4');
    await runFfmpeg(programs.ffmpeg, [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=320x180:r=5:d=6',
      '-g',
      '10',
      '-y',
      path,
    ]);
    await assert.rejects(readEnvelope(programs, path), /this file has no sound/);
    assert.deepEqual(await findFaults(programs, path), [{ what: 'no sound track', fromMs: 0, toMs: 6000 }]);
    assert.deepEqual(await findFaults(programs, path, { needs: { sound: false } }), []);
    await assert.rejects(measureLoudness(programs, path), /this file has no sound/);
  });

  test('faults are found where they are: no sound, black, and distorted sound', async () => {
    const path = await made(
      'faults.mp4',
      60,
      'if(between(t,20,34),0,if(gte(t,45),40,0.6))',
      "testsrc2=s=320x180:r=5:d=60,drawbox=c=black:t=fill:enable='between(t,8,19.9)'",
    );
    const faults = await findFaults(programs, path);
    assert.deepEqual(
      faults.map(({ what }) => what),
      ['black', 'no sound', 'clipped'],
    );
    near(faults[0]?.fromMs, 8000, 4100);
    near(faults[0]?.toMs, 20_000, 4100);
    near(faults[1]?.fromMs, 20_000, 1000);
    near(faults[1]?.toMs, 34_000, 1000);
    near(faults[2]?.fromMs, 45_000, 3000);
  });

  test('faults of what is kept are those of a film that has that alone, also where no picture can be taken alone', async () => {
    const path = await made(
      'kept.mp4',
      60,
      '0.6',
      "testsrc2=s=320x180:r=5:d=60,drawbox=c=black:t=fill:enable='between(t,20,39.9)'",
    );
    const other = join(folder, 'kept.mkv');
    await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-i', path, '-c', 'copy', '-y', other]);
    for (const film of [path, other]) {
      const found = async (kept?: readonly (readonly [number, number])[]) => {
        const asked = kept ? { kept: kept.map(([fromMs, toMs]) => ({ fromMs, toMs })) } : {};
        const faults = await findFaults(programs, film, asked);
        return faults.map(({ what, fromMs, toMs }) => [what, Math.round(fromMs / 4000), Math.round(toMs / 4000)]);
      };
      assert.deepEqual(await found(), [['black', 5, 10]], film);
      const kept = [
        [0, 12_000],
        [24_000, 60_000],
      ] as const;
      assert.deepEqual(await found(kept), [['black', 3, 7]], film);
      // What is left of the black is too short.
      const less = [
        [0, 20_000],
        [32_000, 60_000],
      ] as const;
      assert.deepEqual(await found(less), [], film);
    }
  });

  test('two passes bring a recording to -16 LUFS, and its peaks stay below full', async () => {
    const path = await made('quiet.m4a', 30, '0.15+0.25*between(t,10,10.2)');
    const before = await measureLoudness(programs, path);
    assert.ok(before.integratedLufs < -25, `${before.integratedLufs}`);
    const louder = join(folder, 'louder.wav');
    const argv = ['-v', 'error', '-i', path, '-af', loudnessFilter(before), '-y', louder];
    await runFfmpeg(programs.ffmpeg, argv);
    const after = await measureLoudness(programs, louder);
    near(after.integratedLufs, -16, 1);
    assert.ok(after.truePeakDb <= -0.5, `${after.truePeakDb}`);
    assert.equal(gainOf({ integratedLufs: -70, rangeLu: 0, truePeakDb: -Infinity }), 0);
  });

  test('the shape of a sound has its loud and silent parts, and is drawn in the size that is asked for', async () => {
    const path = await made('shape.m4a', 10, '0.8*between(t,4,6)');
    const to = join(folder, 'shape.png');
    const envelope = await readEnvelope(programs, path);
    await drawWaveform(programs, envelope, to, { widthPx: 400, heightPx: 100, colours: ['red'] });
    const { data, info } = await sharp(to).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [400, 100]);
    const inkedFrom = (from: number): number =>
      Array.from({ length: 40 * 100 }, (_, at) => data[(Math.floor(at / 40) * 400 + from + (at % 40)) * 4 + 3]!).filter(
        (alpha) => alpha > 128,
      ).length;
    assert.ok(inkedFrom(180) > 50 && inkedFrom(60) === 0, `${inkedFrom(180)}, ${inkedFrom(60)}`);
    await assert.rejects(drawWaveform(programs, envelope, to, { widthPx: 0, heightPx: 9 }), /1 to 30000 pixels/);
    await assert.rejects(
      drawWaveform(programs, envelope, to, { widthPx: 9, heightPx: 9, colours: ['red:x=1'] }),
      /is no colour/,
    );
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
      [],
    );
    assert.equal(waveformWidth(60 * 60_000), 12_000);
  });

  test('a file that does not say its length, as one from a pipe, is read to its end', async () => {
    const path = join(folder, 'piped.mkv');
    const silent = "sine=d=20:r=48000,volume='lt(t,6)':eval=frame";
    const argv = ['-v', 'error', '-f', 'lavfi', '-i', silent, '-c:a', 'aac', '-f', 'matroska', 'pipe:1'];
    const chunks: Buffer[] = [];
    await runFfmpeg(programs.ffmpeg, argv, { onBytes: (bytes) => void chunks.push(bytes) });
    await writeFile(path, Buffer.concat(chunks));
    const { durationMs } = await probeWithLength(programs, path);
    near(durationMs, 20_000, 200);
    near(blocksOf(await readEnvelope(programs, path)) * BLOCK_MS, 20_000, 200);
  });

  test('a search that is aborted ends, and its program with it', async () => {
    const path = await made('long.m4a', 60, '1');
    const stop = new AbortController();
    const run = runFfmpeg(programs.ffmpeg, ['-v', 'error', '-re', '-i', path, '-f', 's16le', 'pipe:1'], {
      signal: stop.signal,
      onBytes: () => stop.abort(new Error('stopped by a person')),
    });
    await assert.rejects(run, /stopped by a person/);
    await assert.rejects(readEnvelope(programs, path, { signal: stop.signal }), /stopped by a person/);
  });
});
