import { socketWords } from '#lib/runtime/troubles/unreachable.ts';

/** Why a relay got no media from its server. */
export interface RelayTrouble {
  /** `login`: user or password are wrong, or lacking; asking again soon may lock the account. */
  kind: 'login' | 'redirects' | 'unreachable' | 'answer' | 'ended';
  /** In words, without secrets. */
  words: string;
}

/** Thrown on the way to an answer. */
export class RelayError extends Error {
  readonly kind: RelayTrouble['kind'];
  constructor(kind: RelayTrouble['kind'], words: string) {
    super(words);
    this.kind = kind;
  }
}

/** An error of a socket, in words. */
export const unreachable = (error: unknown): RelayError => new RelayError('unreachable', socketWords(error));
