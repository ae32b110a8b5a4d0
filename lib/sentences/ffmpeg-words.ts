/** Words of FFmpeg and of the network when a source or a target fails, as sentences of the catalogue. Pure. */
const WORDS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/401|unauthorized|authorization failed/i, 'user name or password are refused'],
  [/403|forbidden/i, 'it refuses to show this'],
  [/404|not found(?!.*protocol)|454 session/i, 'the address is right, but it has no such stream'],
  [/connection refused|ECONNREFUSED/i, 'nobody listens at this address and port'],
  [/no route to host|network is unreachable|EHOSTUNREACH|ENETUNREACH/i, 'the network has no way to it'],
  [/timed out|timeout|ETIMEDOUT/i, 'it did not answer in time'],
  [/no such (file|device)|cannot open video device/i, 'there is no such device'],
  [/device or resource busy/i, 'another program has this device'],
  [/matches no streams|no video|does not contain any stream/i, 'it has no picture in it'],
];
const HOST = /(?:failed to resolve hostname|getaddrinfo \w+) ([\w.-]{1,253})/i;

/** The sentence for a message; undefined for one that says nothing known. */
export function ffmpegInWords(message: string): string | undefined {
  const host = HOST.exec(message)?.[1];
  if (host !== undefined) return `nobody knows the name ${host}`;
  return WORDS.find(([pattern]) => pattern.test(message))?.[1];
}
