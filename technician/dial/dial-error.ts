import { unreachableWords } from '#lib/runtime/troubles/unreachable.ts';

/** No connection, or no login. Its message is for people. */
export class DialError extends Error {}

/** Why a place could not be reached, for people. */
export function dialError(place: string, error: unknown): DialError {
  if (error instanceof DialError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new DialError(`${place}: ${unreachableWords(code) ?? message}`, { cause: error });
}

/** The box is there, and does not let us in. */
export class WrongPassword extends DialError {}
