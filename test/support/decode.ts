import type { Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/child.ts';

export interface DecodedPicture {
  ptsMs: number;
  /** Luma plane of the size asked for. */
  luma: Buffer;
}

export interface DecodedSound {
  ptsMs: number;
  /** Left ear, -1 to 1. */
  samples: Float32Array;
}

export interface Decoded {
  pictures: DecodedPicture[];
  sounds: DecodedSound[];
  /** What the decoder complained of. */
  complaints: string[];
}

/** Decodes a transport stream (or file) with its own time stamps: every picture as luma of `size`, all sound at 48 kHz. */
export async function decodeStream(ffmpeg: string, stream: Buffer, size: Size): Promise<Decoded> {
  const [pictureTimes, soundTimes, complaints]: [number[], { ptsMs: number; count: number }[], string[]] = [[], [], []];
  const child = startChild({
    command: ffmpeg,
    argv: [
      ...['-hide_banner', '-nostats', '-loglevel', 'info', '-copyts', '-i', 'pipe:0'],
      ...['-map', '0:v:0', '-vf', `scale=${size.widthPx}:${size.heightPx}:flags=area,format=gray,showinfo=checksum=0`],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:3'],
      ...['-map', '0:a:0?', '-af', 'aresample=48000,aformat=channel_layouts=mono:sample_fmts=s16,ashowinfo'],
      ...['-f', 's16le', 'pipe:4'],
    ],
    feeds: [0],
    takes: [3, 4],
    onStderrLine(line) {
      const picture = /_showinfo_\d+ @.*\] n: *\d+ pts: *-?\d+ pts_time: *(-?[\d.]+)/.exec(line);
      const sound = /_ashowinfo_\d+ @.*pts_time:(-?[\d.]+).*nb_samples:(\d+)/.exec(line);
      if (picture) pictureTimes.push(Number(picture[1]) * 1000);
      else if (sound) soundTimes.push({ ptsMs: Number(sound[1]) * 1000, count: Number(sound[2]) });
      else if (/error|corrupt|invalid|missing/i.test(line)) complaints.push(line);
    },
  });
  const [lumas, samples] = [child.take(3), child.take(4)].map((pipe) => {
    const chunks: Buffer[] = [];
    pipe.on('data', (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  });
  child.feed(0).end(stream);
  await child.died;
  const bytes = size.widthPx * size.heightPx;
  const luma = Buffer.concat(lumas!);
  const sound = Buffer.concat(samples!);
  let at = 0;
  return {
    complaints,
    pictures: pictureTimes.map((ptsMs, n) => ({ ptsMs, luma: luma.subarray(n * bytes, (n + 1) * bytes) })),
    sounds: soundTimes.map(({ ptsMs, count }) => {
      const values = Float32Array.from({ length: count }, (_, n) => sound.readInt16LE((at + n) * 2) / 32768);
      at += count;
      return { ptsMs, samples: values };
    }),
  };
}

/** Moments at which pictures turn bright, and sound begins after silence. */
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

/** For each flash that has a beep near it, how much later the sound is, in milliseconds. */
export function soundLateness({ flashesMs, beepsMs }: { flashesMs: number[]; beepsMs: number[] }): number[] {
  return flashesMs.flatMap((flash) => {
    const nearest = beepsMs.map((beep) => beep - flash).toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
    return nearest !== undefined && Math.abs(nearest) < 400 ? [nearest] : [];
  });
}
