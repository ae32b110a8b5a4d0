import type { Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/processes/child.ts';

export interface DecodedPicture {
  ptsMs: number;
  /** Luma plane in the requested size. */
  luma: Buffer;
}

export interface DecodedSound {
  ptsMs: number;
  /** Samples of the left channel, -1 to 1. */
  samples: Float32Array;
}

export interface Decoded {
  pictures: DecodedPicture[];
  sounds: DecodedSound[];
  /** Complaints of the decoder. */
  complaints: string[];
}

/**
 * Decodes a transport stream (or file) with its own time stamps: every picture as luma of `size`, all sound at 48 kHz.
 * Two processes are used, since the logs of one that did both would be mixed.
 */
export async function decodeStream(ffmpeg: string, stream: Buffer, size: Size): Promise<Decoded> {
  const scale = `scale=${size.widthPx}:${size.heightPx}:flags=area,format=gray,showinfo=checksum=0`;
  const [video, audio] = await Promise.all([
    decoded(ffmpeg, stream, ['-map', '0:v:0', '-vf', scale, '-fps_mode', 'passthrough', '-f', 'rawvideo']),
    decoded(ffmpeg, stream, [
      '-map',
      '0:a:0?',
      '-af',
      'aresample=48000,aformat=channel_layouts=mono:sample_fmts=s16,ashowinfo',
      '-f',
      's16le',
    ]),
  ]);
  const bytes = size.widthPx * size.heightPx;
  let at = 0;
  return {
    complaints: video.lines.filter((line) => /error|corrupt|invalid|missing/i.test(line)),
    pictures: timesIn(video.lines, /_showinfo_\d+ @.*\] n: *\d+ pts: *-?\d+ pts_time: *(-?[\d.]+)/).map(
      ([ptsMs], n) => ({
        ptsMs,
        luma: video.bytes.subarray(n * bytes, (n + 1) * bytes),
      }),
    ),
    sounds: timesIn(audio.lines, /_ashowinfo_\d+ @.*pts_time:(-?[\d.]+).*nb_samples:(\d+)/).map(([ptsMs, count]) => {
      const samples = Float32Array.from({ length: count }, (_, n) => audio.bytes.readInt16LE((at + n) * 2) / 32768);
      at += count;
      return { ptsMs, samples };
    }),
  };
}

/** Milliseconds, and the second number if there is one, in lines of a log. */
const timesIn = (lines: readonly string[], shape: RegExp): [ptsMs: number, count: number][] =>
  lines.flatMap((line) => {
    const found = shape.exec(line);
    return found ? [[Number(found[1]) * 1000, Number(found[2] ?? 0)]] : [];
  });

async function decoded(
  ffmpeg: string,
  stream: Buffer,
  output: readonly string[],
): Promise<{ bytes: Buffer; lines: string[] }> {
  const lines: string[] = [];
  const child = startChild({
    command: ffmpeg,
    argv: ['-hide_banner', '-nostats', '-loglevel', 'info', '-copyts', '-i', 'pipe:0', ...output, 'pipe:1'],
    feeds: [0],
    takes: [1],
    onStderrLine: (line) => void lines.push(line),
  });
  const chunks: Buffer[] = [];
  child.take(1).on('data', (chunk: Buffer) => chunks.push(chunk));
  child.feed(0).end(stream);
  await child.died;
  return { bytes: Buffer.concat(chunks), lines };
}

/** Times at which pictures become bright, and at which sound begins after silence. */
export function flashesAndBeeps({ pictures, sounds }: Decoded): { flashesMs: number[]; beepsMs: number[] } {
  const flashesMs: number[] = [];
  let wasBright = true;
  for (const { ptsMs, luma } of pictures) {
    const isBright = luma.reduce((sum, value) => sum + value, 0) / luma.length > 126;
    if (isBright && !wasBright) flashesMs.push(ptsMs);
    wasBright = isBright;
  }
  const beepsMs: number[] = [];
  let loudMs = Number.NaN;
  for (const { ptsMs, samples } of sounds)
    samples.forEach((value, n) => {
      if (Math.abs(value) < 0.1) return;
      const atMs = ptsMs + n / 48;
      if (atMs - loudMs > 100) beepsMs.push(atMs);
      loudMs = atMs;
    });
  return { flashesMs, beepsMs };
}

/** Lateness of the sound in milliseconds, for each flash that has a beep near it. */
export function soundLateness({ flashesMs, beepsMs }: { flashesMs: number[]; beepsMs: number[] }): number[] {
  return flashesMs.flatMap((flash) => {
    const nearest = beepsMs.map((beep) => beep - flash).toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
    return nearest !== undefined && Math.abs(nearest) < 400 ? [nearest] : [];
  });
}
