import { createWriteStream, mkdirSync, openSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#firmware-config/schema/config.ts';

/** Folder of log files below the data folder; `/logs` in the file tree. */
export const logFolderOf = ({ data }: Pick<Config, 'data'>): string => join(data, 'logs');

const FILE = 'amphi.log';
/** Bytes of a log file after which the next one begins. */
const MOST_BYTES = 5_000_000;
/**
 * Number of log files. `amphi.log` is the newest; `amphi.3.log` is the oldest and is deleted when a new file begins.
 */
const FILES = 4;
/** Bytes of the log that may wait for a slow disk; further lines are left out. */
const MOST_WAITING_BYTES = 1 << 20;

/**
 * Writes lines of the log to files and keeps the newest files. Never throws; if the disk cannot be written, no file is
 * written.
 */
export interface LogFiles {
  write(line: string): void;
  close(): void;
}

/** Opens the log files in `folder` and continues `amphi.log`. A new file begins when one has `mostBytes`. */
export function openLogFiles(folder: string, mostBytes = MOST_BYTES): LogFiles {
  const path = join(folder, FILE);
  let stream: WriteStream | undefined;
  let bytes = 0;
  const open = (): void => {
    mkdirSync(folder, { recursive: true });
    bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    // The file is opened at once, since it may be renamed before its first line is written.
    const opened = createWriteStream(path, { fd: openSync(path, 'a', 0o640) });
    opened.on('error', () => void (stream = undefined));
    stream = opened;
  };
  const turn = (): void => {
    stream?.end();
    for (let number = FILES - 2; number >= 0; number--) {
      const from = number === 0 ? path : join(folder, `amphi.${number}.log`);
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, join(folder, `amphi.${number + 1}.log`));
    }
    open();
  };
  const quietly = (act: () => void): void => {
    try {
      act();
    } catch {
      stream = undefined;
    }
  };
  quietly(open);
  return {
    write(line) {
      if (!stream || stream.writableLength > MOST_WAITING_BYTES) return;
      stream.write(line);
      bytes += Buffer.byteLength(line);
      if (bytes > mostBytes) quietly(turn);
    },
    close: () => void stream?.end(),
  };
}
