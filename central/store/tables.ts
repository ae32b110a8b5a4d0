import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';
import type { Json, Maybe, MaybeTime, Time } from './columns.ts';
import type {
  ApiTokensTable,
  AuditLogTable,
  CommentRepliesTable,
  CommentsTable,
  SessionsTable,
} from './people-tables.ts';
import type { PasswordHash } from '@amphi/lib/runtime/access/passwords.ts';
import type { ChunkTables } from './chunk-tables.ts';
import type { GrowingTracksTable, GrowingUploadsTable, ReadTextsTable } from './growing-table.ts';
import type { Term } from '@amphi/lib/opencast/dublin-core.ts';
import type {
  PublicationElementColumns,
  PublicationsTable,
  PublicationReadersTable,
  PublicationStreamsTable,
  PublicationTextsTable,
} from './publication-tables.ts';
import type { EditDraftsTable, EditLocksTable } from './edit-tables.ts';
import type { WorkflowLogTable, WorkflowOperationsTable, WorkflowsTable } from './workflow-tables.ts';

/** Tables of the database, as Kysely reads and writes them. Names of columns are those in the database. */
export interface Tables extends ChunkTables {
  organizations: { id: string; name: string };
  series: SeriesTable;
  halls: HallsTable;
  agents: AgentsTable;
  events: EventsTable;
  accounts: AccountsTable;
  sessions: SessionsTable;
  api_tokens: ApiTokensTable;
  media_packages: MediaPackagesTable;
  package_elements: PackageElementsTable;
  growing_uploads: GrowingUploadsTable;
  growing_tracks: GrowingTracksTable;
  read_texts: ReadTextsTable;
  event_versions: EventVersionsTable;
  files: FilesTable;
  workflows: WorkflowsTable;
  workflow_operations: WorkflowOperationsTable;
  workflow_log: WorkflowLogTable;
  workflow_elements: WorkflowElementsTable;
  comments: CommentsTable;
  comment_replies: CommentRepliesTable;
  audit_log: AuditLogTable;
  deleted_events: DeletedEventsTable;
  deleted_files: DeletedFilesTable;
  imports: ImportsTable;
  import_events: ImportEventsTable;
  series_elements: SeriesElementsTable;
  left_documents: LeftDocumentsTable;
  publications: PublicationsTable;
  publication_elements: PublicationElementColumns & Omit<FilesTable, 'event' | 'version'>;
  publication_readers: PublicationReadersTable;
  publication_streams: PublicationStreamsTable;
  publication_texts: PublicationTextsTable;
  edit_drafts: EditDraftsTable;
  edit_locks: EditLocksTable;
  agent_calendars: { agent: string; revision_ms: number };
}

/** One entry of an Opencast ACL: a role that may do an action. */
export interface AclEntry {
  role: string;
  action: string;
  allow: boolean;
}

interface SeriesTable {
  /** Id of the series: `PAES_2016_S2_UE3`, or a UUID. */
  id: string;
  organization: Generated<string>;
  title: string;
  /** Dublin Core of the series, every term, including the title. */
  terms: Json<Term[]>;
  acl: Json<AclEntry[]>;
  properties: Json<Record<string, string>>;
  created_at: Time;
  modified_at: Time;
}

/** Elements that other programs keep with a series, by their type. */
interface SeriesElementsTable {
  series: string;
  type: string;
  mime_type: string;
  content: Buffer;
  modified_at: Time;
}

/** Documents that other programs leave here, by their names. */
interface LeftDocumentsTable {
  name: string;
  document: Json<Record<string, unknown>>;
  left_at: Time;
}

interface HallsTable {
  name: string;
  title: Maybe<string>;
  site: Maybe<string>;
  created_at: Time;
}

interface AgentsTable {
  /** Name of the agent, as it calls itself: `Amphi_D`. */
  name: string;
  hall: Maybe<string>;
  /** One of `AGENT_STATES`. */
  state: Generated<string>;
  /** URL of the agent's own page. */
  url: Maybe<string>;
  /** Address that its requests come from: ingest-download may fetch from it. */
  address: Maybe<string>;
  /** Capabilities of the agent, as it sent them. */
  configuration: Json<Record<string, string>>;
  /** Further facts that our own boxes tell: preview, alarms, recordings that wait to be handed over. */
  details: Json<AgentDetails>;
  created_at: Time;
  state_since: Time;
  /** Last contact; written at intervals of seconds: the exact time is in memory. */
  seen_at: MaybeTime;
}

