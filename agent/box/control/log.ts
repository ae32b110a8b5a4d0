import { createWriteStream, mkdirSync, openSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#firmware-config/schema/config.ts';

/** Folder of log files below the data folder; `/logs` in the file tree. */
export const logFolderOf = ({ data }: Pick<Config, 'data'>): string => join(data, 'logs');

const FILE = 'amphi.log';
const MOST_BYTES = 5_000_000;
/** Number of log files; the newest is `amphi.log`, the oldest `amphi.3.log` and deleted next. */
const FILES = 4;
/** Bytes that may wait for a slow disk; further lines are left out. */
const MOST_WAITING_BYTES = 1 << 20;

/** Writes lines of the log to files, of which the last are kept. Never throws; without a disk there is no file. */
export interface LogFiles {
  write(line: string): void;
  close(): void;
}

/** Opens the log files; writing goes on in `logs/amphi.log`. */
export function openLogFiles(folder: string, mostBytes = MOST_BYTES): LogFiles {
  const path = join(folder, FILE);
  let stream: WriteStream | undefined;
  let bytes = 0;
  const open = (): void => {
    mkdirSync(folder, { recursive: true });
    bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    // It is opened at once, since it may be renamed before a line is written.
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
