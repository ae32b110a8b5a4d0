import { rm, stat } from 'node:fs/promises';
import { fileUrl, FOREIGN_FILE_ARGV, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Rect } from '#lib/media/geometry.ts';
import { probeWithLength } from '../length.ts';
import { FfmpegFailed, runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { writeBeside } from '#lib/runtime/disk/write-beside.ts';

/** How a still is taken. */
export interface StillAsked extends Asked {
  /** Width in pixels; the height follows. A picture that is smaller is not enlarged. Without it, the picture's own. */
  widthPx?: number;
  /** Part of the picture, in parts (0 to 1) of it; without it the whole. */
  rect?: Rect | undefined;
  /** FFmpeg's quality of a JPEG: 2 (best) to 31. */
  quality?: number;
}

/** Milliseconds before the end, at which the last picture is looked for, one after the other. */
const BEFORE_END_MS = [50, 250, 1000, 5000, 30_000] as const;

/**
 * Takes the picture that is shown at a time, and writes it to `to`: a JPEG, or a PNG if the name ends so. If the video
 * ends before, the last picture is near: it is looked for up to 30 s before the end. Rejects with FFmpeg's words if there is none.
 */
export async function takeStill(
  programs: Programs,
  path: string,
  atMs: number,
  to: string,
  asked: StillAsked = {},
): Promise<void> {
  await writeBeside(to, async (temporary) => {
    const took = (fromMs: number): Promise<boolean> =>
      tookOne(programs.ffmpeg, stillArgv(path, Math.max(0, fromMs), temporary, to, asked), asked.signal);
    if (await took(atMs)) return;
    const { durationMs } = await probeWithLength(programs, path, asked);
    for (const before of BEFORE_END_MS) {
      if (await took(Math.min(atMs, durationMs - before))) return;
      if (before >= durationMs) break;
    }
    throw new Error(`there is no picture at ${(atMs / 1000).toFixed(3)} s`);
  });
}

/** Whether FFmpeg wrote a picture; without one it ends well, and says so. */
async function tookOne(ffmpeg: string, argv: readonly string[], signal: AbortSignal | undefined): Promise<boolean> {
  let isEmpty = false;
  const onLine = (line: string): void => void (isEmpty ||= /Output file is empty|nothing was encoded/.test(line));
  await runFfmpeg(ffmpeg, argv, { signal, onLine });
  return !isEmpty;
}

/** One of several stills. */
export interface StillAt extends Pick<StillAsked, 'rect' | 'quality' | 'widthPx'> {
  atMs: number;
  to: string;
}

/**
 * Takes stills of a film as `takeStill` does, with one FFmpeg: that costs half as much as one FFmpeg for each. Each is an
 * open file and a decoder, so that callers ask for few at once. What could not be taken so is taken alone. Files that are
 * there have been written to their end, but are not synced. Rejects with FFmpeg's words if there is no picture.
 */
export async function takeStills(
  programs: Programs,
  path: string,
  stills: readonly StillAt[],
  { signal }: Asked = {},
): Promise<void> {
  if (stills.length > 1)
    await runFfmpeg(programs.ffmpeg, stillsArgv(path, stills), { signal }).catch(async (error: unknown) => {
      signal?.throwIfAborted();
      if (!(error instanceof FfmpegFailed)) throw error;
      for (const { to } of stills) await rm(to, { force: true });
    });
  for (const { atMs, to, ...asked } of stills)
    if (!(await isWritten(to))) await takeStill(programs, path, atMs, to, { ...asked, signal });
}

const isWritten = async (path: string): Promise<boolean> => ((await stat(path).catch(() => undefined))?.size ?? 0) > 0;

function stillArgv(path: string, atMs: number, temporary: string, to: string, asked: StillAsked): string[] {
  return [...quietArgv('warning'), ...inputArgv(path, atMs), ...outputArgv(0, temporary, isPng(to), asked)];
}

function stillsArgv(path: string, stills: readonly StillAt[]): string[] {
  // Threads of a decoder cost more than they give for a picture or two.
  const inputs = stills.flatMap(({ atMs }) => ['-threads', '1', ...inputArgv(path, Math.max(0, atMs))]);
  const outputs = stills.flatMap(({ to, ...asked }, at) => outputArgv(at, to, isPng(to), asked));
  return [...quietArgv('error'), ...inputs, ...outputs];
}

const isPng = (name: string): boolean => /\.png$/i.test(name);

const inputArgv = (path: string, atMs: number): string[] => [
  ...FOREIGN_FILE_ARGV,
  '-ss',
  String(atMs / 1000),
  '-i',
  fileUrl(path),
];

/** Arguments of a still. Its bytes do not depend on the number of processors: texts are kept by them. */
function outputArgv(input: number, to: string, png: boolean, { widthPx, rect, quality = 3 }: StillAsked): string[] {
  const crop = rect ? [`crop=w=iw*${rect.width}:h=ih*${rect.height}:x=iw*${rect.x}:y=ih*${rect.y}`] : [];
  const scale = widthPx === undefined ? [] : [`scale='min(${widthPx},iw)':-2:flags=lanczos`];
  const filters = [...crop, ...scale];
  const coding = png ? ['-c:v', 'png'] : ['-c:v', 'mjpeg', '-q:v', String(quality), '-pix_fmt', 'yuvj420p'];
  const file = ['-map_metadata', '-1', '-f', 'image2', '-update', '1', '-y', fileUrl(to)];
  return [
    '-map',
    `${input}:V:0`,
    ...(filters.length > 0 ? ['-vf', filters.join(',')] : []),
    '-frames:v',
    '1',
    '-threads',
    '1',
    ...coding,
    ...file,
  ];
}
