/** What the system says of a connection that failed: for people, and as FFmpeg says it, where it does. */
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

/** Why a place cannot be reached, for people, by the code of the system's error; undefined where the code says no such thing. */
export const unreachableWords = (code: string | undefined): string | undefined => WORDS.get(code ?? '')?.[0];

/** What Node tells of a connection that failed; `hostname` if its name is not known. */
interface ConnectionError extends Error {
  code?: string;
  errors?: { code?: string }[];
  hostname?: string;
}

/** An error of a connection, in words; those of FFmpeg where it has some. */
export function socketWords(error: unknown): string {
  const { code = '', errors = [], hostname, message } = error as ConnectionError;
  if (hostname !== undefined) return `Failed to resolve hostname ${hostname}`;
  return WORDS.get(code)?.[1] ?? WORDS.get(errors[0]?.code ?? '')?.[1] ?? message;
}
