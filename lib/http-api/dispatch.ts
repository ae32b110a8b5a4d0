import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runOnce, type Keys } from './idempotency.ts';
import { partsOf } from './parts.ts';
import { isRefused, refusedForMistakes, type Refused } from './refusal.ts';
import type { Route } from './route.ts';

/** How a product serves its rows. */
export interface Serving<Context extends object, Access, Tag extends string> {
  /** What stands before each path: `/api/v1`. */
  base: string;
  /** The code of a refusal that says what is wrong with a request. */
  mistakesCode: string;
  /** What routes are given besides the parts of the request. */
  contextOf(request: FastifyRequest, reply: FastifyReply): Context;
  /** What the hooks of the server are to know of a route: who may use it. */
  configOf(route: Route<Context, Access, Tag>): FastifyContextConfig;
  /** Says no, in the form that all refusals of the product have. */
  refuse(reply: FastifyReply, refused: Refused): FastifyReply;
  /** Changes with an `Idempotency-Key` are done once; without this, keys are not looked at. */
  keys?: Keys<Context>;
}

/** Puts rows on a server. */
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

/** The methods that rows know at a path below `base`: none where nothing is. */
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
