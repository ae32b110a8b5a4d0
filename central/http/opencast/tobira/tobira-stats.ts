import { BadRequest } from '../../../catalogue/bad-request.ts';
import { json } from '../../../store/tables.ts';
import type { RouteModule } from '../../services.ts';

const NAME = 'tobira/stats';

/**
 * Serves `/tobira/stats`: figures that Tobira leaves here, only for admins (facts/opencast 3.6). Only the newest are
 * kept.
 */
export const tobiraStats: RouteModule = (app, { database }) => {
  app.get('/tobira/stats', async () => {
    const left = await database.selectFrom('left_documents').selectAll().where('name', '=', NAME).executeTakeFirst();
    return left ? { ...left.document, updated: left.left_at.toISOString() } : {};
  });
  app.post('/tobira/stats', async ({ body }, reply) => {
    if (
      typeof body !== 'object' ||
      body === null ||
      Array.isArray(body) ||
      Object.getPrototypeOf(body) !== Object.prototype
    )
      throw new BadRequest('the figures are to be an object in application/json');
    const values = { document: json(body), left_at: new Date() };
    await database
      .insertInto('left_documents')
      .values({ name: NAME, ...values })
      .onConflict((at) => at.column('name').doUpdateSet(values))
      .execute();
    return reply.code(204).send();
  });
};
