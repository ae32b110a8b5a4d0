import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '#lib/runtime/processes/child.ts';

/** The quality and the cost of an encode. */
export interface Encoded {
  /** Mean SSIM over all frames and planes, 0 to 1. */
  ssim: number;
  /** Mean SSIM as -10 log10(1 - SSIM). */
  decibels: number;
  worst: number;
  kbps: number;
  cpuSeconds: number;
}

/** An encode that is to be measured. */
export interface EncodeJob {
  /** Path of a lossless file. */
  file: string;
  /** Filter for its pictures before they are encoded. */
  filter: string;
  /** Arguments of the encoder, from `-c:v` on. */
  argv: readonly string[];
  gopFrames: number;
  fps: number;
  /** Whether the pictures are compared as well. */
  judge: boolean;
}

/**
 * Encodes a file, and compares the result with it by FFmpeg's `ssim`. Pictures are filtered and stored raw first, so
 * that the measured time is that of encoding alone.
 */
export async function encodeAndJudge(job: EncodeJob): Promise<Encoded> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-quality-'));
  const [raw, coded] = [join(folder, 'raw.y4m'), join(folder, 'coded.mkv')];
  try {
    await ffmpeg(['-i', job.file, '-an', '-vf', `${job.filter},format=yuv420p`, raw]);
    const keys = ['-force_key_frames', `expr:not(mod(n,${job.gopFrames}))`];
    const said = await ffmpeg(['-benchmark', '-i', raw, ...keys, ...job.argv, coded]);
    const judged = job.judge ? await judge(raw, coded, join(folder, 'ssim.log')) : NOT_JUDGED;
    const { size } = await stat(coded);
    const frames = Number([...said.matchAll(/frame= *(\d+)/g)].at(-1)?.[1]);
    const [, user = 0, system = 0] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(said)!.map(Number);
    return { ...judged, kbps: Math.round((size * 8 * job.fps) / frames / 1000), cpuSeconds: user + system };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NOT_JUDGED = { ssim: Number.NaN, decibels: Number.NaN, worst: Number.NaN };

async function judge(raw: string, coded: string, log: string): Promise<typeof NOT_JUDGED> {
  const said = await ffmpeg(['-i', coded, '-i', raw, '-lavfi', `[0:v][1:v]ssim=stats_file=${log}`, '-f', 'null', '-']);
  const each = [...(await readFile(log, 'utf8')).matchAll(/All:([\d.]+)/g)].map(([, all]) => Number(all));
  const [, ssim = Number.NaN, decibels = Number.NaN] = /SSIM .*All:([\d.]+) \(([\d.]+)\)/.exec(said)!.map(Number);
  return { ssim, decibels, worst: Math.min(...each) };
}

/** Runs ffmpeg and gives all that it printed. */
async function ffmpeg(argv: readonly string[]): Promise<string> {
  const said: string[] = [];
  const child = startChild({
    command: 'ffmpeg',
    argv: ['-hide_banner', '-nostdin', '-y', ...argv],
    onStderrLine: (line) => void said.push(line),
  });
  const { code, reason } = await child.died;
  if (code !== 0) throw new Error(`ffmpeg ${argv.join(' ')}: ${reason}`);
  return said.join('\n');
}
