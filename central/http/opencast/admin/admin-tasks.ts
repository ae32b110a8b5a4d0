import { z } from 'zod';
import { definitionNamed, whyNotStarted } from '../../../workflows/definitions.ts';
import { jsonField } from '../../fields.ts';
import { readForm } from '../../form.ts';
import { onlyFor } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';

const task = z.object({ workflow: z.string().min(1), configuration: z.unknown() });

/**
 * Refuses `/admin-ng/tasks/new`, which starts workflows for several events: this server has no workflow that can be
 * started.
 */
export const adminTasks: RouteModule = (app, { config }) => {
  app.post('/admin-ng/tasks/new', onlyFor('scheduler'), async (request, reply) => {
    const { workflow } = jsonField('metadata', (await readForm(request)).get('metadata') ?? '', task);
    const isKnown = definitionNamed(config, workflow) !== undefined;
    return reply
      .code(isKnown ? 501 : 404)
      .type('text/plain; charset=utf-8')
      .send(`${isKnown ? whyNotStarted(workflow) : `there is no workflow definition ${workflow}`}\n`);
  });
};
