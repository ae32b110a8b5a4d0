import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Makes a folder; it is removed after the test. */
export async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-disk-'));
  // A recorder that is closed after the test may still write into it.
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}

/** Mounts a file system of this many bytes; it is removed after the test. Undefined if mounting is not allowed. */
export async function smallDisk(t: TestContext, bytes: number): Promise<string | undefined> {
  const disk = await mountSmallDisk(bytes);
  if (disk) t.after(() => disk.remove());
  return disk?.folder;
}

/** Mounts such a file system; the caller removes it. */
export async function mountSmallDisk(bytes: number): Promise<{ folder: string; remove(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  return {
    folder,
    async remove() {
      execFileSync('umount', ['-l', folder]);
      // A recorder that is closed after the test may write there again.
      await rm(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
