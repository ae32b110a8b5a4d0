import { z } from 'zod';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { jsonField } from '../../fields.ts';
import { readForm } from '../../form.ts';
import { onlyFor, whoOf } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';

/** Events of one request; one with more is refused. */
const MOST_EVENTS = 1000;

const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
const task = z.object({ workflow: z.string().min(1), configuration: z.record(z.string(), values) });

/**
 * Serves `/admin-ng/tasks/new`, which starts a workflow for several events: `configuration` has the values of each, by the
 * id of the event. Answers with the numbers of the workflows that began; if none could, with the reasons.
 */
export const adminTasks: RouteModule = (app, { workflows }) => {
  app.post('/admin-ng/tasks/new', onlyFor('scheduler'), async (request, reply) => {
    const { workflow, configuration } = jsonField('metadata', (await readForm(request)).get('metadata') ?? '', task);
    const events = Object.entries(configuration);
    if (events.length === 0) throw new BadRequest('configuration names no event: {"ID": {…}, …} is expected');
    if (events.length > MOST_EVENTS) throw new BadRequest(`at most ${MOST_EVENTS} events at once`);
    const words = (status: number, text: string) =>
      reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
    if (!workflows.definitions.find(workflow)) return words(404, `there is no workflow definition ${workflow}`);
    const begun: number[] = [];
    const refused: string[] = [];
    for (const [event, own] of events) {
      const done = await workflows.start(whoOf(request), { event, definition: workflow, configuration: own });
      if (done.kind === 'done') begun.push(done.workflow.id);
      else refused.push(done.kind === 'refused' ? done.why : `there is no event ${event}`);
    }
    return begun.length > 0 ? reply.code(201).send(begun) : words(409, refused.join('\n'));
  });
};
