import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Versions of Opencast's External API that this server speaks, the oldest first (facts/opencast 3.1). */
export const VERSIONS = Array.from({ length: 12 }, (_, minor) => `v1.${minor}.0`);
/** The `x` of the newest version v1.x.0. */
export const NEWEST = VERSIONS.length - 1;

declare module 'fastify' {
  interface FastifyRequest {
    /** The `x` of the version v1.x.0 that a request asks for. */
    apiMinor: number;
  }
}

/** The `x` of v1.x.0 that an Accept header asks for; undefined for a version that this server does not speak. */
export function minorOf(accept: string | undefined): number | undefined {
  const asked = (accept ?? '').split(',').map((one) => one.split(';')[0]?.trim().toLowerCase() ?? '');
  const versions = asked.flatMap((one) => /^application\/(v\d+\.\d+\.\d+)\+json$/.exec(one)?.[1] ?? []);
  if (versions.length === 0) return NEWEST;
  const known = versions.map((version) => VERSIONS.indexOf(version)).filter((minor) => minor >= 0);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** Answers in the version that is asked for, and refuses unknown ones with 406. */
export function negotiate(app: FastifyInstance): void {
  app.decorateRequest('apiMinor', NEWEST);
  app.addHook('preHandler', async (request, reply) => {
    const minor = minorOf(request.headers.accept);
    if (minor === undefined) {
      const text = `this server speaks ${VERSIONS[0]} to ${VERSIONS[NEWEST]} of the API`;
      return reply.code(406).type('text/plain; charset=utf-8').send(`${text}\n`);
    }
    request.apiMinor = minor;
    void reply.type(typeOf(request));
  });
  // The media type has no character set, as in Opencast's answers.
  app.addHook('onSend', async (_request, reply) => {
    const type = String(reply.getHeader('content-type') ?? '');
    if (type.startsWith('application/v1.')) void reply.header('content-type', type.split(';', 1)[0]);
  });
}

/** Media type of an answer: `application/v1.11.0+json`. */
export const typeOf = ({ apiMinor }: FastifyRequest): string => `application/${VERSIONS[apiMinor] ?? ''}+json`;
