import assert from 'node:assert/strict';
import test from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { FEW_PIXELS, startBox } from '#test/support/box.ts';
import { PATIENCE_MS } from '#test/support/until.ts';

test('FFmpeg plays the stream of a box by the port of its pages, with RTSP in HTTP', async (t) => {
  const { ffprobe } = await findFfmpeg();
  const box = await startBox({ device: { encoders: FEW_PIXELS } });
  t.after(() => box.remove());
  const url = new URL(box.streamUrl);
  url.port = String(box.ports.http);
  const show = ['-show_entries', 'packet=codec_type', '-read_intervals', '%+#40', '-of', 'csv=p=0'];
  const { stdout, reason } = await runProgram(ffprobe, ['-v', 'error', '-rtsp_transport', 'http', ...show, url.href], {
    timeoutMs: PATIENCE_MS,
  });
  const kinds = stdout.split('\n').map((line) => line.split(',')[0]);
  assert.ok(kinds.includes('video') && kinds.includes('audio'), reason);
});
