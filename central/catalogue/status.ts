import { sql, type RawBuilder } from 'kysely';

/** Status of an event, from its plan to the end of its workflow. */
export type EventStatus =
  | 'scheduled'
  | 'missed'
  | 'recording'
  | 'recording-failed'
  | 'ingesting'
  | 'pending'
  | 'processing'
  | 'paused'
  | 'processed'
  | 'published'
  | 'processing-failed'
  | 'processing-cancelled';

/** Facts that a status is derived from. */
export interface StatusFacts {
  /** State of the newest workflow; null: none was begun. */
  workflowState: string | null;
  /** Number of the newest version; null: nothing was ingested. */
  newestVersion: number | null;
  /** Whether viewers see it. */
  isPublished?: boolean | undefined;
  /** Recording state that the agent told. */
  recordingState: string | null;
  /** End by the timetable; undefined: the event is not scheduled. */
  endsAtMs: number | undefined;
}

/** Time in ms after the end of an event; if nothing was heard of its recording by then, the event was missed. */
const GRACE_MS = 3600_000;

interface Rule {
  status: EventStatus;
  /** States of the newest workflow that the rule is for. */
  workflow?: readonly string[];
  /** Whether the rule is for events with an ingested recording. */
  ingested?: true;
  /** Recording states that the rule is for. */
  recording?: readonly string[];
}

/**
 * Rules for the status that Opencast shows (facts/opencast 1.6): first by the workflow, then by the agent. The first
 * rule that fits counts.
 */
const RULES: readonly Rule[] = [
  { status: 'pending', workflow: ['instantiated'] },
  { status: 'processing', workflow: ['running', 'failing'] },
  { status: 'paused', workflow: ['paused'] },
  { status: 'processed', workflow: ['succeeded'] },
  { status: 'processing-failed', workflow: ['failed'] },
  { status: 'processing-cancelled', workflow: ['stopped'] },
  { status: 'processed', ingested: true },
  { status: 'recording', recording: ['capturing', 'capture_finished'] },
  { status: 'recording-failed', recording: ['capture_error', 'manifest_error', 'compressing_error', 'upload_error'] },
  {
    status: 'ingesting',
    recording: ['manifest', 'manifest_finished', 'compressing', 'uploading', 'upload_finished'],
  },
];

/** Status of an event at a moment. Pure: all lists, pages and APIs use it. */
export function statusOf(facts: StatusFacts, nowMs: number): EventStatus {
  const rule = RULES.find((one) => fits(one, facts));
  // Opencast has one name for both, and so have filters by status.
  if (rule?.status === 'processed' && facts.isPublished) return 'published';
  if (rule) return rule.status;
  return facts.endsAtMs !== undefined && facts.endsAtMs + GRACE_MS < nowMs ? 'missed' : 'scheduled';
}

const fits = (rule: Rule, { workflowState, newestVersion, recordingState }: StatusFacts): boolean =>
  (rule.workflow?.includes(workflowState ?? '') ?? false) ||
  (rule.ingested === true && newestVersion !== null) ||
  (rule.recording?.includes(recordingState ?? '') ?? false);

/** State of the newest workflow of `events`; null: it has none. */
export const WORKFLOW_STATE_SQL: RawBuilder<string | null> = sql`(select state from workflows
  where workflows.event = events.id order by workflows.id desc limit 1)`;
/** Number of the newest version of `events`; null: nothing was ingested. */
export const NEWEST_VERSION_SQL: RawBuilder<number | null> = sql`(select max(version) from event_versions
  where event_versions.event = events.id)`;

/**
 * The same rules as an SQL expression over `events`, for filters. An event without a rule is `scheduled`: whether it was missed depends on the moment, and Opencast has no
 * name for it.
 */
export const STATUS_SQL: RawBuilder<EventStatus> = sql<EventStatus>`(select case ${sql.join(
  RULES.map(({ status, ...rule }) => sql`when ${conditionOf(rule)} then ${status}`),
  sql` `,
)} else 'scheduled' end
  from (select ${WORKFLOW_STATE_SQL} as workflow_state, ${NEWEST_VERSION_SQL} as newest_version) as facts)`;

function conditionOf({ workflow, recording }: Omit<Rule, 'status'>): RawBuilder<boolean> {
  if (workflow) return sql<boolean>`workflow_state = any(${workflow}::text[])`;
  if (recording) return sql<boolean>`events.recording_state = any(${recording}::text[])`;
  return sql<boolean>`newest_version is not null`;
}

const OPENCAST: Readonly<Record<EventStatus, string>> = {
  scheduled: 'SCHEDULED',
  missed: 'SCHEDULED',
  recording: 'RECORDING',
  'recording-failed': 'RECORDING_FAILURE',
  ingesting: 'INGESTING',
  pending: 'PENDING',
  processing: 'PROCESSING',
  paused: 'PAUSED',
  processed: 'PROCESSED',
  published: 'PROCESSED',
  'processing-failed': 'PROCESSING_FAILURE',
  'processing-cancelled': 'PROCESSING_CANCELLED',
};

/** Opencast's name of a status: `EVENTS.EVENTS.STATUS.PROCESSED`. */
export const opencastStatus = (status: EventStatus): string => `EVENTS.EVENTS.STATUS.${OPENCAST[status]}`;

/** Statuses that Opencast calls by a name; empty for an unknown name. */
export const statusesNamed = (name: string): EventStatus[] =>
  (Object.keys(OPENCAST) as EventStatus[]).filter((status) => opencastStatus(status) === name);
