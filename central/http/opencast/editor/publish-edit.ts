import { BadRequest } from '../../../catalogue/bad-request.ts';
import { eventNamed } from '../../../catalogue/events.ts';
import type { Recording } from '../../../editing/recording.ts';
import type { Who } from '../../../identity/who.ts';
import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';
import type { Services } from '../../services.ts';

/** Tag of the workflows that may begin after an edit. */
const EDITOR = 'editor';

type Needs = Pick<Services, 'workflows' | 'database'>;

/** Workflows that may begin after an edit. */
export const editWorkflows = ({ workflows }: Needs): readonly Definition[] =>
  workflows.definitions.offered().filter(({ tags }) => tags.includes(EDITOR));

/** A reason why a workflow cannot begin after an edit, with its status; undefined: it can. Nothing is saved before. */
export async function whyNotPublished(
  needs: Needs,
  { isProcessed }: Recording,
  workflow: string,
): Promise<{ status: number; text: string } | undefined> {
  const offered = editWorkflows(needs);
  if (!offered.some(({ id }) => id === workflow)) {
    const names = offered.map(({ id }) => id).join(', ');
    const text =
      names === ''
        ? 'this server runs no workflows: save the edit alone'
        : `there is no workflow ${workflow} for edits: ${names}`;
    return { status: 400, text };
  }
  if (isProcessed) return { status: 423, text: 'a workflow of this event is running: publish when it has ended' };
  return undefined;
}

/** Begins a workflow on the newest version, which has the edit. Gives its number. Throws BadRequest. */
export async function publishEdit(
  { workflows, database }: Needs,
  { event, workflow, who }: { event: string; workflow: string; who: Who },
): Promise<number> {
  const known = await eventNamed(database, event);
  if (!known) throw new BadRequest(`the workflow ${workflow} cannot begin: the event is gone`);
  const of = { event, definition: workflow, configuration: known.workflow_configuration };
  const done = await workflows.start(who, of);
  if (done.kind === 'done') return done.workflow.id;
  throw new BadRequest(done.kind === 'refused' ? done.why : `the workflow ${workflow} cannot begin: the event is gone`);
}
