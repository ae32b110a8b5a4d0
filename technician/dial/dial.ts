import type { Transcript } from './transcript.ts';

export interface DialOptions {
  host: string;
  port: number;
  /** SSH alone: over Telnet the password tells who it is. */
  user: string;
  /** Asked for when the box wants one. */
  password: () => Promise<string>;
  transcript: Transcript;
  /** Of the login. */
  timeoutMs: number;
  knownHosts: string;
  /** Tells the person something beside the conversation. */
  say: (words: string) => void;
}

/** A logged-in line to a box. */
export interface Wire {
  send: (text: string) => void;
  /** What comes from now on, cut anywhere. */
  listen: (to: (bytes: Buffer) => void) => void;
  /** Resolves with the reason. */
  closed: Promise<string>;
  close: () => void;
  /** Copyright and date, where they came before the login. */
  greeting: string;
}

/** Dials by either way. Rejects with DialError. */
export type Dial = (transcript: Transcript) => Promise<Wire>;
