const WORDS = new Map([
  ['ECONNREFUSED', 'Connection refused'],
  ['ECONNRESET', 'Connection reset by peer'],
  ['EPIPE', 'Connection reset by peer'],
  ['ETIMEDOUT', 'Connection timed out'],
  ['EHOSTUNREACH', 'No route to host'],
  ['ENETUNREACH', 'Network is unreachable'],
]);

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
  return WORDS.get(code) ?? WORDS.get(errors[0]?.code ?? '') ?? message;
}
