import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Role } from '../../store/tables.ts';
import type { Services } from '../services.ts';

export const API = '/api/v1';

/** A request whose parts have been read by the schemas of its route. */
export interface Asked<Params, Query, Body> {
  services: Services;
  params: Params;
  query: Query;
  body: Body;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Why it is not done: a status, and words. */
export class Refused {
  readonly status: number;
  readonly why: string;
  constructor(status: number, why: string) {
    this.status = status;
    this.why = why;
  }
}

/** A row of our own API: what it takes, what it gives, and who may. The OpenAPI document is made of it. */
export interface ApiRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  /** Clients made from the document name their functions by it. */
  id: string;
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with `{name}` where a parameter stands. */
  path: string;
  summary: string;
  /** Besides admins; `anyone`: also who is not signed in. */
  allows: readonly Role[] | 'anyone';
  params?: P;
  query?: Q;
  body?: B;
  /** Undefined: nothing is answered (204). */
  answer?: A;
  /** 200 unless something new is made. */
  status?: 201;
  run(asked: Asked<z.output<P>, z.output<Q>, z.output<B>>): Promise<z.input<A> | Refused | void>;
}

export type AnyRoute = ApiRoute<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

/** Checks a row as it is written; rows of many shapes then stand in one list. */
export const apiRoute = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  row: ApiRoute<P, Q, B, A>,
): AnyRoute => row;

const NOTHING = z.strictObject({});

/** Puts rows on the server. */
export function addApi(app: FastifyInstance, services: Services, routes: readonly AnyRoute[]): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: `${API}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      config: { allows: route.allows },
      handler: (request, reply) => answer(route, services, request, reply),
    });
  }
}

async function answer(
  route: AnyRoute,
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const mistakes: string[] = [];
  const part = (name: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    const parsed = (schema ?? NOTHING).safeParse(value ?? {});
    for (const { path, message } of parsed.error?.issues ?? [])
      mistakes.push(`${[name, ...path].join('.')}: ${message}`);
    return parsed.data;
  };
  const params = part('path', route.params, request.params);
  const query = part('query', route.query, request.query);
  const body = part('body', route.body, request.body);
  if (mistakes.length > 0) return reply.code(400).send({ error: mistakes.join('; ') });
  const result = await route.run({ services, params, query, body, request, reply });
  if (reply.sent) return reply;
  void reply.header('cache-control', 'no-store');
  if (result instanceof Refused) return reply.code(result.status).send({ error: result.why });
  return route.answer ? reply.code(route.status ?? 200).send(result) : reply.code(204).send();
}
