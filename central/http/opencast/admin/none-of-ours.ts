import type { FastifyReply } from 'fastify';
import { pageOf, type Query } from '../../external-api/paging.ts';
import { about, onlyFor, open } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';

/**
 * Serves lists that programs read before they work with others. This server has no themes, groups and templates of
 * access lists, and signs no URLs: the lists are empty.
 */
export const noneOfOurs: RouteModule = (app) => {
  const readers = onlyFor('scheduler', 'viewer');
  for (const path of ['/admin-ng/themes/themes.json', '/admin-ng/groups/groups.json']) {
    app.get<{ Querystring: Query }>(path, readers, async ({ query }) => {
      const { limit = 0, offset } = pageOf(query);
      return { total: 0, offset, count: 0, limit, results: [] };
    });
  }
  app.get('/acl-manager/acl/acls.json', readers, async () => []);
  app.get('/signing/accepts', about('nothing', 'scheduler', 'viewer', 'agent'), async (_request, reply) =>
    reply.type('text/plain').send('false'),
  );
  app.post('/signing/sign', onlyFor('scheduler'), async (_request, reply) =>
    words(reply, 501, 'this server signs no URLs: who has an account reads its files'),
  );
  // Parameters of an LTI launch: empty, since there was none.
  app.get('/lti', open, async () => ({}));
  app.post('/lti', { config: { ...open.config, fromElsewhere: true } }, async (_request, reply) =>
    words(reply, 501, 'this server does not take part in LTI yet: link to its pages instead'),
  );
};

const words = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
