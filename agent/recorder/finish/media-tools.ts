import { readdir } from 'node:fs/promises';
import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import { ffmetadata, finishedArgv } from '#lib/ffmpeg/finished-file.ts';
import { hasSound, probe } from '#lib/ffmpeg/probe.ts';
import type { FileWords } from '#lib/media/file-tags.ts';
import type { Haste } from './haste.ts';
import { runTool } from './tool.ts';

/** Paths of the programs. */
export interface MediaTools {
  ffmpeg: string;
  ffprobe: string;
  /** Priority of the programs; undefined: as low as beside a recording. */
  haste?: Haste;
}

/** Facts of a file as ffprobe gives them. */
export interface MediaFacts {
  durationMs: number;
  /** Number of pictures according to the container. */
  pictures: number;
  video: boolean;
  audio: boolean;
}

/** Reads the facts of a file with ffprobe. Throws if it is no media file. */
export async function probeFile(tools: MediaTools, path: string, signal?: AbortSignal): Promise<MediaFacts> {
  const { durationMs = 0, streams } = await probe(tools.ffprobe, path, { run: runnerOf(tools, signal) });
  const video = streams.find(({ kind }) => kind === 'video');
  return {
    durationMs,
    pictures: video?.frames ?? 0,
    video: video !== undefined,
    audio: streams.some(({ kind }) => kind === 'audio'),
  };
}

/** Whether a file has any sound, and not only an empty track. Throws in the same cases as `probeFile`. */
export const soundIn = (tools: MediaTools, path: string, signal?: AbortSignal): Promise<boolean> =>
  hasSound(tools.ffprobe, path, { run: runnerOf(tools, signal) });

const runnerOf =
  ({ haste }: MediaTools, signal?: AbortSignal) =>
  (command: string, argv: readonly string[]): Promise<string> =>
    runTool({ command, argv, signal, haste });

/**
 * Copies a fragmented file to a plain MP4 with its index at the front, chapters and tags; nothing is encoded. Throws if
 * FFmpeg fails.
 */
export async function remux(
  { ffmpeg: command, haste }: MediaTools,
  from: string,
  to: string,
  words: FileWords,
  signal?: AbortSignal,
): Promise<void> {
  await runTool({ command, argv: finishedArgv(from, to), input: ffmetadata(words), signal, haste });
}

/**
 * Writes the first picture at or after `atMs` as JPEG into `folder`. Its temporary name is `<prefix><ms>.tmp`, with the
 * picture's exact time; `prefix` must be plain letters. Undefined if there is no such picture.
 */
export async function extractPicture(
  tools: MediaTools,
  from: string,
  target: { folder: string; prefix: string; atMs: number; widthPx: number },
  signal?: AbortSignal,
): Promise<{ name: string; atMs: number } | undefined> {
  const seek = ['-threads', '1', '-ss', (target.atMs / 1000).toFixed(3), '-copyts', '-i', fileUrl(from)];
  const filter = `scale='min(${target.widthPx},iw)':-2:flags=area,format=yuvj420p`;
  const picture = ['-map', '0:v:0', '-frames:v', '1', '-vf', filter, '-c:v', 'mjpeg', '-q:v', '4'];
  // FFmpeg's image writer names a picture by its time stamp, here in milliseconds.
  const naming = ['-fps_mode', 'passthrough', '-enc_time_base', '1:1000', '-f', 'image2', '-frame_pts', '1'];
  const argv = [...quietArgv('error'), ...seek, ...picture, ...naming, '-y', `file:${target.prefix}%d.tmp`];
  await runTool({ command: tools.ffmpeg, argv, cwd: target.folder, signal, haste: tools.haste });
  const name = (await readdir(target.folder)).find((file) => file.startsWith(target.prefix) && file.endsWith('.tmp'));
  return name ? { name, atMs: Number(name.slice(target.prefix.length, -4)) } : undefined;
}
