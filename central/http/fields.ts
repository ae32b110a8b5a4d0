import { z } from 'zod';
import { msOfW3c } from '@amphi/lib/opencast/dates.ts';
import { BadRequest } from '../catalogue/bad-request.ts';

/** Milliseconds since 1970, as a form has them. Throws BadRequest. */
export function msField(name: string, text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text.trim())) return Number(text);
  throw new BadRequest(`${name} must be milliseconds since 1970, not ${JSON.stringify(text ?? '')}`);
}

/** `2018-03-27T16:00:00Z`. Throws BadRequest. */
export function isoField(name: string, text: unknown): number {
  const ms = typeof text === 'string' && /T/.test(text) ? msOfW3c(text) : undefined;
  if (ms !== undefined) return ms;
  throw new BadRequest(`${name} must be a time such as 2018-03-27T16:00:00Z, not ${JSON.stringify(text ?? '')}`);
}

/** JSON in a form's field. Throws BadRequest. */
export function jsonField<T>(name: string, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parsedJson(name, text));
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
  throw new BadRequest(why.join('; '));
}

function parsedJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(`${name} is no JSON`);
  }
}
