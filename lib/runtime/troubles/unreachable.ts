/** Words for a failed connection by the system's code: for people, and those of FFmpeg if it has some. */
const WORDS: ReadonlyMap<string, readonly [people: string, ffmpeg?: string]> = new Map([
  ['ECONNREFUSED', ['nobody listens there (connection refused)', 'Connection refused']],
  ['ECONNRESET', ['the connection was cut', 'Connection reset by peer']],
  ['EPIPE', ['the connection was cut', 'Connection reset by peer']],
  ['EHOSTUNREACH', ['there is no way to it', 'No route to host']],
  ['ENETUNREACH', ['there is no way to it', 'Network is unreachable']],
  ['ENOTFOUND', ['nobody knows this name']],
  ['EAI_AGAIN', ['names cannot be looked up now']],
  ['ETIMEDOUT', ['no answer', 'Connection timed out']],
]);

/**
 * The reason why a place cannot be reached, in words for people, by the code of the system's error; undefined for other
 * codes.
 */
export const unreachableWords = (code: string | undefined): string | undefined => WORDS.get(code ?? '')?.[0];

/** Node's error of a failed connection; it has `hostname` if the name is unknown. */
interface ConnectionError extends Error {
  code?: string;
  errors?: { code?: string }[];
  hostname?: string;
}

/** An error of a connection in words; FFmpeg's own if it has some. */
export function socketWords(error: unknown): string {
  const { code = '', errors = [], hostname, message } = error as ConnectionError;
  if (hostname !== undefined) return `Failed to resolve hostname ${hostname}`;
  return WORDS.get(code)?.[1] ?? WORDS.get(errors[0]?.code ?? '')?.[1] ?? message;
}
