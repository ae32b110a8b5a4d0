import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { troubleIn } from '#lib/runtime/texts/foreign-text.ts';
import { mistakesOf, type Mistake } from './refusal.ts';
import type { Parts, Route } from './route.ts';

/** Reads the parts of a request by the schemas of its route. All mistakes are reported together. */
export function partsOf(
  route: Pick<Route, 'params' | 'query' | 'body' | 'upload'>,
  request: Pick<FastifyRequest, 'params' | 'query' | 'body'>,
): { parts: Parts<unknown, unknown, unknown>; mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const part = (name: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    const trouble = troubleIn(name, value);
    if (trouble !== undefined) return void mistakes.push({ at: name, text: trouble });
    const parsed = (schema ?? NOTHING).safeParse(value);
    if (!parsed.success) mistakes.push(...mistakesOf(parsed.error, name));
    return parsed.data;
  };
  const params = part('path', route.params, numbersIn(route.params, request.params));
  const query = part('query', route.query, numbersIn(route.query, request.query));
  const body = route.upload
    ? request.body
    : part('body', route.body, isEmptyForm(request.body) ? {} : (request.body ?? {}));
  if (route.upload && !Buffer.isBuffer(body)) mistakes.push({ at: 'body', text: 'must be the file' });
  return { parts: { params, query, body }, mistakes };
}

/** Whether the body is an empty form, which many programs send when there is nothing to send. */
const isEmptyForm = (body: unknown): boolean => body instanceof URLSearchParams && body.size === 0;

/** Schema of a route without parameters; unknown ones are refused. */
const NOTHING = z.strictObject({});

/** Converts texts to numbers where the schema needs numbers, since paths and queries are text. */
function numbersIn(schema: z.ZodType | undefined, texts: unknown): unknown {
  if (!(schema instanceof z.ZodObject)) return { ...(texts as object) };
  const shape = schema.shape as Record<string, z.ZodType>;
  const entries = Object.entries(texts as Record<string, unknown>).map(([key, text]) => {
    const isNumber = typeof text === 'string' && /^-?\d{1,12}$/.test(text) && Object.hasOwn(shape, key);
    return [key, isNumber && !shape[key]?.safeParse(text).success ? Number(text) : text];
  });
  return Object.fromEntries(entries) as unknown;
}