/** Further facts that our own boxes tell, see `AgentsTable`. */
export interface AgentDetails {
  previewUrl?: string | undefined;
  alarms?: { name: string; text: string; level?: string | undefined; sinceMs?: number | undefined }[] | undefined;
  handOvers?: { recording: string; step?: string | undefined; error?: string | undefined }[] | undefined;
  [more: string]: unknown;
}

interface EventsTable {
  /** Id of the event: also its UID in calendars and the id of its media package. */
  id: string;
  organization: Generated<string>;
  /** Id of a series, which need not exist here. */
  series: Maybe<string>;
  title: string;
  /**
   * Dublin Core of the event, every term, including the title; `temporal`, `spatial` and `isPartOf` are those of the
   * columns.
   */
  terms: Json<Term[]>;
  acl: Json<AclEntry[]>;
  /** Agent that is to record it; null, with both times: it is not scheduled. */
  agent: Maybe<string>;
  starts_at: MaybeTime;
  ends_at: MaybeTime;
  /** Hall where it takes place, kept for each event: if a hall gets another agent, past events do not change. */
  hall: Maybe<string>;
  /** Inputs that are recorded; empty: all. */
  inputs: ColumnType<string[], string[] | undefined, string[]>;
  /** Workflow that begins after the ingest; null: the server's default. */
  workflow: Maybe<string>;
  workflow_configuration: Json<Record<string, string>>;
  /** Further lines of the agent properties in its calendar. */
  agent_properties: Json<Record<string, string>>;
  /** One of `RECORDING_STATES`; null until the agent tells one. */
  recording_state: Maybe<string>;
  recording_state_at: MaybeTime;
  /** Agent that told a state of its recording: the recording is accepted from this agent even if the event is moved. */
  recorded_by: Maybe<string>;
  /** Kind of import that it came by, and its name there, by which the next import finds it. */
  source: Maybe<string>;
  source_key: Maybe<string>;
  created_at: Time;
  modified_at: Time;
}

export type Role = 'admin' | 'scheduler' | 'agent' | 'viewer';

interface AccountsTable {
  id: Generated<number>;
  name: string;
  role: Role;
  /** scrypt of the password, if a person chose it. */
  password: ColumnType<PasswordHash | null, string | null | undefined, string | null>;
  /** HA1 for digest, if a machine uses the password or we made it: docs/decisions/0012-passwords-of-machines.md. */
  ha1: Maybe<string>;
  /** The one agent that an agent's account is for; null: for all. */
  agent: Maybe<string>;
  enabled: Generated<boolean>;
  created_at: Time;
  changed_at: Time;
}

/** Media packages that are being sent, until they are ingested. */
interface MediaPackagesTable {
  id: string;
  account: Maybe<string>;
  created_at: Time;
  touched_at: Time;
}

export type ElementKind = 'track' | 'catalog' | 'attachment';

interface StoredFile {
  id: string;
  kind: ElementKind;
  /** Flavor of the file: `presenter/source`. */
  flavor: string;
  tags: ColumnType<string[], string[] | undefined, string[]>;
  file_name: string;
  /** Path below the media folder. */
  path: string;
  mime_type: string;
  size_bytes: number;
  md5: string;
  /** Beginning of a partial track within the recording, in ms. */
  start_ms: Maybe<number>;
}

interface PackageElementsTable extends StoredFile {
  package: string;
  created_at: Time;
}

interface EventVersionsTable {
  event: string;
  /** Number of the version: 1, 2, … */
  version: number;
  package: string;
  /** Hash of the files: the same files brought again are the same version. */
  content: string;
  account: Maybe<string>;
  agent: Maybe<string>;
  /** The media package of the version, as XML. */
  manifest: string;
  /** `ingest`: the recording came; `change`: somebody changed files of the version before. */
  kind: Generated<'ingest' | 'change'>;
  ingested_at: Time;
}

interface FilesTable extends StoredFile {
  event: string;
  version: number;
  duration_ms: Maybe<number>;
  /** Streams that ffprobe found in the file; null: not examined yet. */
  streams: ColumnType<Stream[] | null, string | null | undefined, string | null>;
  /** Reason why ffprobe could not read the file. */
  problem: Maybe<string>;
}

