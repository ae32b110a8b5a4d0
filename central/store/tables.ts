import type { ColumnType, Generated, Insertable, Selectable, Updateable } from 'kysely';
import type { PasswordHash } from '@amphi/lib/runtime/access/passwords.ts';
import type { Term } from '@amphi/lib/opencast/dublin-core.ts';

/** What is stored, as Kysely reads and writes it. Names of columns are those of the tables. */
export interface Tables {
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
  event_versions: EventVersionsTable;
  files: FilesTable;
  workflows: WorkflowsTable;
  audit_log: AuditLogTable;
  deleted_events: DeletedEventsTable;
  deleted_files: DeletedFilesTable;
  imports: ImportsTable;
  import_events: ImportEventsTable;
  series_elements: SeriesElementsTable;
  left_documents: LeftDocumentsTable;
  agent_calendars: { agent: string; revision_ms: number };
}

/** JSON: written as text (`json()` of json.ts), read as what it is. */
type Json<T> = ColumnType<T, string | undefined, string>;
type Time = ColumnType<Date, Date | undefined, Date>;
type MaybeTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** Who may do what with it: the entries of an Opencast ACL. */
export interface AclEntry {
  role: string;
  action: string;
  allow: boolean;
}

interface SeriesTable {
  /** `PAES_2016_S2_UE3`, or a UUID. */
  id: string;
  organization: Generated<string>;
  title: string;
  /** Its Dublin Core, every term, the title included. */
  terms: Json<Term[]>;
  acl: Json<AclEntry[]>;
  properties: Json<Record<string, string>>;
  created_at: Time;
  modified_at: Time;
}

/** What programs keep with a series, by its type. */
interface SeriesElementsTable {
  series: string;
  type: string;
  mime_type: string;
  content: Buffer;
  modified_at: Time;
}

/** What other programs leave here for whoever asks, by what it is. */
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
  /** As it calls itself: `Amphi_D`. */
  name: string;
  hall: Maybe<string>;
  /** One of `AGENT_STATES`. */
  state: Generated<string>;
  /** Of its own page. */
  url: Maybe<string>;
  /** Where its requests come from: what ingest-download may fetch from. */
  address: Maybe<string>;
  /** Its capabilities, as it sent them. */
  configuration: Json<Record<string, string>>;
  /** What our own boxes tell besides: preview, alarms, what waits to be handed over. */
  details: Json<AgentDetails>;
  created_at: Time;
  state_since: Time;
  /** Last contact; written every few seconds, the newest is in memory. */
  seen_at: MaybeTime;
}

export interface AgentDetails {
  previewUrl?: string | undefined;
  alarms?: { name: string; text: string; level?: string | undefined; sinceMs?: number | undefined }[] | undefined;
  handOvers?: { recording: string; step?: string | undefined; error?: string | undefined }[] | undefined;
  [more: string]: unknown;
}

interface EventsTable {
  /** Its UID in calendars, and the id of its media package. */
  id: string;
  organization: Generated<string>;
  /** Id of a series that may not be known here. */
  series: Maybe<string>;
  title: string;
  /** Its Dublin Core, every term, the title included; `temporal`, `spatial` and `isPartOf` follow the columns. */
  terms: Json<Term[]>;
  acl: Json<AclEntry[]>;
  /** Who records it; null with both times: it is not scheduled. */
  agent: Maybe<string>;
  starts_at: MaybeTime;
  ends_at: MaybeTime;
  /** Where it takes place, told per event: a hall that gets another agent changes nothing that is past. */
  hall: Maybe<string>;
  /** Chosen inputs; empty: all. */
  inputs: ColumnType<string[], string[] | undefined, string[]>;
  /** What happens after the ingest. */
  workflow: Maybe<string>;
  workflow_configuration: Json<Record<string, string>>;
  /** More lines of the calendar's properties. */
  agent_properties: Json<Record<string, string>>;
  /** One of `RECORDING_STATES`; null until the agent tells one. */
  recording_state: Maybe<string>;
  recording_state_at: MaybeTime;
  /** The agent that told a state of it: its recording is taken from there also when the event moves. */
  recorded_by: Maybe<string>;
  /** Where it was imported from, and its name there: the same import again finds it. */
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
  /** scrypt of a password that a person chose. */
  password: ColumnType<PasswordHash | null, string | null | undefined, string | null>;
  /** What digest needs, of a password that a machine uses or that we made: see docs/decisions. */
  ha1: Maybe<string>;
  /** An agent's account may be for this agent alone. */
  agent: Maybe<string>;
  enabled: Generated<boolean>;
  created_at: Time;
  changed_at: Time;
}

interface SessionsTable {
  /** SHA-256 of what the cookie holds. */
  hash: string;
  account: number;
  created_at: Time;
  expires_at: ColumnType<Date, Date, Date>;
  address: Maybe<string>;
}

