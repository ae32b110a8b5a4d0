import { sql } from 'kysely';
import { open } from './http-access.ts';
import type { RouteModule } from './services.ts';

/** `/healthz`: does it answer, and its database? */
export const health: RouteModule = (app, { database, log }) => {
  app.get('/healthz', open, async (_request, reply) => {
    try {
      await sql`select 1`.execute(database);
      return { status: 'ok' };
    } catch (error) {
      log.error({ error }, 'the database does not answer');
      return reply.code(503).send({ status: 'fail', why: 'the database does not answer' });
    }
  });
};
