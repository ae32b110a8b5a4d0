import { sql } from 'kysely';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { newestVersion } from '../catalogue/versions.ts';
import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import type { Jobs } from '../store/jobs.ts';
import { json } from '../store/tables.ts';
import type { WorkflowRow } from '../store/workflow-tables.ts';
import type { Definitions } from './definitions.ts';
import { advanceRun, beginRun, type RunNeeds } from './run/advance.ts';
import { takeVersion } from './run/elements.ts';
import { isOver } from './run/run.ts';
import type { RunEvent } from './run/step.ts';

/** Workflow that begins when an event has a new version. */
export interface NewWorkflow {
  event: string;
  version: number;
  definition: string;
  configuration: Readonly<Record<string, string>>;
  /** Those with a higher number are done first; 0 without it. */
  priority?: number | undefined;
}

/** Change of a workflow that is asked for. */
export interface WorkflowChange {
  /** `resume` goes on after a pause; `retry` tries what failed again, and what followed it. */
  action?: 'stop' | 'suspend' | 'resume' | 'retry' | undefined;
  /** Values that are added to those of the run, or replace them. */
  configuration?: Readonly<Record<string, string>> | undefined;
}

/** Result of a change. */
export type WorkflowChanged =
  | { kind: 'done'; workflow: WorkflowRow }
  | { kind: 'missing' }
  /** What is asked for is not possible now; `why` tells the client. */
  | { kind: 'refused'; why: string };

/** Workflows of this server. */
export interface Workflows {
  definitions: Definitions;
  /** Whether this server has the code of an operation, by its name of today. */
  has: (operation: string) => boolean;
  /**
   * Begins a workflow within the transaction that writes a version. A definition that there is not, or that cannot be
   * started, is replaced by the one of the configuration, and a line of its log says so: a recording is never refused.
   */
  begin(within: Database, of: NewWorkflow): Promise<WorkflowRow>;
  /** Begins a workflow on the newest version of an event; `who` undefined: another workflow does. Throws BadRequest for a definition that cannot be started. */
  start(who: Who | undefined, of: Omit<NewWorkflow, 'version'>): Promise<WorkflowChanged>;
  /** Changes a workflow and writes the audit entry in one transaction. */
  change(who: Who, id: number, change: WorkflowChange): Promise<WorkflowChanged>;
}

/** What workflows are opened with. */
interface WorkflowNeeds {
  database: Database;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  definitions: Definitions;
  has: (operation: string) => boolean;
  /** Queue of an operation, by its name. */
  queueOf: RunNeeds['queueOf'];
  /** Definition where none is named, or one that cannot be started. */
  standard: string;
}

/** Queues of operations: those that take long never hold up those that do not. */
export const QUEUES = { light: 'light', heavy: 'heavy', awaited: 'awaited' } as const;

const EVENTS: Readonly<
  Record<NonNullable<WorkflowChange['action']>, { from: readonly string[]; kind: RunEvent['kind'] }>
> = {
  stop: { from: ['instantiated', 'running', 'paused', 'failing'], kind: 'stop' },
  suspend: { from: ['instantiated', 'running'], kind: 'suspend' },
  resume: { from: ['paused'], kind: 'resume' },
  retry: { from: ['failed', 'stopped'], kind: 'retry' },
};

/** Opens the workflows. Their operations are done by whoever has the role of a worker. */
export async function openWorkflows(needs: WorkflowNeeds): Promise<Workflows> {
  const { database, jobs, clock, definitions, queueOf } = needs;
  await jobs.makeQueues(Object.values(QUEUES));
  const runs: RunNeeds = { jobs, clock, queueOf, handlerOf: (id) => definitions.handler(id) };
  return {
    definitions,
    has: needs.has,
    begin: (within, of) => begin(needs, runs, within, of),
    async start(who, of) {
      const why = definitions.whyNot(of.definition);
      if (why !== undefined) throw new BadRequest(why);
      return database.transaction().execute(async (within) => {
        const version = await newestVersion(within, of.event);
        if (!version) return { kind: 'refused', why: `the event ${of.event} has no recording that could be processed` };
        const active = await activeOf(within, of.event);
        if (active)
          return { kind: 'refused', why: `workflow ${active.id} (${active.definition}) of this event is not over yet` };
        const workflow = await begin(needs, runs, within, { ...of, version: version.version });
        const { id, event, definition } = workflow;
        const change = { event, definition, configuration: of.configuration };
        await tellAudit(within, who, { action: 'start', kind: 'workflow', object: String(id), change });
        return { kind: 'done', workflow };
      });
    },
    change: (who, id, change) => database.transaction().execute((within) => changed(runs, within, { who, id, change })),
  };
}

