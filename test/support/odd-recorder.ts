import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { Recording } from '#agent/device/recording.ts';
import type { Destination } from '#agent/recorder/storage/destinations.ts';
import { count } from './recorder-rig.ts';
import { openFileSystem, type FileSystemKind, type OwnFileSystem } from './odd-file-system.ts';

/** The result of a recording. */
export interface OddRecording {
  info: Recording;
  /** Numbers of the pictures in its parts, in order. */
  numbers: number[];
  alarms: string[];
  warnings: string[];
}

/** A recorder on a file system of its own. */
export interface OddRecorder {
  disk: OwnFileSystem;
  /** A folder on another file system. */
  aside: string;
  /**
   * Records for this many seconds, until 2 s after an alarm, or until `meanwhile` is done, which is called when
   * pictures are on the disk. The destination is the file system, unless others are given.
   */
  record(length: number | 'alarm' | 'told', meanwhile?: (file: string) => Promise<void>): Promise<OddRecording>;
}

/** Checks that every picture from the first to the last is there once, in files that are finished. */
export function isWhole({ info, numbers }: OddRecording): void {
  assert.ok(numbers.length > 10, `${numbers.length} pictures`);
  assert.deepEqual(numbers, count(numbers[0] ?? 0, numbers.length), 'no picture is missing or there twice');
  assert.deepEqual([...new Set(info.parts.map(({ state }) => state))], ['final']);
  assert.equal(info.status, 'finished');
}

/** Checks that a whole recording has neither a second part nor an alarm. */
export function isOnePart(result: OddRecording): void {
  assert.deepEqual(result.alarms, []);
  assert.equal(result.info.parts.length, 1);
  isWhole(result);
}

/** Content of the files of others in these tests. */
export const OTHERS = 'a file of somebody else';

/** Opens a recorder on such a file system. It is a process of its own, since calls may hang or take long. */
export async function oddRecorder(
  t: TestContext,
  kind: FileSystemKind,
  options: { words?: string; destination?: Partial<Destination>; hasOther?: boolean } = {},
): Promise<OddRecorder> {
  const aside = await mkdtemp(join(tmpdir(), 'amphi-aside-'));
  t.after(() => rm(aside, { recursive: true, force: true, maxRetries: 20 }));
  const disk = await openFileSystem(t, kind, options.words);
  const destinations = [{ name: 'usbfront', folder: disk.folder, minFreeBytes: 0, ...options.destination }];
  if (options.hasOther) destinations.push({ name: 'internal', folder: join(aside, 'recordings'), minFreeBytes: 0 });
  return {
    disk,
    aside,
    async record(length, meanwhile) {
      const program = new URL('odd-recorder-child.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [program, JSON.stringify(destinations), String(length)], {
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
