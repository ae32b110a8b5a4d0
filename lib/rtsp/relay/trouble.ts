import { socketWords } from '#lib/runtime/troubles/unreachable.ts';

/** The reason why a relay got no media from its server. */
export interface RelayTrouble {
  /** Kind of the trouble. `login`: user or password are wrong or missing; asking again soon may lock the account. */
  kind: 'login' | 'redirects' | 'unreachable' | 'answer' | 'ended';
  /** The reason in words, without secrets. */
  words: string;
}

/** Thrown when no answer can be had, with the kind of the trouble. */
export class RelayError extends Error {
  readonly kind: RelayTrouble['kind'];
  constructor(kind: RelayTrouble['kind'], words: string) {
    super(words);
    this.kind = kind;
  }
}

/** An error of a socket, in words. */
export const unreachable = (error: unknown): RelayError => new RelayError('unreachable', socketWords(error));
