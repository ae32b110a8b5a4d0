import { execFile, execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Recording } from '#agent/device/recording.ts';

/** The result of a recording. */
export interface OddRecording {
  info: Recording;
  /** Numbers of the pictures in its parts, in order. */
  numbers: number[];
  alarms: string[];
  warnings: string[];
  /** Names in its folder. */
  files: string[];
}

/** A recorder on an odd file system. */
export interface OddRecorder {
  /** Folder of the recordings. */
  folder: string;
  /** Sets how the file system behaves from now on; see `odd-file-system.c`. */
  does(words: string): Promise<void>;
  /**
   * Records for this many seconds, until 2 s after an alarm, or until `meanwhile` is done, which is called when
   * pictures are on the disk.
   */
  record(length: number | 'alarm' | 'told', meanwhile?: (file: string) => Promise<void>): Promise<OddRecording>;
}

let compiled: Promise<string> | undefined;

/** Compiles the odd file system as a library, once for each process; it is removed with the process. */
async function compile(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'amphi-odd-'));
  process.once('exit', () => rmSync(place, { recursive: true, force: true }));
  const library = join(place, 'odd.so');
  const source = new URL('odd-file-system.c', import.meta.url).pathname;
  await promisify(execFile)('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  return library;
}

/** Opens a recorder on a file system with oddities. Rejects if there is no C compiler. */
export async function oddRecorder(t: TestContext, words = ''): Promise<OddRecorder> {
  const place = await mkdtemp(join(tmpdir(), 'amphi-odd-'));
  t.after(() => rm(place, { recursive: true, force: true, maxRetries: 20 }));
  const library = await (compiled ??= compile());
  const [control, folder] = [join(place, 'control'), join(place, 'recordings')];
  await mkdir(folder);
  const does = (text: string): Promise<void> => writeFile(control, text);
  await does(words);
  return {
    folder,
    does,
    async record(length, meanwhile) {
      const env = { ...process.env, LD_PRELOAD: library, ODD_FILE_SYSTEM: control };
      const program = new URL('odd-recorder.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [program, folder, String(length)], {
        env,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      t.after(() => void child.kill('SIGKILL'));
      child.stdin.on('error', () => undefined);
      let over: OddRecording | undefined;
      for await (const line of createInterface({ input: child.stdout })) {
        const told = JSON.parse(line) as { at: string; file: string };
        if (told.at !== 'running') over = told as unknown as OddRecording;
        else {
          await meanwhile?.(told.file);
          child.stdin.end();
        }
      }
      if (!over) throw new Error('the recorder ended early');
      return over;
    },
  };
}

/** The reason for skipping a test, if this machine has no C compiler; else false. */
export function noCompiler(): string | false {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no C compiler, so no odd file system';
  }
}
