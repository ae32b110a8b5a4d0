import type { Writable } from 'node:stream';
import { openAllowance } from '#lib/runtime/allowance.ts';
import { sleep } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Verbose } from '#lib/sis/format.ts';
import { watchIdle } from './idle.ts';
import { openOutlet, type Outlet } from './outlet.ts';

/** The transport of a session. */
export type Via = 'telnet' | 'ssh' | 'serial';
/** The rights of a session. */
export type Access = 'user' | 'admin';

/** Facts of a control session, and what it can do with its connection. */
export interface SessionOptions {
  via: Via;
  access: Access;
  verbose: Verbose;
  /** Address of the client; for a serial line, the path of its device. */
  address: string;
  /** Address of the box that the client reached; undefined for a serial line. */
  localAddress?: string;
  /** Writes one line, which ends in CR LF; each call is one write to the client, in order. */
  write(reply: string): void;
  /** Ends the session when all that was written has been sent. */
  close(): void;
  /** Sets whether typed characters are echoed (`ECHO` of the protocol). */
  setEcho(on: boolean): void;
  /** Sets the milliseconds without traffic after which this session ends (`0TC` of the protocol). */
  setIdleMs(ms: number): void;
}

/** A control session. */
export interface ControlSession {
  /**
   * Takes the next bytes, which may end anywhere in a command. If it gives a promise, more bytes may be passed only
   * when the promise has resolved; by then all these are answered.
   */
  receive(bytes: Buffer): void | Promise<void>;
  /** Must be called when the client has gone; nothing more is written then. */
  end(): void;
}

/** The part that answers commands, the same for all transports. Transports pass it the bytes after the login. */
export interface ControlPort {
  /** The greeting of a session with its CR LF, without a password prompt (facts/smp351 1.2). */
  greeting(via: Via): string;
  /** Whether a further session would be refused. The transport tells the client before any greeting. */
  isFull(via: Via): boolean;
  open(options: SessionOptions): ControlSession | { refused: 'E26' };
}

/** Options of `openLine`: what it needs from the transport. */
export interface LineOptions {
  port: ControlPort;
  via: Via;
  access: Access;
  verbose: Verbose;
  address: string;
  localAddress?: string | undefined;
  out: Writable;
  log: Log;
  /** Milliseconds without traffic after which a session ends that has no limit of its own; undefined: never. */
  idleMs?: () => number;
  /** Converts outgoing text, such as its line ends for a terminal. */
  outgoing?: (text: string) => string;
  setEcho?(on: boolean): void;
  /** Stops reading from the client (true), or continues (false). */
  hold(held: boolean): void;
  /** Called when the session has ended, with the reason; what was written may still be sent. */
  over(reason: string): void;
}

/** A control session after the login, on any stream. */
export interface Line {
  receive(bytes: Buffer): void;
  /** Resolves when all received bytes are answered. */
  settled(): Promise<void>;
  /** Ends the session; a second call does nothing. */
  end(): void;
}

/** Bytes from the client that may wait for an answer; beyond them the client is not read until some are answered. */
const HOLD_BYTES = 16 << 10;
/**
 * Least time in ms between answers to pieces of input that came one after the other, so that the answers reach the
 * client as separate pieces: some programs look for one answer in each piece.
 */
const APART_MS = 4;
/** Bytes that a client may send at once, and in each second on average; if it sends more, its session is ended. */
const MOST_AT_ONCE_BYTES = 256 << 10;
const MOST_PER_SECOND_BYTES = 16 << 10;

/** Opens a control session on a stream; E26 if there are too many sessions. Bytes are answered in order. */
export function openLine(options: LineOptions): Line | { refused: 'E26' } {
  const { port, out, log, via, address } = options;
  let isOver = false;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let working: Promise<void> | undefined;
  let wroteAtMs = Number.NEGATIVE_INFINITY;
  const received = openAllowance(MOST_AT_ONCE_BYTES, MOST_PER_SECOND_BYTES);
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
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    write(reply) {
      if (isOver) return;
      wroteAtMs = performance.now();
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
    // The work begins only after the caller has stored the promise, which marks the session as busy.
    await Promise.resolve();
    try {
      for (let bytes = waiting.shift(); bytes; bytes = waiting.shift()) {
        waitingBytes -= bytes.length;
        const tooSoonMs = wroteAtMs + APART_MS - performance.now();
        if (tooSoonMs > 0) await sleep(tooSoonMs);
        if (isOver) break;
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
      if (!received.take(bytes.length)) return finish('sends too much');
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
