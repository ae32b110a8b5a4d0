import { unreachableWords } from '#lib/runtime/troubles/unreachable.ts';

/** A connection or a login failed; the message is for people. */
export class DialError extends Error {}

/** The error for a place that could not be reached, with a message for people. */
export function dialError(place: string, error: unknown): DialError {
  if (error instanceof DialError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new DialError(`${place}: ${unreachableWords(code) ?? message}`, { cause: error });
}

/** The box answers but refuses the password. */
export class WrongPassword extends DialError {}
