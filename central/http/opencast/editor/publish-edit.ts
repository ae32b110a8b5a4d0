import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { eventNamed } from '../../../catalogue/events.ts';
import { recordingOf, type Recording } from '../../../editing/recording.ts';
import type { Who } from '../../../identity/who.ts';
import type { WorkflowChanged } from '../../../workflows/workflows.ts';
import type { Services } from '../../services.ts';

/** Tag of the workflows that may begin after an edit. */
const EDITOR = 'editor';

type Needs = Pick<Services, 'workflows' | 'database'>;

/** Workflows that may begin after an edit. */
export const editWorkflows = ({ workflows }: Needs): readonly Definition[] =>
  workflows.definitions.offered().filter(({ tags }) => tags.includes(EDITOR));

/** A reason why a workflow cannot begin after an edit, with its status; undefined: it can. Nothing is saved before. */
export function whyNotPublished(
  needs: Needs,
  { processedBy, waits }: Recording,
  workflow: string,
): { status: number; text: string } | undefined {
  const offered = editWorkflows(needs);
  if (!waits && !offered.some(({ id }) => id === workflow)) {
    const names = offered.map(({ id }) => id).join(', ');
    const none = 'this server has no workflow for edits: save the edit alone';
    return { status: 400, text: names === '' ? none : `there is no workflow ${workflow} for edits: ${names}` };
  }
  if (processedBy === undefined) return undefined;
  return { status: 423, text: `workflow ${processedBy} of this event is not over yet: publish when it has ended` };
}

/**
 * Lets a workflow process the newest version, which has the edit: one that waits for an edit goes on with it, whatever
 * `workflow` says; else `workflow` begins. Gives its number. Throws BadRequest.
 */
export async function publishEdit(
  { workflows, database }: Needs,
  { event, workflow, who }: { event: string; workflow: string; who: Who },
): Promise<number> {
  const [known, recording] = await Promise.all([eventNamed(database, event), recordingOf(database, event)]);
  if (!known || !recording) throw new BadRequest(`the workflow ${workflow} cannot begin: the event is gone`);
  const configuration = known.workflow_configuration;
  const { waits } = recording;
  if (!waits) return numberOf(await workflows.start(who, { event, definition: workflow, configuration }), workflow);
  // The operation reads what was saved while it waited.
  return numberOf(await workflows.change(who, waits.workflow, { action: 'resume', configuration }), workflow);
}

function numberOf(done: WorkflowChanged, workflow: string): number {
  if (done.kind === 'done') return done.workflow.id;
  throw new BadRequest(done.kind === 'refused' ? done.why : `the workflow ${workflow} cannot begin: the event is gone`);
}
