import type { z } from 'zod';

/** One thing that is wrong with a request: where (`body.picture.tint`), and what would be right. */
export interface Mistake {
  at: string;
  text: string;
}

/** A request that is not done, as HTTP says it. A value, never thrown. */
export interface Refused {
  refused: {
    status: number;
    /** For programs; what the codes are is the product's own. */
    code: string;
    text: string;
    mistakes?: readonly Mistake[];
    /** When it may be tried again (`Retry-After`). */
    retryAfterS?: number;
  };
}

export const isRefused = (answer: unknown): answer is Refused =>
  typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'refused');

export const refused = (status: number, code: string, text: string): Refused => ({ refused: { status, code, text } });

/** All mistakes at once, under the code that the product gives to requests that cannot be read. */
export const refusedForMistakes = (code: string, mistakes: readonly Mistake[]): Refused => ({
  refused: {
    status: 400,
    code,
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
