const WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there (connection refused)'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['ENOTFOUND', 'nobody knows this name'],
  ['EAI_AGAIN', 'names cannot be looked up now'],
  ['ETIMEDOUT', 'no answer'],
]);

/** Why a place cannot be reached, for people, by the code of the system's error; undefined where the code says no such thing. */
export const unreachableWords = (code: string | undefined): string | undefined => WORDS.get(code ?? '');