async function begin(
  { definitions, standard, log }: WorkflowNeeds,
  runs: RunNeeds,
  within: Database,
  { event, version, definition: named, configuration, priority }: NewWorkflow,
): Promise<WorkflowRow> {
  const why = definitions.whyNot(named);
  const definition = definitions.find(why === undefined ? named : standard);
  const values = new Map(Object.entries(configuration));
  const isUsable = definition !== undefined && definitions.whyNot(definition.id) === undefined;
  const operations = isUsable ? definitions.plan(definition, values) : [];
  const id = await beginRun(within, runs, {
    event,
    version,
    definition: named,
    operations,
    configuration: values,
    priority,
    waits: !isUsable,
  });
  await takeVersion(within, id, { event, version });
  // Programs that listen hear of it, also when nothing is done with it here.
  if (!isUsable) await sql`select pg_notify('amphi_workflow', ${String(id)})`.execute(within);
  if (why !== undefined) {
    const instead = isUsable ? `${standard} is done instead` : 'the recording is kept, and the workflow waits';
    const text = `${why}: ${instead}`;
    log.warn({ event, workflow: id }, text);
    await within.insertInto('workflow_log').values({ workflow: id, level: 'warning', text }).execute();
  }
  return within.selectFrom('workflows').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function changed(
  runs: RunNeeds,
  within: Database,
  { who, id, change: { action, configuration } }: { who: Who; id: number; change: WorkflowChange },
): Promise<WorkflowChanged> {
  const found = await within.selectFrom('workflows').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!found) return { kind: 'missing' };
  const why = whyNot(found, action, configuration);
  if (why !== undefined) return { kind: 'refused', why };
  const variables = new Map(Object.entries(configuration ?? {}));
  if (configuration) await setValues(within, found, configuration);
  if (action !== undefined) await advanceRun(within, runs, id, { kind: EVENTS[action].kind, variables } as RunEvent);
  const told = { event: found.event, ...(configuration ? { configuration } : {}) };
  await tellAudit(within, who, { action: action ?? 'update', kind: 'workflow', object: String(id), change: told });
  const workflow = await within.selectFrom('workflows').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return { kind: 'done', workflow };
}

function whyNot(
  found: WorkflowRow,
  action: WorkflowChange['action'],
  configuration: WorkflowChange['configuration'],
): string | undefined {
  if (configuration && action !== 'retry' && !isActive(found))
    return `workflow ${found.id} is ${found.state}: its configuration stays`;
  if (action === undefined || EVENTS[action].from.includes(found.state)) return undefined;
  return `Cannot ${action} workflow ${found.id}, which is ${found.state}: only ${EVENTS[action].from.join(', ')} ones can be`;
}

/** Writes values of a run; operations that have begun already keep those that they have. */
async function setValues(
  within: Database,
  { id, configuration, variables }: WorkflowRow,
  values: object,
): Promise<void> {
  await within
    .updateTable('workflows')
    .set({ configuration: json({ ...configuration, ...values }), variables: json({ ...variables, ...values }) })
    .where('id', '=', id)
    .execute();
}

/** Workflows of an event, or of one of its versions, the first one first. */
export const workflowsOf = (database: Database, event: string, version?: number): Promise<WorkflowRow[]> =>
  database
    .selectFrom('workflows')
    .selectAll()
    .where('event', '=', event)
    .$if(version !== undefined, (of) => of.where('version', '=', version ?? 0))
    .orderBy('id')
    .execute();

const activeOf = (within: Database, event: string): Promise<WorkflowRow | undefined> =>
  within
    .selectFrom('workflows')
    .selectAll()
    .where('event', '=', event)
    .where('state', 'in', ['instantiated', 'running', 'paused', 'failing'])
    .orderBy('id', 'desc')
    .executeTakeFirst();

/** Whether a workflow has not ended yet. */
export const isActive = ({ state }: Pick<WorkflowRow, 'state'>): boolean => !isOver({ state: state as 'running' });
