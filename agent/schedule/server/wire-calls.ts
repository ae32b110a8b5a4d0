import type { WireHead, WireRequest, WireSettings } from './wire.ts';

/** What stands between the core and the thread of its wires: calls by name, in both directions. Types alone. */

/** A request without what cannot be sent: the pieces of its body are asked for. */
export type SentRequest = Pick<WireRequest, 'method' | 'url' | 'headers' | 'answerMs'> & {
  body?: { type: string; bytes: number };
};

/** The head of an answer, or why there is none. */
export type Reply = { head: WireHead } | { failed: string; sent: boolean };

/** What the thread does. A request has a number; after its head came, its body is taken in one of three ways. */
export type WireCalls = {
  send(id: number, settings: WireSettings, request: SentRequest): Reply;
  giveUp(id: number): void;
  text(id: number, limit: number): Buffer;
  save(id: number, file: string, maxBytes: number): void;
  drop(id: number): void;
};

/** What the thread asks for. */
export type WireAsked = {
  /** The next piece of the body of a request; undefined at its end. That it is asked for says that the one before was taken. */
  more(id: number): Buffer | undefined;
};
