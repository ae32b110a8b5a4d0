import { setTimeout as wait } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { openMessageReader, writeMessage, type Message, type MessageReader } from './messages.ts';

/**
 * The calls that one process offers to another, by name. Arguments and results are values that JSON can hold, or bytes
 * as a whole.
 */
export type Calls = Record<string, (...args: never[]) => unknown>;

/** Functions that carry out the calls. What a function throws reaches the caller as an error with its words. */
export type Handlers<Mine extends Calls> = {
  [Name in keyof Mine]: (...args: Parameters<Mine[Name]>) => ReturnType<Mine[Name]> | Promise<ReturnType<Mine[Name]>>;
};

/** The other end of a stream between two processes. */
export interface Peer<Theirs extends Calls> {
  /**
   * Calls a function of the other process and gives its result. Messages that were sent before an answer arrive before
   * it. Rejects when the other process is gone.
   */
  call<Name extends keyof Theirs & string>(
    name: Name,
    ...args: Parameters<Theirs[Name]>
  ): Promise<Awaited<ReturnType<Theirs[Name]>>>;
  /** Sends a call without an answer. */
  tell<Name extends keyof Theirs & string>(name: Name, ...args: Parameters<Theirs[Name]>): void;
  /** Resolves when the other process has answered, in its turn; rejects when it is gone. */
  ping(): Promise<void>;
  /** Bytes that wait to be sent, besides those that the system holds. */
  waitingBytes(): number;
  /** Resolves when the stream is closed. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Limits for the other process. */
export interface PeerOptions {
  /**
   * Milliseconds for calls of the other process without a break; then they wait for `restMs`. In the long run they get
   * no larger share of the time than that.
   */
  turnMs: number;
  restMs: number;
  /** Bytes of one message of the other process; a longer one ends the connection. */
  mostBytes: number;
  /** Number of calls of the other process that are carried out at once; more stay unread. */
  mostCalls: number;
  /** Number of calls of this process that wait for an answer; more are refused. */
  mostAsked: number;
  /** Called with errors of messages from the other process that expect no answer. */
  onTrouble(error: unknown, name: string): void;
}

/** Limits for a peer that is trusted. */
export const PEER_LIMITS = { turnMs: 4, restMs: 0, mostBytes: 64 << 20, mostCalls: 64, mostAsked: 4096 } as const;

type Head =
  | { kind: 'call'; id: number; name: string; args: Packed }
  | { kind: 'tell'; name: string; args: Packed }
  | { kind: 'done'; id: number; result: Packed }
  | { kind: 'failed'; id: number; text: string }
  | { kind: 'ping'; id: number };

/** Values in their order; `at` has the indexes of those that are bytes. */
interface Packed {
  values: unknown[];
  at?: number[];
}

interface Asked {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** Opens the connection to the process at the other end of `stream`; `serve` gives the functions that it may call. */
export function openPeer<Theirs extends Calls, Mine extends Calls = Calls>(
  stream: Duplex,
  serve: (peer: Peer<Theirs>) => Handlers<Mine>,
  options: PeerOptions,
): Peer<Theirs> {
  const peer = new PeerOnStream<Theirs>(stream, options);
  peer.serve(serve(peer) as unknown as Record<string, Handler>);
  return peer;
}

type Handler = (...args: unknown[]) => unknown;

class PeerOnStream<Theirs extends Calls> implements Peer<Theirs> {
  readonly closed: Promise<void>;
  readonly #stream: Duplex;
  #mine: ReadonlyMap<string, Handler> = new Map();
  readonly #options: PeerOptions;
  readonly #reader: MessageReader;
  readonly #asked = new Map<number, Asked>();
  readonly #share: Share;
  #nextId = 1;
  #working = 0;
  #isReading = false;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(stream: Duplex, options: PeerOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#reader = openMessageReader(options.mostBytes);
    this.#share = openShare(options.turnMs, options.restMs);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    const over = (): void => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      const error = new Error('the other process is gone');
      for (const asked of this.#asked.values()) asked.reject(error);
      this.#asked.clear();
      this.#wake?.();
      resolve();
    };
    stream.on('data', (bytes: Buffer) => {
      this.#reader.feed(bytes);
      void this.#read();
    });
    for (const event of ['end', 'close', 'error']) stream.on(event, over);
  }

  serve(mine: Record<string, Handler>): void {
    this.#mine = new Map(Object.entries(mine));
  }

  call<Name extends keyof Theirs & string>(
    name: Name,
    ...args: Parameters<Theirs[Name]>
  ): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    const [packed, pieces] = pack(args);
    const made = this.#ask((id) => this.#write({ kind: 'call', id, name, args: packed }, pieces));
    return made as Promise<Awaited<ReturnType<Theirs[Name]>>>;
  }

