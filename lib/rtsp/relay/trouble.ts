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

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EPIPE: 'Connection reset by peer',
  ENOTFOUND: 'No such host: its name cannot be resolved',
  EAI_AGAIN: 'No such host: its name cannot be resolved at the moment',
  ETIMEDOUT: 'Connection timed out',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
};

/** An error of a socket, in words. */
export function unreachable(error: unknown): RelayError {
  const { code = '', errors = [] } = error as { code?: string; errors?: { code?: string }[] };
  const known = WORDS[code] ?? WORDS[errors[0]?.code ?? ''];
  return new RelayError('unreachable', known ?? (error as Error).message);
}
