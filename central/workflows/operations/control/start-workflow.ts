import { OperationFailed, type Operation, type OperationNeeds } from '../../run/operation.ts';

/** Keys that are no values of the workflows that begin. */
const OWN = new Set(['media-packages', 'workflow-definition']);
/** Events for which one operation may begin workflows; more are refused. */
const MOST_EVENTS = 1000;

/** `start-workflow`: begins a workflow for other events. */
export const startWorkflow = ({ startWorkflow: start }: Pick<OperationNeeds, 'startWorkflow'>): Operation => ({
  id: 'start-workflow',
  weight: 'light',
  async run({ keys, workflow, log }) {
    const definition = keys.needed('workflow-definition');
    const events = [...new Set(keys.list('media-packages'))];
    if (!start) throw new OperationFailed('start-workflow: this server begins no workflows');
    if (events.length === 0) return { kind: 'skip', why: 'media-packages names no event' };
    if (events.length > MOST_EVENTS)
      throw new OperationFailed(`start-workflow: ${events.length} events are named; ${MOST_EVENTS} may be`);
    if (events.includes(workflow.event))
      throw new OperationFailed(`start-workflow: ${workflow.event} is the event of this run, which is not over yet`);
    const configuration = Object.fromEntries(keys.all().filter(([key]) => !OWN.has(key)));
    const refused: string[] = [];
    for (const event of events) {
      const why = await start({ event, definition, configuration });
      if (why === undefined) log(`${definition} begins for ${event}`);
      else refused.push(`${event}: ${why}`);
    }
    if (refused.length === events.length)
      throw new OperationFailed(`start-workflow: ${refused.slice(0, 5).join('; ')}`);
    for (const why of refused) log(why, 'warning');
    return { kind: 'done' };
  },
});
