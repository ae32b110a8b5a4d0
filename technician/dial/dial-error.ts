/** No connection, or no login. Its message is for people. */
export class DialError extends Error {}

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there (connection refused)',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: 'nobody knows this name',
  EAI_AGAIN: 'names cannot be looked up now',
  ETIMEDOUT: 'no answer',
};

/** Why a place could not be reached, for people. */
export function dialError(place: string, error: unknown): DialError {
  if (error instanceof DialError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new DialError(`${place}: ${WORDS[code] ?? message}`, { cause: error });
}

/** The box is there, and does not let us in. */
export class WrongPassword extends DialError {}
