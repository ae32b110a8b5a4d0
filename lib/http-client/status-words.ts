const WORDS: ReadonlyMap<number, string> = new Map([
  [401, 'wrong user, password or token'],
  [403, 'this account may not do this'],
  [407, 'the proxy asks for a password: HTTPS_PROXY=http://user:password@proxy:port gives it one'],
  [413, 'what was sent is larger than the server takes'],
  [429, 'too many tries: wait a little'],
  [502, 'the server behind it does not answer'],
  [503, 'the server is not ready: try again in a moment'],
  [504, 'the server behind it does not answer in time'],
  [507, 'the server has no room left on its disk'],
]);

const MOST_QUOTED = 300;

/**
 * A status as words, if it means trouble that any request may have, such as a proxy's; undefined if the body says more.
 * `text` is the body.
 */
export function statusWords(status: number, text: string): string | undefined {
  const words = WORDS.get(status);
  if (words !== undefined) return words;
  return status >= 500 ? `the server failed (${status}): ${text.trim().slice(0, MOST_QUOTED)}` : undefined;
}
