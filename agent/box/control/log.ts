import { createWriteStream, mkdirSync, openSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#firmware-config/schema/config.ts';

/** Below the data folder; `/logs` of the tree of files. */
export const logFolderOf = ({ data }: Pick<Config, 'data'>): string => join(data, 'logs');

const FILE = 'amphi.log';
const MOST_BYTES = 5_000_000;
/** With the one that is written: the newest is `amphi.log`, the oldest `amphi.3.log`. */
const FILES = 4;
/** What waits for a slow disk; more is left out: a log must not fill the memory. */
const MOST_WAITING_BYTES = 1 << 20;

/** Takes lines of the log and keeps the last ones in files. Never throws: without a disk there is no file. */
export interface LogFiles {
  write(line: string): void;
  close(): void;
}

/** Opens `logs/amphi.log` to go on with it. */
export function openLogFiles(folder: string, mostBytes = MOST_BYTES): LogFiles {
  const path = join(folder, FILE);
  let stream: WriteStream | undefined;
  let bytes = 0;
  const open = (): void => {
    mkdirSync(folder, { recursive: true });
    bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    // Opened at once: it may be renamed before a line was written.
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
