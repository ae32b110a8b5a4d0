import type { Transcript } from './transcript.ts';

/** Address and login of a box's control protocol. */
export interface DialOptions {
  host: string;
  port: number;
  /** User name, for SSH alone: over Telnet only the password counts. */
  user: string;
  /** Gives the password; called when the box asks for it. */
  password: () => Promise<string>;
  transcript: Transcript;
  /** Longest time for the login, in ms. */
  timeoutMs: number;
  knownHosts: string;
  /** Tells the person something that is not part of the conversation. */
  say: (words: string) => void;
}

/** Connection to a box that is logged in. */
export interface Wire {
  send: (text: string) => void;
  /** Passes on all bytes from now on, in pieces of any size. */
  listen: (to: (bytes: Buffer) => void) => void;
  /** Resolves when the connection ends, with the reason. */
  closed: Promise<string>;
  close: () => void;
  /** Lines with copyright and date, if they came before the login. */
  greeting: string;
}
