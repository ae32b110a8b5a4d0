import type { z } from 'zod';
import type { ErrorCode, Refusal } from '#agent/device/outcome.ts';

/** One thing that is wrong with a request: where (`body.picture.tint`), and what would be right. */
export interface Mistake {
  at: string;
  text: string;
}

/** A request that is not done, as HTTP says it. A value, never thrown. */
export interface Refused {
  refused: {
    status: number;
    /** An Extron code where the box refused, a word where HTTP did. */
    code: string;
    text: string;
    mistakes?: readonly Mistake[];
    retryAfterS?: number;
  };
}

export const isRefused = (answer: unknown): answer is Refused =>
  typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'refused');

export const refused = (status: number, code: string, text: string): Refused => ({ refused: { status, code, text } });

export const notFound = (text: string): Refused => refused(404, 'E28', text);

/** For what is away for a moment. */
export const unavailable = (text: string): Refused => ({
  refused: { status: 503, code: 'E25', text, retryAfterS: 2 },
});

/** The status for each code of a box that refuses (SMP 351 error replies); E13 is well-formed here, but not possible. */
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

export const refusedByBox = ({ code, text }: Refusal): Refused => refused(STATUS[code], code, text);

/** All mistakes at once. */
export const refusedForMistakes = (mistakes: readonly Mistake[]): Refused => ({
  refused: {
    status: 400,
    code: 'E13',
    text: mistakes.map(({ at, text }) => (at ? `${at}: ${text}` : text)).join('; '),
    mistakes,
  },
});

/** What a schema found wrong; `part` says which part of the request it read: `path`, `query`, `body`. */
export function mistakesOf(error: z.ZodError, part: string): Mistake[] {
  return error.issues.map((issue) => ({ at: [part, ...issue.path].join('.'), text: words(issue) }));
}

/** A choice of values is named as such; a schema's own words otherwise. */
function words(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const values = issue.errors.flatMap((branch) => branch.flatMap((one) => ('values' in one ? one.values : [])));
  return values.length > 0
    ? `must be one of ${values.map((value) => JSON.stringify(value)).join(', ')}`
    : issue.message;
}
