import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

/**
 * Path of a file that `make` writes once on a machine; it is kept for the next test. The name ends with a version,
 * which changes when the content does. Tests that run at the same time, in this process or others, may each make it:
 * the last one stays.
 */
export async function madeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const folder = join(tmpdir(), 'amphi-test-media');
  const path = join(folder, name);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${randomUUID()}${extname(name)}`;
  await make(temporary);
  await rename(temporary, path);
  return path;
}
