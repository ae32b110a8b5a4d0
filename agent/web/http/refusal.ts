import type { z } from 'zod';
import type { ErrorCode, Refusal } from '#agent/device/outcome.ts';

/** A mistake in a request: its place (`body.picture.tint`), and what would be right. */
export interface Mistake {
  at: string;
  text: string;
}

/** A refusal, with its HTTP status. A value, never thrown. */
export interface Refused {
  refused: {
    status: number;
    /** Extron's error code if the box refused, a word if HTTP did. */
    code: string;
    text: string;
    mistakes?: readonly Mistake[];
    retryAfterS?: number;
  };
}

/** Whether an answer is a refusal. */
export const isRefused = (answer: unknown): answer is Refused =>
  typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'refused');

/** Makes a refusal. */
export const refused = (status: number, code: string, text: string): Refused => ({ refused: { status, code, text } });

/** The refusal of something that does not exist. */
export const notFound = (text: string): Refused => refused(404, 'E28', text);

/** The refusal while something is temporarily missing. */
export const unavailable = (text: string): Refused => ({
  refused: { status: 503, code: 'E25', text, retryAfterS: 2 },
});

/** The HTTP status of each error code of the box. E13 here is a request that is well-formed but not possible. */
const STATUS: Record<ErrorCode, number> = {
  E10: 400,
  E12: 400,
  E13: 422,
  E14: 409,
  E17: 409,
  E18: 503,
  E22: 409,
  E24: 403,
  E25: 503,
  E26: 503,
  E28: 404,
};

/** The refusal of a request that the device refused. */
export const refusedByBox = ({ code, text }: Refusal): Refused => refused(STATUS[code], code, text);

/** One refusal for all mistakes of a request. */
export const refusedForMistakes = (mistakes: readonly Mistake[]): Refused => ({
  refused: {
    status: 400,
    code: 'E13',
    text: mistakes.map(({ at, text }) => (at ? `${at}: ${text}` : text)).join('; '),
    mistakes,
  },
});

/** The mistakes that a schema found; `part` is `path`, `query` or `body`. */
export function mistakesOf(error: z.ZodError, part: string): Mistake[] {
  return error.issues.map((issue) => ({ at: [part, ...issue.path].join('.'), text: words(issue) }));
}

/** A mistake in words: the possible values if there are a few, else the schema's own words. */
function words(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const values = issue.errors.flatMap((branch) => branch.flatMap((one) => ('values' in one ? one.values : [])));
  return values.length > 0
    ? `must be one of ${values.map((value) => JSON.stringify(value)).join(', ')}`
    : issue.message;
}
