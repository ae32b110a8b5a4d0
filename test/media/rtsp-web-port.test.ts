import test from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { FEW_PIXELS, startBox } from '#test/support/box.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

test('FFmpeg plays the stream of a box by the port of its pages, with RTSP in HTTP', async (t) => {
  const { ffprobe } = await findFfmpeg();
  const box = await startBox({ device: { encoders: FEW_PIXELS } });
  t.after(() => box.remove());
  const url = new URL(box.streamUrl);
  url.port = String(box.ports.http);
  const show = ['-show_entries', 'packet=codec_type', '-read_intervals', '%+#40', '-of', 'csv=p=0'];
  const argv = ['-v', 'error', '-rtsp_transport', 'http', ...show, url.href];
  let words = '';
  // A box that has just begun has no stream yet, and says so.
  await until(
    'picture and sound',
    async () => {
      const { stdout, reason } = await runProgram(ffprobe, argv, { timeoutMs: PATIENCE_MS });
      words = reason;
      const kinds = stdout.split('\n').map((line) => line.split(',')[0]);
      return kinds.includes('video') && kinds.includes('audio');
    },
    { seen: () => words },
  );
});
