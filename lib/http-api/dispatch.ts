import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runOnce, type Keys } from './idempotency.ts';
import { partsOf } from './parts.ts';
import { isRefused, refusedForMistakes, type Refused } from './refusal.ts';
import type { Route } from './route.ts';

/** The product's part in serving its rows. */
export interface Serving<Context extends object, Access, Tag extends string> {
  /** Path before all rows: `/api/v1`. */
  base: string;
  /** Code of the refusal of a request with mistakes. */
  mistakesCode: string;
  /** Gives what routes need besides the parts of the request. */
  contextOf(request: FastifyRequest, reply: FastifyReply): Context;
  /** Gives what the server's hooks need to know of a route, such as its rights. */
  configOf(route: Route<Context, Access, Tag>): FastifyContextConfig;
  /** Sends a refusal in the product's form. */
  refuse(reply: FastifyReply, refused: Refused): FastifyReply;
  /** Keeps answers, so that a change with an `Idempotency-Key` is made once; without it the keys are ignored. */
  keys?: Keys<Context>;
}

/** Adds rows to a server. */
export function addRoutes<Context extends object, Access, Tag extends string>(
  app: FastifyInstance,
  routes: readonly Route<Context, Access, Tag>[],
  serving: Serving<Context, Access, Tag>,
): void {
  for (const route of routes) {
    const endless = 'endless' in route && (route.endless ?? false);
    app.route({
      method: route.method,
      url: `${serving.base}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      exposeHeadRoute: route.method === 'GET' && !endless,
      ...(route.upload ? { bodyLimit: route.upload.maxBytes } : {}),
      config: { ...serving.configOf(route), upload: route.upload !== undefined },
      handler: (request, reply) => answer(route, serving, request, reply),
    });
  }
}

/** The methods that rows have at a path below `base`; none for an unknown path. */
export function methodsAt(routes: readonly Pick<Route, 'method' | 'path'>[], base: string, path: string): string[] {
  const isAt = (route: Pick<Route, 'path'>): boolean => {
    const parts = `${base}${route.path}`.split('/');
    const given = path.split('/');
    return parts.length === given.length && parts.every((part, index) => part.startsWith('{') || part === given[index]);
  };
  return routes.filter(isAt).map(({ method }) => method);
}

async function answer<Context extends object, Access, Tag extends string>(
  route: Route<Context, Access, Tag>,
  serving: Serving<Context, Access, Tag>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { parts, mistakes } = partsOf(route, request);
  if (mistakes.length > 0) return serving.refuse(reply, refusedForMistakes(serving.mistakesCode, mistakes));
  const asked = { ...serving.contextOf(request, reply), ...parts };
  if ('serve' in route) {
    const wrong = await route.serve(asked, request, reply);
    return wrong ? serving.refuse(reply, wrong) : reply;
  }
  const result = await runOnce(route, asked, request, serving);
  if (isRefused(result)) return serving.refuse(reply, result);
  void reply.header('cache-control', 'no-store');
  return route.answer ? reply.code(route.status ?? 200).send(result) : reply.code(204).send();
}
