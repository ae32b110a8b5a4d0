import type { ScheduleView } from '#agent/device/schedule-view.ts';

/** The schedule as the API shows and changes it. */
export interface ScheduleSource {
  view(): ScheduleView | Promise<ScheduleView>;
  /** Reads all calendars now; resolves when they have answered or failed. */
  refresh(): Promise<void>;
  /** Adds an event and gives its id. */
  add(event: ScheduleEventInput): Promise<string>;
  /** Changes an event; false if the box has none of this id. Events of calendars are changed there. */
  change(id: string, event: Partial<ScheduleEventInput>): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  /** Hands over a recording; false if there is none, or no server. */
  send(recording: string): Promise<boolean>;
  /** Tries the connection to the server, or to one that is not kept yet; undefined if there is none. */
  check(other?: SchedulerServer): Promise<{ what: string; ok: boolean; text: string }[] | undefined>;
  /** Keeps another server for the next start (undefined: none). If it cannot be used, the result says why. */
  keepServer(server: SchedulerServer | undefined): Promise<string | undefined>;
  /** Whether the server stands in the file that the box is started with, so that it cannot be changed here. */
  readonly isServerFixed: boolean;
  /** The file for a ticket and a name that a server fetches; undefined if there is none. */
  pickup(ticket: string, name: string): ScheduledFile | undefined | Promise<ScheduledFile | undefined>;
}

/** A server as an installer enters it. */
export interface SchedulerServer {
  url: string;
  agent?: string | undefined;
  auth: 'basic' | 'digest';
  user?: string | undefined;
  /** Password; undefined leaves the present one. */
  password?: string | undefined;
}

/** A file for the server. */
export interface ScheduledFile {
  name: string;
  path: string;
  size: number;
  given(span: readonly [first: number, last: number]): void;
}

/** An event as a person enters it. */
export interface ScheduleEventInput {
  title: string;
  presenter?: string;
  series?: string;
  description?: string;
  startsAtMs: number;
  endsAtMs: number;
}
