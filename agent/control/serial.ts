import { constants } from 'node:fs';
import { close, open } from 'node:fs';
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { sleep } from '#lib/runtime/clock.ts';
import { backoff } from '#lib/runtime/backoff.ts';
import type { Log } from '#lib/runtime/log.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { openLine, type ControlPort, type Line } from './session/line-session.ts';

/** Settings of a serial line; the letters of `parity` are the device's: none, odd, even, mark, space. */
export interface SerialSettings {
  baud: number;
  parity: 'N' | 'O' | 'E' | 'M' | 'S';
  dataBits: 7 | 8;
  stopBits: 1 | 2;
}

/** Factory settings: 9600 8N1 (facts/smp351 1.1). */
export const usualSettings: SerialSettings = { baud: 9600, parity: 'N', dataBits: 8, stopBits: 1 };

/** Options of `startSerial`. */
export interface SerialOptions {
  /** Path of the device: `/dev/ttyS0`, `/dev/serial/by-id/…`. */
  path: string;
  control: ControlPort;
  log: Log;
  settings?: SerialSettings;
}

/** A serial line over which SIS is spoken. */
export interface SerialPort {
  isOpen(): boolean;
  /** Changes the settings when all received commands are answered; the session goes on. */
  configure(settings: SerialSettings): void;
  close(): Promise<void>;
}

const SENT_LOOK_MS = 5;
const RETRY_MS = [500, 1000, 2000, 5000] as const;
const parities = {
  N: ['-parenb'],
  E: ['parenb', '-parodd', '-cmspar'],
  O: ['parenb', 'parodd', '-cmspar'],
  M: ['parenb', 'parodd', 'cmspar'],
  S: ['parenb', '-parodd', 'cmspar'],
};

/** Arguments for `stty`, which sets a line to these settings, without flow control, and with all bytes unchanged. */
export const sttyArgv = (path: string, { baud, parity, dataBits, stopBits }: SerialSettings): string[] => [
  '-F',
  path,
  String(baud),
  'raw',
  '-echo',
  'clocal',
  '-crtscts',
  '-hupcl',
  `cs${dataBits}`,
  stopBits === 2 ? 'cstopb' : '-cstopb',
  ...parities[parity],
];

/**
 * Starts SIS on a serial line. No login is asked for, since the cable ends inside the hall; verbose mode is 1
 * (facts/smp351 1.6). The line is opened as soon as its device exists, and again when the device returns. Never
 * rejects.
 */
export function startSerial({ path, control, log, settings = usualSettings }: SerialOptions): SerialPort {
  const waits = backoff(RETRY_MS);
  let wanted = settings;
  let tty: ReadStream | undefined;
  let line: Line | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let lastReason = '';

  const again = (reason: string): void => {
    if (isClosed) return;
    if (reason !== lastReason) log.warn({ path, reason }, 'serial line');
    lastReason = reason;
    timer = setTimeout(() => void (opening = open()), waits.next());
  };
  const attempt = async (): Promise<void> => {
    const set = await runProgram('stty', sttyArgv(path, wanted));
    if (isClosed) return;
    if (set.code !== 0) return again(set.reason);
    const opened = await openTty(path).catch((error: Error) => error);
    if (opened instanceof Error) return again(opened.message);
    if (isClosed) return void opened.destroy();
    waits.reset();
    lastReason = '';
    use(opened);
  };
  const open = (): Promise<void> => attempt().catch((error: Error) => again(error.message));
  const use = (opened: ReadStream): void => {
    tty = opened;
    opened.on('error', () => undefined);
    opened.once('end', () => opened.destroy());
    opened.once('close', () => {
      tty = undefined;
      line?.end();
      line = undefined;
      again('the line has gone');
    });
    opened.write(control.greeting('serial'));
    const session = openLine({
      port: control,
      via: 'serial',
      access: 'admin',
      verbose: 1,
      address: path,
      out: opened,
      log,
      hold: (held) => void (held ? opened.pause() : opened.resume()),
      over: () => opened.destroy(),
    });
    if ('refused' in session) {
      opened.write(`${session.refused}\r\n`);
      return void opened.destroy();
    }
    line = session;
    opened.on('data', (bytes: Buffer) => session.receive(bytes));
  };
  /**
   * Changes the line's settings. The answer to the command that asks for new settings is sent with the old ones: the
   * controller waits for it with these.
   */
  const change = async (open: ReadStream): Promise<void> => {
    // The command that changes the settings is carried out in this turn of the event loop; its answer is written when
    // the session is settled.
    await setImmediate();
    await line?.settled();
    while ((open as unknown as Writable).writableLength > 0 && !open.destroyed) await sleep(SENT_LOOK_MS);
    // `stty` changes the settings when all output was sent (TCSADRAIN).
    const set = await runProgram('stty', sttyArgv(path, wanted));
    if (set.code !== 0) open.destroy();
  };
  let opening: Promise<void> = open();

  return {
    isOpen: () => tty !== undefined,
    configure(next) {
      wanted = next;
      const open = tty;
      if (open) change(open).catch((error: unknown) => log.error({ err: error, path }, 'serial line'));
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      tty?.destroy();
      await opening;
    },
  };
}

const openFile = promisify(open);
const closeFile = promisify(close);

/**
 * Opens a terminal device as a stream in both directions: Node's class for reading can write too. Its class for writing
 * would block the process, at 9600 baud for a second with a thousand characters.
 */
async function openTty(path: string): Promise<ReadStream> {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
  const fd = await openFile(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  try {
    return new ReadStream(fd);
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
}
