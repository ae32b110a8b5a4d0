import type { ErrorCode, Refusal } from '#agent/device/outcome.ts';
import * as api from '#lib/http-api/refusal.ts';
import { refused, type Mistake, type Refused } from '#lib/http-api/refusal.ts';

export const notFound = (text: string): Refused => refused(404, 'E28', text);

/** For what is away for a moment. */
export const unavailable = (text: string): Refused => ({
  refused: { status: 503, code: 'E25', text, retryAfterS: 2 },
});

/** The code of a request that cannot be read, in Extron's words: an invalid parameter. */
export const MISTAKES_CODE = 'E13';

/** All mistakes at once. */
export const refusedForMistakes = (mistakes: readonly Mistake[]): Refused =>
  api.refusedForMistakes(MISTAKES_CODE, mistakes);

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