export interface Stream {
  kind: 'video' | 'audio' | 'subtitle' | 'data';
  codec: string;
  profile?: string | undefined;
  widthPx?: number | undefined;
  heightPx?: number | undefined;
  /** Whether players turn the picture; width and height are as it is shown. */
  isTurned?: boolean | undefined;
  framesPerSecond?: number | undefined;
  frames?: number | undefined;
  channels?: number | undefined;
  sampleRateHz?: number | undefined;
  bitrateBps?: number | undefined;
  /** Levels of a sound in dB of the greatest possible, and its loudness in LUFS, once they were measured. */
  peakLevelDb?: number | undefined;
  truePeakDb?: number | undefined;
  rmsLevelDb?: number | undefined;
  loudnessLufs?: number | undefined;
}

/** Elements of runs: the files of the version, and what operations made of them. */
interface WorkflowElementsTable extends Omit<FilesTable, 'event' | 'version'> {
  workflow: number;
  /** Position of the operation that made it, or gave it its flavor and tags; -1: it is of the version. */
  made_by: number;
  /** Position of the operation that changed or removed it: operations after that one do not see it. Null: none did. */
  until: Maybe<number>;
}

/** Events that were deleted. */
interface DeletedEventsTable {
  id: string;
  /** The whole row of the event; times are texts. */
  event: Json<KeptRow>;
  /** Agents that the event belonged to. */
  agents: ColumnType<string[], string[] | undefined, string[]>;
  deleted_at: Time;
  /** Account that deleted it; null: the server itself. */
  deleted_by: Maybe<string>;
  /** Cause of the deletion; null: a person deleted just this event. */
  because: Maybe<DeletedBecause>;
}

/** Cause of deleting an event, if not by hand: an import, undoing one, or because the event was over long ago. */
export type DeletedBecause = 'import' | 'undo' | 'over';

/** Imports of lectures that were carried out. */
interface ImportsTable {
  id: Generated<number>;
  /** Time of the import: events that it wrote have it as `modified_at`. */
  at: Time;
  account: Maybe<string>;
  /** Name of the file; '': it had none. */
  source: Generated<string>;
  /** Ids of series that it made. */
  new_series: ColumnType<string[], string[] | undefined, string[]>;
  /** Names of agents that it made for unknown halls. */
  new_halls: ColumnType<string[], string[] | undefined, string[]>;
  /** Time at which it was undone; null: it is not undone. */
  undone_at: MaybeTime;
  undone_by: Maybe<string>;
}

/** Events that an import named. */
interface ImportEventsTable {
  import: number;
  event: string;
  what: 'created' | 'changed' | 'kept' | 'cancelled';
  /** The whole row of an event before the import changed or cancelled it; times are texts. */
  before: ColumnType<KeptRow | null, string | null | undefined, string | null>;
}

/** Files of deleted events, until they are removed from the media folder. */
interface DeletedFilesTable {
  /** Path below the media folder. */
  path: string;
  event: string;
  deleted_at: Time;
  /** Account that deleted the event; null: the server itself, whose deletions never remove files. */
  deleted_by: Maybe<string>;
}

export type EventRow = Selectable<EventsTable>;
/** A row of an event as JSON keeps it: times are texts. */
export type KeptRow = {
  [C in keyof EventRow]: EventRow[C] extends Date
    ? string
    : EventRow[C] extends Date | null
      ? string | null
      : EventRow[C];
};
export type NewEvent = Insertable<EventsTable>;
export type SeriesRow = Selectable<SeriesTable>;
export type AgentRow = Selectable<AgentsTable>;
export type AccountRow = Selectable<AccountsTable>;
export type FileRow = Selectable<FilesTable>;
/** A file with flavor and tags, of a version, a run or a publication. */
export type ElementRow = Omit<FileRow, 'event' | 'version'>;
export type CommentRow = Selectable<CommentsTable>;
export type CommentReplyRow = Selectable<CommentRepliesTable>;
export type PublicationRow = Selectable<PublicationsTable>;
/** An element of a publication. */
export type PublishedElement = Omit<
  Selectable<Tables['publication_elements']>,
  'publication' | 'renditions' | 'sounds'
>;

/** A value as the text that a column of JSON takes. */
export const json = (value: unknown): string => JSON.stringify(value);
