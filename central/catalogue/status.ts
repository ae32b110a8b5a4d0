import { sql, type RawBuilder } from 'kysely';

/** Where an event stands, from its plan to the end of its workflow. */
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
  | 'processing-failed'
  | 'processing-cancelled';

/** What a status is made of. */
export interface StatusFacts {
  /** State of the newest workflow; null: none was begun. */
  workflowState: string | null;
  /** Number of the newest version; null: nothing was ingested. */
  newestVersion: number | null;
  /** What the agent tells of the recording. */
  recordingState: string | null;
  /** When it ends by the timetable; undefined: it is not scheduled. */
  endsAtMs: number | undefined;
}

/** An event of which nothing was heard for so long after its end was missed. */
const GRACE_MS = 3600_000;

interface Rule {
  status: EventStatus;
  /** One of these states of the newest workflow. */
  workflow?: readonly string[];
  /** Something was ingested. */
  ingested?: true;
  /** One of these states of the recording. */
  recording?: readonly string[];
}

/** What Opencast shows of an event (facts/opencast 1.6): what its workflow does, else what its agent does. The first that fits says it. */
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

/** Where an event stands at a moment. Pure: every list, page and API asks here. */
export function statusOf(facts: StatusFacts, nowMs: number): EventStatus {
  const rule = RULES.find((one) => fits(one, facts));
  if (rule) return rule.status;
  return facts.endsAtMs !== undefined && facts.endsAtMs + GRACE_MS < nowMs ? 'missed' : 'scheduled';
}

const fits = (rule: Rule, { workflowState, newestVersion, recordingState }: StatusFacts): boolean =>
  (rule.workflow?.includes(workflowState ?? '') ?? false) ||
  (rule.ingested === true && newestVersion !== null) ||
  (rule.recording?.includes(recordingState ?? '') ?? false);

/**
 * The same rules as an SQL expression over `workflow_state`, `newest_version` and `events.recording_state`, for filters. What no
 * rule is about is `scheduled`: whether it was missed depends on the moment, and Opencast has no word for it.
 */
export const STATUS_SQL: RawBuilder<EventStatus> = sql<EventStatus>`case ${sql.join(
  RULES.map(({ status, ...rule }) => sql`when ${conditionOf(rule)} then ${status}`),
  sql` `,
)} else 'scheduled' end`;

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
  'processing-failed': 'PROCESSING_FAILURE',
  'processing-cancelled': 'PROCESSING_CANCELLED',
};

/** As Opencast names it: `EVENTS.EVENTS.STATUS.PROCESSED`. */
export const opencastStatus = (status: EventStatus): string => `EVENTS.EVENTS.STATUS.${OPENCAST[status]}`;

/** The statuses that Opencast gives a name; none for a name that there is not. */
export const statusesNamed = (name: string): EventStatus[] =>
  (Object.keys(OPENCAST) as EventStatus[]).filter((status) => opencastStatus(status) === name);
