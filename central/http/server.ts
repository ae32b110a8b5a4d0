import cookie from '@fastify/cookie';
import {
  fastify,
  type FastifyContextConfig,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { NO_SCHEMAS } from '@amphi/lib/http-api/no-schemas.ts';
import { noPortWords } from '@amphi/lib/runtime/troubles/no-port.ts';
import { requestFigures } from './metrics.ts';
import { BODY_LIMITS, type BodyLimits, limitConnections, limitSlowBodies } from './body-limits.ts';
import { allowOrigins } from './cross-origin.ts';
import { checkRequests } from './foreign-requests.ts';
import { openMethods } from './methods.ts';
import { guard } from './http-access.ts';
import { guardObjects } from './object-access.ts';
import { readForms } from './form.ts';
import { queryIn } from './query.ts';
import { protectAnswers } from './protected-answers.ts';
import type { RouteModule, Services } from './services.ts';
import { openStrangersGate } from './published/strangers.ts';

/** Running HTTP server. */
export interface Web {
  app: FastifyInstance;
  /** Port that the server listens on, also where 0 was asked for. */
  port: number;
  /** Closes all connections. Idempotent. */
  close(): Promise<void>;
}

/** Route that is served, with its options. */
export interface KnownRoute {
  method: string;
  url: string;
  config: FastifyContextConfig;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** All routes, to be checked. */
    knownRoutes: readonly KnownRoute[];
  }
}

/**
 * Limits of a request: a larger body is refused with 413, larger headers with 431; a connection that sends nothing for
 * too long is closed. A whole body has no limit of time.
 */
const LIMITS = { bodyBytes: 4 << 20, headersMs: 20_000, silenceMs: 120_000, headerBytes: 32 << 10 };

/** Starts the HTTP server with all parts. Rejects with words for an installer if it cannot listen. */
export async function startWeb(services: Services, modules: readonly RouteModule[]): Promise<Web> {
  const { config, log } = services;
  const app = await openApp(services, modules);
  try {
    await app.listen({ host: config.listen, port: config.port });
  } catch (error) {
    await app.close();
    const words = noPortWords(error, { port: '--port', listen: '--listen' }, config.port);
    throw words === undefined ? error : new Error(words, { cause: error });
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  log.info({ host: config.listen, port }, 'listening');
  return { app, port, close: () => app.close() };
}

/** Makes the server without a socket, for tests that use `inject`. */
export async function openApp(
  services: Services,
  modules: readonly RouteModule[],
  limits: BodyLimits = BODY_LIMITS,
): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    schemaController: NO_SCHEMAS,
    logger: false,
    bodyLimit: LIMITS.bodyBytes,
    frameworkErrors: (error, _request, reply: FastifyReply) => void answerUnread(error, reply),
    // No limit of time for a whole request: a lecture takes long on a slow line. A silent connection is closed.
    connectionTimeout: LIMITS.silenceMs,
    keepAliveTimeout: 75_000,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    trustProxy: services.config.trustedProxies.length > 0 ? services.config.trustedProxies : false,
    http: { headersTimeout: LIMITS.headersMs, maxHeaderSize: LIMITS.headerBytes },
    routerOptions: {
      maxParamLength: 1024,
      ignoreTrailingSlash: true,
      // Double slashes count as one: a client may have a base URL with a slash at its end.
      ignoreDuplicateSlashes: true,
      querystringParser: queryIn,
    },
  });
  // Clients that ask before they send a body (`Expect: 100-continue`) are refused or told to go on once their account
  // is known.
  app.server.on('checkContinue', (request, response) => app.routing(request, response));
  const routes: KnownRoute[] = [];
  app.decorate('knownRoutes', routes);
  app.decorate('throughGate', openStrangersGate());
  app.addHook('onRoute', ({ method, url, config = {} }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, config });
  });
  await app.register(cookie);
  limitConnections(app, services.config.trustedProxies, limits);
  limitSlowBodies(app, limits);
  logRequests(app, services);
  protectAnswers(app);
  allowOrigins(app, services.config.corsOrigins);
  checkRequests(app);
  guard(app, services);
  guardObjects(app, services);
  app.addHook('preParsing', async (request, reply) => {
    if (/100-continue/i.test(request.headers.expect ?? '')) reply.raw.writeContinue();
  });
  app.addHook('onSend', async ({ method, routeOptions }) => {
    if (method !== 'GET' && method !== 'HEAD' && !routeOptions.config.keepsCalendars) services.calendars.suspect();
  });
  await readForms(app);
  answerTrouble(app, services);
  for (const module of modules) await app.register(async (inner) => module(inner, services));
  await app.ready();
  return app;
}

/** Answers a request that cannot be read far enough to choose a route. */
const answerUnread = ({ code, statusCode = 400, message }: FastifyError, reply: FastifyReply): FastifyReply =>
  reply
    .code(statusCode)
    .type('text/plain; charset=utf-8')
    .send(`${code === 'FST_ERR_BAD_URL' ? 'the path must be UTF-8, in percent signs' : message}\n`);

function logRequests(app: FastifyInstance, { log, registry }: Services): void {
  const figures = requestFigures(registry);
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, ip, who } = request;
    const fact = { method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime), ip };
    figures.seen(method, routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
    log.debug({ ...fact, account: who?.name }, 'http');
  });
}

/**
 * Error classes of PostgreSQL for values that it cannot store (class 22) or that are too large for an index: the
 * request is wrong, not the server. Most such values are refused earlier, when a request is checked.
 */
const UNFIT = /^(22...|54000)$/;

/** Answers errors: those of the server itself are logged, and the client does not see their text. */
function answerTrouble(app: FastifyInstance, { log }: Services): void {
  app.setErrorHandler<FastifyError>((thrown, request, reply) => {
    const isUnfit = thrown.statusCode === undefined && UNFIT.test(thrown.code);
    const error = isUnfit
      ? Object.assign(new Error(`a value cannot be kept as it was sent: ${thrown.message}`), { statusCode: 400 })
      : thrown;
    const status = error.statusCode ?? 500;
    // The rest of the body is read and thrown away, so that the client gets to read the answer.
    request.raw.unpipe();
    request.raw.resume();
    if (request.raw.destroyed && !request.raw.complete)
      log.info({ url: request.url.split('?')[0] }, 'a client left in the middle');
    else if (isUnfit || status >= 500) log.error({ error, route: request.routeOptions.url }, 'a request failed');
    const text = status >= 500 && !error.statusCode ? 'the server failed at this: its log says how' : error.message;
    return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  });
  const methodsAt = openMethods(app.knownRoutes);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = methodsAt(path);
    void reply.type('text/plain; charset=utf-8');
    if (methods.length === 0) return reply.code(404).send(`there is nothing at ${path.slice(0, 200)}\n`);
    const allow = methods.join(', ');
    return reply
      .code(405)
      .header('allow', allow)
      .send(`${path.slice(0, 200)} is for ${allow}\n`);
  });
}