interface ApiTokensTable {
  id: Generated<number>;
  account: number;
  name: string;
  /** SHA-256 of the token. */
  hash: string;
  created_at: Time;
  expires_at: MaybeTime;
}

/** Media packages that are being brought, until they are ingested. */
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
  /** `presenter/source` */
  flavor: string;
  tags: ColumnType<string[], string[] | undefined, string[]>;
  file_name: string;
  /** Below the media folder. */
  path: string;
  mime_type: string;
  size_bytes: number;
  md5: string;
  /** Of a partial track: where it begins. */
  start_ms: Maybe<number>;
}

interface PackageElementsTable extends StoredFile {
  package: string;
  created_at: Time;
}

interface EventVersionsTable {
  event: string;
  /** 1, 2, … */
  version: number;
  package: string;
  /** Says what the files are: the same content brought again is the same version. */
  content: string;
  account: Maybe<string>;
  agent: Maybe<string>;
  /** The media package as it was ingested, XML. */
  manifest: string;
  ingested_at: Time;
}

interface FilesTable extends StoredFile {
  event: string;
  version: number;
  duration_ms: Maybe<number>;
  /** What ffprobe says of it; null: not looked at yet. */
  streams: ColumnType<Stream[] | null, string | null | undefined, string | null>;
  /** Why ffprobe could not read it. */
  problem: Maybe<string>;
}

export interface Stream {
  kind: 'video' | 'audio' | 'subtitle' | 'data';
  codec: string;
  profile?: string | undefined;
  widthPx?: number | undefined;
  heightPx?: number | undefined;
  framesPerSecond?: number | undefined;
  frames?: number | undefined;
  channels?: number | undefined;
  sampleRateHz?: number | undefined;
  bitrateBps?: number | undefined;
}

interface WorkflowsTable {
  id: Generated<number>;
  event: string;
  version: number;
  definition: string;
  /** `instantiated`, `running`, `paused`, `succeeded`, `failed`, `stopped` */
  state: Generated<string>;
  configuration: Json<Record<string, string>>;
  created_at: Time;
}

interface AuditLogTable {
  id: Generated<number>;
  at: Time;
  /** Null: the server itself. */
  account: Maybe<string>;
  address: Maybe<string>;
  /** `create`, `update`, `delete`, `ingest`, `sign-in`… */
  action: string;
  /** `event`, `series`, `agent`, `account`… */
  kind: string;
  object: string;
  change: ColumnType<unknown, string | null | undefined, string | null>;
}

/** What events were that somebody deleted. */
interface DeletedEventsTable {
  id: string;
  /** The whole row; times are texts. */
  event: Json<KeptRow>;
  /** Whose it was. */
  agents: ColumnType<string[], string[] | undefined, string[]>;
  deleted_at: Time;
  /** Null: the server itself. */
  deleted_by: Maybe<string>;
  /** Null: somebody wanted just this. */
  because: Maybe<DeletedBecause>;
}

/** What an event was deleted by, if not by hand: an import, the undoing of one, or since it was long over. */
export type DeletedBecause = 'import' | 'undo' | 'over';

/** Imports of lectures that were carried out. */
interface ImportsTable {
  id: Generated<number>;
  /** Events that it wrote have this as `modified_at`. */
  at: Time;
  account: Maybe<string>;
  /** Name of the file; '': it had none. */
  source: Generated<string>;
  /** Ids of series that it made. */
  new_series: ColumnType<string[], string[] | undefined, string[]>;
  /** Names of the agents that it made for halls which nobody knew. */
  new_halls: ColumnType<string[], string[] | undefined, string[]>;
  /** Null: it holds. */
  undone_at: MaybeTime;
  undone_by: Maybe<string>;
}

/** What an import named. */
interface ImportEventsTable {
  import: number;
  event: string;
  what: 'created' | 'changed' | 'kept' | 'cancelled';
  /** Of what it changed and cancelled: the whole row before, times as texts. */
  before: ColumnType<KeptRow | null, string | null | undefined, string | null>;
}

/** Files of deleted events, until they are removed from the media folder. */
interface DeletedFilesTable {
  /** Below the media folder. */
  path: string;
  event: string;
  deleted_at: Time;
  /** Null: the server itself, which never removes files of its own accord. */
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
export type EventUpdate = Updateable<EventsTable>;
export type SeriesRow = Selectable<SeriesTable>;
export type AgentRow = Selectable<AgentsTable>;
export type AccountRow = Selectable<AccountsTable>;
export type FileRow = Selectable<FilesTable>;
export type WorkflowRow = Selectable<WorkflowsTable>;

/** A value for a column of JSON. */
export const json = (value: unknown): string => JSON.stringify(value);
