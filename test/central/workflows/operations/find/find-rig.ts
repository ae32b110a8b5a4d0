import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ElementRow } from '#central/store/tables.ts';
import type { OperationResult } from '#central/workflows/run/operation.ts';
import { madeOnce } from '#test/support/made-once.ts';

const run = promisify(execFile);

/** Size of a picture that shows its number. */
const SIZE_PX = 64;
/** 16 blocks, black or white, are the bits of the picture's number. */
const NUMBERED = `geq=lum='if(mod(floor(N/pow(2,floor(X/16)+4*floor(Y/16))),2),235,16)':cb=128:cr=128`;
/** A beep of 50 ms at each second. */
const BEEPS = `aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.05)':s=48000`;

/** A recording of some seconds, made once on a machine: each picture shows its number, each second begins with a beep. */
export const numberedFilm = (seconds: number, rate: string, more: readonly string[] = []): Promise<string> =>
  madeOnce(`find-${seconds}-${rate.replace('/', '_')}-${more.join('_').replaceAll(/\W/g, '')}.mp4`, async (path) => {
    const pictures = ['-f', 'lavfi', '-i', `color=gray:s=${SIZE_PX}x${SIZE_PX}:r=${rate}:d=${seconds},${NUMBERED}`];
    const sound = more.includes('-an') ? [] : ['-f', 'lavfi', '-t', String(seconds), '-i', BEEPS];
    const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '60', '-c:a', 'aac'];
    await run('ffmpeg', ['-v', 'error', '-y', ...pictures, ...sound, ...codec, ...more, '-f', 'mp4', path]);
  });

/** Numbers of the pictures of a film, in order. Fails if it does not decode silently. */
export async function numbersOf(path: string): Promise<number[]> {
  const argv = ['-v', 'error', '-i', path, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
  const { stdout, stderr } = await run('ffmpeg', argv, { encoding: 'buffer', maxBuffer: 256 << 20 });
  assert.equal(stderr.toString(), '');
  const bytes = SIZE_PX * SIZE_PX;
  return Array.from({ length: stdout.length / bytes }, (_, at) =>
    numberIn(stdout.subarray(at * bytes, (at + 1) * bytes)),
  );
}

const numberIn = (luma: Buffer): number =>
  Array.from({ length: 16 }, (_, bit) => {
    const [x, y] = [(bit % 4) * 16 + 8, Math.floor(bit / 4) * 16 + 8];
    return luma[y * SIZE_PX + x]! > 126 ? 2 ** bit : 0;
  }).reduce((sum, one) => sum + one, 0);

/** Milliseconds at which the beeps of a film begin. */
export async function beepsOf(path: string): Promise<number[]> {
  const argv = ['-v', 'error', '-i', path, '-f', 's16le', '-ac', '1', '-ar', '8000', '-'];
  const { stdout } = await run('ffmpeg', argv, { encoding: 'buffer', maxBuffer: 256 << 20 });
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
  const begins: number[] = [];
  let quietSince = -1000;
  for (const [at, sample] of samples.entries()) {
    if (Math.abs(sample) < 4000) continue;
    if (at - quietSince > 400) begins.push(at / 8);
    quietSince = at;
  }
  return begins;
}

/** Writes a text into a folder. Gives its path. */
export async function textFile(folder: string, name: string, text: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Elements that an operation has made. */
export function addedBy(result: OperationResult): readonly ElementRow[] {
  assert.equal(result.kind, 'done');
  return 'added' in result ? (result.added ?? []) : [];
}
