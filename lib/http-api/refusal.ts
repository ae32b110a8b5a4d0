import type { z } from 'zod';

/** A mistake in a request: its place (`body.picture.tint`), and what would be right. */
export interface Mistake {
  at: string;
  text: string;
}

/** A refusal, with its HTTP status. A value, never thrown. */
export interface Refused {
  refused: {
    status: number;
    /** Code for programs; the product defines the codes. */
    code: string;
    text: string;
    mistakes?: readonly Mistake[];
    /** Seconds after which the request may be sent again (`Retry-After`). */
    retryAfterS?: number;
  };
}

/** Whether an answer is a refusal. */
export const isRefused = (answer: unknown): answer is Refused =>
  typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'refused');

/** Makes a refusal. */
export const refused = (status: number, code: string, text: string): Refused => ({ refused: { status, code, text } });

/** One refusal for all mistakes of a request, with the product's code for them. */
export const refusedForMistakes = (code: string, mistakes: readonly Mistake[]): Refused => ({
  refused: {
    status: 400,
    code,
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
