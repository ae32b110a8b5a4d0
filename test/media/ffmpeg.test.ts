import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';

test('the FFmpeg of this machine is found and does what we need', async () => {
  const { ffmpeg, ffprobe, version, encoders } = await findFfmpeg();
  assert.match(ffmpeg, /^\//);
  assert.match(ffprobe, /^\//);
  assert.match(version, /\d/);
  assert.ok(encoders.has('libx264'));
});
