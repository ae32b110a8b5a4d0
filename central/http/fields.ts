import { z } from 'zod';
import { troubleIn } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { parseAccessList } from '@amphi/lib/opencast/access-list.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { AclEntry } from '../store/tables.ts';
import { msOfW3c } from '@amphi/lib/opencast/dates.ts';
import { BadRequest } from '../catalogue/bad-request.ts';

/** Last moment that a lecture can have; a later one is refused, as is one before 1970. */
const LATEST_MS = Date.UTC(3000, 0, 1);
const EARLIEST_MS = Date.UTC(1970, 0, 1);

/** Reads milliseconds since 1970 from a form. Throws BadRequest. */
export function msField(name: string, text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text.trim()) && Number(text) <= LATEST_MS) return Number(text);
  throw new BadRequest(`${name} must be milliseconds since 1970, not ${JSON.stringify(text ?? '')}`);
}

/** Reads a moment such as `2018-03-27T16:00:00Z`. Throws BadRequest. */
export function isoField(name: string, text: unknown): number {
  const ms = typeof text === 'string' && /T/.test(text) ? msOfW3c(text) : undefined;
  if (ms === undefined) {
    throw new BadRequest(`${name} must be a time such as 2018-03-27T16:00:00Z, not ${JSON.stringify(text ?? '')}`);
  }
  if (!/(Z|[+-]\d\d:?\d\d)$/i.test((text as string).trim())) {
    throw new BadRequest(
      `${name} has no time zone: write ${String(text).trim()}Z for UTC, or its offset, such as +02:00`,
    );
  }
  if (ms < EARLIEST_MS || ms > LATEST_MS) throw new BadRequest(`${name} must be between the years 1970 and 2999`);
  return ms;
}

/** Reads JSON from a field of a form, and checks it. Throws BadRequest. */
export function jsonField<T>(name: string, text: string, schema: z.ZodType<T>): T {
  const value = parsedJson(name, text);
  const trouble = troubleIn(name, value);
  if (trouble) throw new BadRequest(trouble);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
  throw new BadRequest(why.join('; '));
}

/** Reads an access list in JSON, XML or XACML. Throws BadRequest. */
export function accessListIn(text: string): AclEntry[] {
  try {
    const entries = parseAccessList(text);
    const trouble = troubleIn('acl', entries);
    if (trouble) throw new BadRequest(trouble);
    return entries;
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(error.message);
    throw error;
  }
}

function parsedJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(`${name} is no JSON`);
  }
}
