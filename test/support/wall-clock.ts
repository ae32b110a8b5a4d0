import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Library of Debian's package `faketime`, which makes a program read its wall clock from a file. */
const LIBRARY = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`;

/** The reason why no program can have another wall clock here, for the option `skip` of a test. */
export const NO_WALL_CLOCK = existsSync(LIBRARY)
  ? false
  : 'the package faketime is not installed: no clock can be changed for one program alone';

/** A wall clock for one program and its children; their monotonic clock and the times of files stay true. */
export interface WallClock {
  /** Environment of the program. */
  env: Record<string, string>;
  /** Sets the clock to this many seconds after the true time; negative: before it. */
  set: (seconds: number) => Promise<void>;
}

/** Opens a wall clock for a test, `seconds` after the true time; its file is removed after the test. */
export async function openWallClock(t: TestContext, seconds = 0): Promise<WallClock> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-clock-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'offset');
  const set = (later: number): Promise<void> => writeFile(file, `${later >= 0 ? '+' : ''}${later}`);
  await set(seconds);
  const env = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  return { env, set };
}
