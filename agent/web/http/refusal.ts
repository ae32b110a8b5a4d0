import type { ErrorCode, Refusal } from '#agent/device/outcome.ts';
import * as api from '#lib/http-api/refusal.ts';
import { refused, type Mistake, type Refused } from '#lib/http-api/refusal.ts';

/** The refusal of something that does not exist. */
export const notFound = (text: string): Refused => refused(404, 'E28', text);

/** The refusal while something is temporarily missing. */
export const unavailable = (text: string): Refused => ({
  refused: { status: 503, code: 'E25', text, retryAfterS: 2 },
});

/** Code of a request with mistakes: Extron's code for a wrong parameter. */
export const MISTAKES_CODE = 'E13';

/** The one refusal for all mistakes of a request. */
export const refusedForMistakes = (mistakes: readonly Mistake[]): Refused =>
  api.refusedForMistakes(MISTAKES_CODE, mistakes);

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
