import assert from 'node:assert/strict';
import test from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { startHall } from '#simulator/hall.ts';
import { PATIENCE_MS } from '#test/support/until.ts';

test('FFmpeg plays RTSP in HTTP, with a password', async (t) => {
  const { ffmpeg, ffprobe } = await findFfmpeg();
  const small = { size: { widthPx: 320, heightPx: 180 } };
  const credentials = { user: 'u', password: 'p' };
  const hall = await startHall({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    ffmpeg,
    credentials,
    sources: { slides: small, camera: small },
  });
  t.after(() => hall.close());
  const show = ['-show_entries', 'packet=codec_type', '-read_intervals', '%+#60', '-of', 'csv=p=0'];
  const { stdout, reason } = await runProgram(
    ffprobe,
    ['-v', 'error', '-rtsp_transport', 'http', ...show, hall.urls.camera],
    { timeoutMs: PATIENCE_MS },
  );
  const kinds = stdout.split('\n').map((line) => line.split(',')[0]);
  assert.ok(kinds.includes('video') && kinds.includes('audio'), reason);
});
