import { sql } from 'kysely';
import { NoRoom } from '../store/media-store.ts';
import { open } from './http-access.ts';
import type { RouteModule } from './services.ts';

/** Serves `/healthz`: whether the server and its database answer, and whether there is space for recordings. */
export const health: RouteModule = (app, { database, store, log }) => {
  app.get('/healthz', open, async (_request, reply) => {
    try {
      await sql`select 1`.execute(database);
    } catch (error) {
      log.error({ error }, 'the database does not answer');
      return reply.code(503).send({ status: 'fail', why: 'the database does not answer' });
    }
    try {
      await store.checkRoom();
      return { status: 'ok' };
    } catch (error) {
      log.error({ error }, 'no recording can be taken');
      const why =
        error instanceof NoRoom
          ? 'the media folder is full: recordings are refused'
          : 'the media folder cannot be used';
      return reply.code(503).send({ status: 'fail', why });
    }
  });
};
