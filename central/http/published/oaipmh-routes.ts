import type { FastifyReply, FastifyRequest } from 'fastify';
import { readingRoles } from '../../identity/permissions.ts';
import { oaiAnswer } from '../../publication/oaipmh/answer.ts';
import { isRepository } from '../../publication/oaipmh/records.ts';
import { formParts, isFile } from '../form.ts';
import { open } from '../http-access.ts';
import { searchedFor } from './strangers.ts';
import type { RouteModule } from '../services.ts';

type Asked = FastifyRequest<{ Params: { repository: string } }>;
type Pairs = readonly (readonly [name: string, value: string])[];

const READERS = { config: { ...open.config, byAccess: true } };

/** Serves `/oaipmh/{repository}`: what is published, for everybody who may read it (facts/opencast 3.22). */
export const oaipmhRoutes: RouteModule = (app, services) => {
  const { database, clock, urlFor } = services;
  const answer = async (request: Asked, reply: FastifyReply, pairs: Pairs): Promise<FastifyReply> => {
    const { who, runRoles, params } = request;
    if (!(await isRepository(database, params.repository)))
      return reply.code(404).type('text/plain; charset=utf-8').send('there is no such repository; "default" is one\n');
    const repository = { name: params.repository, roles: readingRoles(who, runRoles) };
    const base = urlFor(request);
    const adminEmail = `postmaster@${new URL(base).hostname}`;
    const ask = () => oaiAnswer({ database, repository, base, adminEmail, nowMs: clock.nowMs() }, pairs);
    const text = await searchedFor(request, ask);
    return reply.type('text/xml; charset=utf-8').send(text);
  };
  app.get('/oaipmh/:repository', READERS, (request: Asked, reply) => {
    const query = request.raw.url?.split('?')[1] ?? '';
    return answer(
      request,
      reply,
      [...new URLSearchParams(query)].filter(([name]) => name !== 'jwt'),
    );
  });
  app.post(
    '/oaipmh/:repository',
    { config: { ...READERS.config, fromElsewhere: true } },
    async (request: Asked, reply) => {
      const pairs: [string, string][] = [];
      for await (const part of formParts(request)) {
        if (isFile(part)) part.stream.destroy();
        else pairs.push([part.name, part.value]);
      }
      return answer(request, reply, pairs);
    },
  );
};
