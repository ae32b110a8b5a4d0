import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { quietArgv } from '#lib/ffmpeg/argv.ts';
import { FfmpegFailed, runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';

let folder = '';
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'amphi-run-'))));
after(() => rm(folder, { recursive: true, force: true }));

const failure = async (argv: readonly string[]): Promise<FfmpegFailed> => {
  try {
    await runFfmpeg('ffmpeg', [...quietArgv('error'), ...argv]);
  } catch (error) {
    assert.ok(error instanceof FfmpegFailed);
    return error;
  }
  return assert.fail('it did not fail');
};

test('a failure has the reason, and all of the last words', async () => {
  const missing = await failure(['-i', join(folder, 'none.mp4'), '-f', 'null', '-']);
  assert.match(missing.words, /none\.mp4.*No such file/s);
  assert.equal(missing.isDiskFull, false);
  const silent = await failure(['-f', 'lavfi', '-i', 'color=d=0.1', '-map', '0:a:0', '-f', 'null', '-']);
  assert.equal(silent.message, 'this file has no sound');
  const full = await failure(['-f', 'lavfi', '-i', 'testsrc2=d=1', '-f', 'rawvideo', '-y', '/dev/full']);
  assert.equal(full.isDiskFull, true);
  // Of so few bytes it learns only when it closes the file, and ends well.
  const short = await failure(['-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', '-f', 'adts', '-y', '/dev/full']);
  assert.equal(short.isDiskFull, true);
});

test('all bytes of its pipe come before it resolves; one that is aborted is ended, and rejects with the reason', async () => {
  let bytes = 0;
  const gray = ['-f', 'lavfi', '-i', 'color=s=64x64:r=10:d=10', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
  await runFfmpeg('ffmpeg', [...quietArgv('error'), ...gray], { onBytes: (data) => void (bytes += data.length) });
  assert.equal(bytes, 100 * 64 * 64);
  const stop = new AbortController();
  const endless = ['-re', '-f', 'lavfi', '-i', 'color=s=64x64:r=10', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
  const reason = new Error('enough');
  const run = runFfmpeg('ffmpeg', [...quietArgv('error'), ...endless], {
    signal: stop.signal,
    onBytes: () => stop.abort(reason),
  });
  await assert.rejects(run, reason);
});
