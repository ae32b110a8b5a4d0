import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';
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
 * `workflow` says; else `workflow` begins. Gives its number, or why it does not begin: the edit is saved all the same.
 */
export async function publishEdit(
  { workflows, database }: Needs,
  { event, workflow, who }: { event: string; workflow: string; who: Who },
): Promise<number | { why: string }> {
  const [known, recording] = await Promise.all([eventNamed(database, event), recordingOf(database, event)]);
  if (!known || !recording) return { why: GONE };
  const configuration = known.workflow_configuration;
  const { waits } = recording;
  if (!waits) return numberOf(await workflows.start(who, { event, definition: workflow, configuration }));
  // The operation reads what was saved while it waited.
  return numberOf(await workflows.change(who, waits.workflow, { action: 'resume', configuration }));
}

const GONE = 'the event is gone';

function numberOf(done: WorkflowChanged): number | { why: string } {
  if (done.kind === 'done') return done.workflow.id;
  return { why: done.kind === 'refused' ? done.why : GONE };
}
