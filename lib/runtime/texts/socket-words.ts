const WORDS = new Map([
  ['ECONNREFUSED', 'Connection refused'],
  ['ECONNRESET', 'Connection reset by peer'],
  ['EPIPE', 'Connection reset by peer'],
  ['ENOTFOUND', 'No such host: its name cannot be resolved'],
  ['EAI_AGAIN', 'No such host: its name cannot be resolved at the moment'],
  ['ETIMEDOUT', 'Connection timed out'],
  ['EHOSTUNREACH', 'No route to host'],
  ['ENETUNREACH', 'Network is unreachable'],
]);

/** An error of a connection, in words. */
export function socketWords(error: unknown): string {
  const { code = '', errors = [], message } = error as { code?: string; errors?: { code?: string }[]; message: string };
  return WORDS.get(code) ?? WORDS.get(errors[0]?.code ?? '') ?? message;
}
