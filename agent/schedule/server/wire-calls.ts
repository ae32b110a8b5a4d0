import type { FilePiece, WireHead, WireRequest, WireSettings } from './wire.ts';

/** Types of the calls between the core and the thread of its wires, by name, in both directions. */

/**
 * A request without the parts that cannot be sent to a thread. Its body is asked for piece by piece, or read from an
 * open file, since all threads of a process have the same files.
 */
export type SentRequest = Pick<WireRequest, 'method' | 'url' | 'headers' | 'answerMs'> & {
  body?: { type: string; bytes: number; piece?: FilePiece };
};

/** The head of an answer, or the reason why there is none. */
export type Reply = { head: WireHead } | { failed: string; sent: boolean };

/**
 * Calls that the core makes to the thread. A request has a number; after its head came, its body is taken in one of
 * three ways.
 */
export type WireCalls = {
  send(id: number, settings: WireSettings, request: SentRequest): Reply;
  giveUp(id: number): void;
  text(id: number, limit: number): Buffer;
  save(id: number, file: string, maxBytes: number): void;
  drop(id: number): void;
};

/** Calls that the thread makes to the core. */
export type WireAsked = {
  /** The next piece of a request's body; undefined at its end. Each call also says that the piece before was sent. */
  more(id: number): Buffer | undefined;
};
