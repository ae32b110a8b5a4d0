import type { Writable } from 'node:stream';
import type { Log } from '#lib/runtime/log.ts';
import type { Verbose } from '#lib/sis/format.ts';
import { watchIdle } from './idle.ts';
import { openOutlet, type Outlet } from './outlet.ts';

export type Via = 'telnet' | 'ssh' | 'serial';
export type Access = 'user' | 'admin';

/** What the side of the box is told of a session, and what it may do with it. */
export interface SessionOptions {
  via: Via;
  access: Access;
  verbose: Verbose;
  /** Of the client; the path of the device for a serial line. */
  address: string;
  /** One line with its CR LF (or what stands for one): each call is one write to the client, in order. */
  write(reply: string): void;
  /** Ends the session once what was written has gone out. */
  close(): void;
  /** `ECHO` of the table: whether typed characters come back. */
  setEcho(on: boolean): void;
  /** `0TC` of the table: milliseconds without traffic after which this session ends. */
  setIdleMs(ms: number): void;
}

export interface ControlSession {
  /** Bytes as they come, cut wherever. A promise: until it resolves no more are given, and then all of them are answered. */
  receive(bytes: Buffer): void | Promise<void>;
  /** The client has gone; nothing more is written. */
  end(): void;
}

/** What a transport talks to once somebody is logged in: bytes in, whole replies out. */
export interface ControlPort {
  /** What a session begins with, CR LF included, without a password prompt (facts 1.2). */
  greeting(via: Via): string;
  open(options: SessionOptions): ControlSession | { refused: 'E26' };
}

export interface LineOptions {
  port: ControlPort;
  via: Via;
  access: Access;
  verbose: Verbose;
  address: string;
  out: Writable;
  log: Log;
  /** Milliseconds without traffic, for a session that has not set its own; undefined: for ever. */
  idleMs?: () => number;
  /** What becomes of a text on its way out; a terminal has its own idea of line ends. */
  outgoing?: (text: string) => string;
  setEcho?(on: boolean): void;
  /** No more bytes should come, or they may again. */
  hold(held: boolean): void;
  /** The session is over, for this reason; what was written may still go out. */
  over(reason: string): void;
}

/** A logged-in session on some stream. */
export interface Line {
  receive(bytes: Buffer): void;
  /** Resolves when everything received until now is answered. */
  settled(): Promise<void>;
  /** Idempotent. */
  end(): void;
}

/** More than this unanswered, and the client is asked to wait. */
const HOLD_BYTES = 16 << 10;

/** Opens a session of the port on a stream, or tells that there are too many. Bytes are answered in order. */
export function openLine(options: LineOptions): Line | { refused: 'E26' } {
  const { port, out, log, via, address } = options;
  let isOver = false;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let working: Promise<void> | undefined;
  let session: ControlSession | undefined;
  const idle = watchIdle(options.idleMs ?? (() => Infinity), () => finish('idle'));
  const outlet: Outlet = openOutlet(out, { lost: (reason) => finish(reason), changed: () => regulate() });
  const regulate = (): void => options.hold(outlet.isFull() || waitingBytes > HOLD_BYTES);

  const finish = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    waiting = [];
    idle.close();
    outlet.close();
    session?.end();
    log.info({ via, address, reason }, 'session ends');
    options.over(reason);
  };
  const opened = port.open({
    via,
    access: options.access,
    verbose: options.verbose,
    address,
    write(reply) {
      if (isOver) return;
      idle.touch();
      outlet.write(options.outgoing?.(reply) ?? reply);
    },
    close: () => void Promise.resolve().then(() => finish('closed by the box')),
    setEcho: (on) => options.setEcho?.(on),
    setIdleMs: (ms) => idle.setLimit(ms),
  });
  if ('refused' in opened) {
    idle.close();
    outlet.close();
    return opened;
  }
  session = opened;
  log.info({ via, address, access: options.access }, 'session begins');

  const answerAll = async (): Promise<void> => {
    // First it is known to be at work, then it works.
    await Promise.resolve();
    try {
      for (let bytes = waiting.shift(); bytes; bytes = waiting.shift()) {
        waitingBytes -= bytes.length;
        await opened.receive(bytes);
        regulate();
      }
    } catch (error) {
      log.error({ err: error, via, address }, 'session failed');
      finish('an error in the box');
    }
    working = undefined;
  };
  const line: Line = {
    receive(bytes) {
      if (isOver || bytes.length === 0) return;
      idle.touch();
      waiting.push(bytes);
      waitingBytes += bytes.length;
      working ??= answerAll();
      regulate();
    },
    async settled() {
      await working;
      if (waiting.length > 0) await line.settled();
    },
    end: () => finish('the client leaves'),
  };
  return line;
}
