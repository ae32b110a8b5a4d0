import { access, mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { encoderArgv } from '#agent/media/encoders/encoder-argv.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { sourceFile } from '../rig/sources.ts';

const FOLDER = join(tmpdir(), 'amphi-bench');

/**
 * Path of a lecture as a box records it: 720 lines, 15 frames a second, closed groups of 2 s, sound. No two of its
 * pictures are equal, since a camera's noise is in them. Made once and kept.
 */
export async function lecture(seconds: number): Promise<string> {
  return kept(`lecture-${seconds}-1.mp4`, async (path) => {
    const wanted = factoryWanted(factoryLayouts).encoders.archive;
    const size = { widthPx: wanted.widthPx, heightPx: wanted.heightPx };
    const from = await sourceFile({ name: 'camera', size, frameRate: wanted.fps, seconds: 36, coding: 'live' });
    const box = encoderArgv(wanted, 'software', 0);
    const coding = box.slice(box.indexOf('-c:v'), box.indexOf('-color_range'));
    const noise = ['-vf', 'noise=alls=4:allf=t', '-c:a', 'aac', '-b:a', '128k', '-t', String(seconds)];
    await ffmpeg(['-stream_loop', '-1', '-i', from, ...noise, ...coding, '-movflags', '+faststart', path]);
  });
}

/** Path of a long lecture: a short one over and over, not encoded anew. */
export async function longLecture(seconds: number, of: number): Promise<string> {
  const short = await lecture(of);
  return kept(`lecture-${seconds}-of-${of}-1.mp4`, (path) =>
    ffmpeg(['-stream_loop', '-1', '-i', short, '-c', 'copy', '-t', String(seconds), '-movflags', '+faststart', path]),
  );
}

async function kept(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(FOLDER, name);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return path;
  await mkdir(FOLDER, { recursive: true });
  console.log(`making ${path} …`);
  const unfinished = join(FOLDER, `${process.pid}-${name}`);
  await make(unfinished);
  await rename(unfinished, path);
  return path;
}

async function ffmpeg(argv: readonly string[]): Promise<void> {
  const { code, reason } = await runProgram('ffmpeg', ['-v', 'error', '-y', ...argv], { timeoutMs: 3_600_000 });
  if (code !== 0) throw new Error(reason);
}