  tell<Name extends keyof Theirs & string>(name: Name, ...args: Parameters<Theirs[Name]>): void {
    const [packed, pieces] = pack(args);
    this.#write({ kind: 'tell', name, args: packed }, pieces);
  }

  async ping(): Promise<void> {
    await this.#ask((id) => this.#write({ kind: 'ping', id }));
  }

  waitingBytes(): number {
    return this.#stream.writableLength;
  }

  close(): void {
    this.#stream.destroy();
  }

  #ask(write: (id: number) => void): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.#isClosed) reject(new Error('the other process is gone'));
    else if (this.#asked.size >= this.#options.mostAsked) reject(new Error('too much is asked at once'));
    else {
      const id = this.#nextId++;
      this.#asked.set(id, { resolve, reject });
      write(id);
    }
    return promise;
  }

  #write(head: Head, pieces: readonly Buffer[] = []): void {
    if (!this.#isClosed && this.#stream.writable) writeMessage(this.#stream, { head, pieces });
  }

  /** Carries out messages that arrived, in turns. During a rest, or while too many calls run, nothing more is read. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (!this.#isClosed) {
        const beganMs = performance.now();
        const next = this.#reader.next();
        if (!next) break;
        this.#take(next);
        if (this.#working >= this.#options.mostCalls) await this.#untilLess();
        if (this.#share.isSpent(performance.now() - beganMs)) await this.#rest();
      }
      this.#stream.resume();
    } catch (error) {
      this.#options.onTrouble(error, 'stream');
      this.#stream.destroy();
    }
    this.#isReading = false;
  }

  async #rest(): Promise<void> {
    this.#stream.pause();
    await wait(this.#options.restMs);
  }

  async #untilLess(): Promise<void> {
    this.#stream.pause();
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }

  #take({ head: given, pieces }: Message): void {
    const head = given as Head;
    switch (head.kind) {
      case 'ping':
        return this.#write({ kind: 'done', id: head.id, result: { values: [] } });
      case 'done':
        return this.#answered(head.id)?.resolve(unpack(head.result, pieces)[0]);
      case 'failed':
        return this.#answered(head.id)?.reject(new Error(head.text));
      case 'tell':
        return void this.#do(head.name, unpack(head.args, pieces)).catch((error: unknown) =>
          this.#options.onTrouble(error, head.name),
        );
      case 'call':
        return this.#serve(head.id, head.name, unpack(head.args, pieces));
    }
  }

  #serve(id: number, name: string, args: unknown[]): void {
    this.#working += 1;
    this.#do(name, args)
      .then(
        (result) => {
          const [packed, pieces] = pack([result]);
          this.#write({ kind: 'done', id, result: packed }, pieces);
        },
        (error: unknown) =>
          this.#write({ kind: 'failed', id, text: error instanceof Error ? error.message : 'failed' }),
      )
      .catch((error: unknown) => this.#options.onTrouble(error, name))
      .finally(() => {
        this.#working -= 1;
        this.#wake?.();
      });
  }

  /** Calls the function at once, so that calls begin in the order in which they arrived. */
  async #do(name: string, args: unknown[]): Promise<unknown> {
    const handler = this.#mine.get(name);
    if (!handler) throw new Error(`nothing is offered as ${name}`);
    return handler(...args);
  }

  #answered(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }
}

/**
 * Counts the time that is spent for one peer: at most a turn at once, and in the long run the share of turn and rest.
 */
interface Share {
  isSpent(ms: number): boolean;
}

function openShare(turnMs: number, restMs: number): Share {
  let left = turnMs;
  let lookedMs = performance.now();
  return {
    isSpent(ms) {
      const nowMs = performance.now();
      left = Math.min(turnMs, left + (nowMs - lookedMs) * (turnMs / (turnMs + restMs))) - ms;
      lookedMs = nowMs;
      if (left > 0) return false;
      left = turnMs;
      return true;
    },
  };
}

function pack(values: readonly unknown[]): [Packed, Buffer[]] {
  const pieces: Buffer[] = [];
  const at: number[] = [];
  const packed = values.map((value, index) => {
    if (!Buffer.isBuffer(value)) return value;
    at.push(index);
    pieces.push(value);
    return null;
  });
  return [at.length > 0 ? { values: packed, at } : { values: packed }, pieces];
}

function unpack({ values, at = [] }: Packed, pieces: readonly Buffer[]): unknown[] {
  const unpacked = [...values];
  for (const [number, index] of at.entries()) unpacked[index] = pieces[number];
  // JSON has no undefined: an argument that was left out arrives as null.
  return unpacked.map((value) => (value === null ? undefined : value));
}
