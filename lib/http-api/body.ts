import type { FastifyError, FastifyInstance } from 'fastify';
import { refused, type Refused } from './refusal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the body is a file instead of JSON. */
    upload?: boolean;
    /** Whether the body is JSON whatever its content type says. */
    anyJson?: boolean;
  }
}

/** Sets which bodies the server reads: JSON, or the file of an upload. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json(?:\s*;.*)?$/i,
    { parseAs: 'string' },
    (request, body, done) => {
      if (request.routeOptions.config.upload) return done(UNWANTED_TYPE);
      // An action without parameters may be sent without a body.
      if (body === '') return done(null, undefined);
      return parseJson(request, body as string, done);
    },
  );
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    const { upload, anyJson } = request.routeOptions.config;
    if (upload) return done(null, body);
    if (anyJson && body.length > 0) return parseJson(request, (body as Buffer).toString('utf8'), done);
    return body.length === 0 ? done(null, undefined) : done(UNWANTED_TYPE);
  });
}

const UNWANTED_TYPE = Object.assign(new Error('unwanted type'), { statusCode: 415 });

/**
 * The refusal for a request that Fastify itself rejects; undefined if the fault is the server's. `mediaText` names the
 * accepted bodies.
 */
export function refusedByServer(error: Partial<FastifyError>, mediaText: string): Refused | undefined {
  const status = error.statusCode ?? 500;
  if (status >= 500) return undefined;
  if (status === 413) return refused(413, 'too_large', 'the body is larger than is taken here');
  if (status === 415) return refused(415, 'media_type', mediaText);
  if (status === 400 && error.code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') {
    return refused(400, 'bad_request', 'the body is not as long as Content-Length says');
  }
  const text = error.message ?? 'this is no request that can be read';
  return refused(status, error instanceof SyntaxError || /JSON/i.test(text) ? 'bad_json' : 'bad_request', text);
}
