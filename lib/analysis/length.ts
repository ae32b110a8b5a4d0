import { fileUrl, FOREIGN_FILE_ARGV, quietArgv } from '#lib/ffmpeg/argv.ts';
import { probe, type Probed } from '#lib/ffmpeg/probe.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from './asked.ts';

/**
 * What ffprobe reports about a file, with its length in any case: a file that does not say it, as one that was written to
 * a pipe, is read to its end. Rejects with FFmpeg's words for a file that cannot be read.
 */
export async function probeWithLength(
  { ffmpeg, ffprobe }: Programs,
  path: string,
  { signal }: Asked = {},
): Promise<Probed & { durationMs: number }> {
  const probed = await probe(ffprobe, path);
  const { durationMs } = probed;
  if (durationMs !== undefined && durationMs > 0) return { ...probed, durationMs };
  let text = '';
  const copied = ['-map', '0:v?', '-map', '0:a?', '-c', 'copy', '-f', 'null', '-progress', 'pipe:1', '-'];
  await runFfmpeg(ffmpeg, [...quietArgv('error'), ...FOREIGN_FILE_ARGV, '-i', fileUrl(path), ...copied], {
    signal,
    onBytes: (bytes) => void (text = (text + bytes.toString('latin1')).slice(-4096)),
  });
  const [, us = '0'] = [...text.matchAll(/^out_time_us=(\d+)$/gm)].at(-1) ?? [];
  return { ...probed, durationMs: Math.round(Number(us) / 1000) };
}
