import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { KEY } from './idempotency.ts';
import { sessionOf } from '../access/access.ts';
import { isRefused, mistakesOf, refusedForMistakes, type Mistake, type Refused } from './refusal.ts';
import { sendRefusal } from './reply.ts';
import { API, type Asked, type Box, type Route } from './route.ts';

/** Puts the rows of the API on the server. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[], box: Box): void {
  for (const route of routes) {
    const endless = 'endless' in route && (route.endless ?? false);
    app.route({
      method: route.method,
      url: `${API}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      exposeHeadRoute: route.method === 'GET' && !endless,
      ...(route.upload ? { bodyLimit: route.upload.maxBytes } : {}),
      config: { access: route.access, endless, upload: route.upload !== undefined },
      handler: (request, reply) => answer(route, box, request, reply),
    });
  }
}

/** The methods that the API knows at a path: none where nothing is. */
export function methodsAt(routes: readonly Route[], path: string): string[] {
  const isAt = (route: Route): boolean => {
    const parts = `${API}${route.path}`.split('/');
    const given = path.split('/');
    return parts.length === given.length && parts.every((part, index) => part.startsWith('{') || part === given[index]);
  };
  return routes.filter(isAt).map(({ method }) => method);
}

async function answer(route: Route, box: Box, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = read(route, box, request);
  if (isRefused(asked)) return sendRefusal(reply, asked);
  if ('run' in route) {
    const result = await runOnce(route, asked, request);
    if (isRefused(result)) return sendRefusal(reply, result);
    return reply
      .code(route.status ?? 200)
      .header('cache-control', 'no-store')
      .send(result);
  }
  const wrong = await route.serve(asked, request, reply);
  return wrong ? sendRefusal(reply, wrong) : reply;
}

/** A change that brings a key is done once, however often it is asked for. */
async function runOnce(
  route: Extract<Route, { run: unknown }>,
  asked: Asked<unknown, unknown, unknown>,
  request: FastifyRequest,
): Promise<unknown> {
  const key = request.headers['idempotency-key'];
  if (route.method === 'GET' || key === undefined) return route.run(asked);
  if (typeof key !== 'string' || !KEY.test(key))
    return refusedForMistakes([{ at: 'Idempotency-Key', text: 'must be 1 to 200 printable characters' }]);
  const what = [route.id, JSON.stringify(asked.params), JSON.stringify(asked.query), bodyText(asked.body)].join('\n');
  return asked.box.answers.once(`${asked.session.id} ${key}`, what, async () => route.run(asked));
}

const bodyText = (body: unknown): string =>
  createHash('sha256')
    .update(Buffer.isBuffer(body) ? body : (JSON.stringify(body) ?? ''))
    .digest('hex');

/** Reads all parts of a request by their schemas; what is wrong with any of them is told together. */
function read(route: Route, box: Box, request: FastifyRequest): Asked<unknown, unknown, unknown> | Refused {
  const mistakes: Mistake[] = [];
  const part = (name: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    const parsed = (schema ?? NOTHING).safeParse(value);
    if (!parsed.success) mistakes.push(...mistakesOf(parsed.error, name));
    return parsed.data;
  };
  const params = part('path', route.params, numbersIn(route.params, request.params));
  const query = part('query', route.query, numbersIn(route.query, request.query));
  const body = route.upload ? request.body : part('body', route.body, request.body ?? {});
  if (route.upload && !Buffer.isBuffer(body)) mistakes.push({ at: 'body', text: 'must be the file' });
  if (mistakes.length > 0) return refusedForMistakes(mistakes);
  return { box, params, query, body, session: sessionOf(request), asker: request.asker };
}

/** Routes that take nothing take nothing, and say so of what is sent. */
const NOTHING = z.strictObject({});

/** Paths and queries are text: what a schema takes only as a number is one. */
function numbersIn(schema: z.ZodType | undefined, texts: unknown): unknown {
  if (!(schema instanceof z.ZodObject)) return { ...(texts as object) };
  const shape = schema.shape as Record<string, z.ZodType>;
  const entries = Object.entries(texts as Record<string, unknown>).map(([key, text]) => {
    const isNumber = typeof text === 'string' && /^-?\d{1,12}$/.test(text) && Object.hasOwn(shape, key);
    return [key, isNumber && !shape[key]?.safeParse(text).success ? Number(text) : text];
  });
  return Object.fromEntries(entries) as unknown;
}
