/** The schedule as the API shows and changes it. */
export interface ScheduleSource {
  view(): ScheduleAnswer | Promise<ScheduleAnswer>;
  /** Asks all calendars now; resolves when they have answered, or not. */
  refresh(): Promise<void>;
  /** Gives the id of the new event. */
  add(event: ScheduleEventInput): Promise<string>;
  /** False: the box has no event of this id; those of calendars are changed there. */
  change(id: string, event: Partial<ScheduleEventInput>): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  /** False: there is no such recording, or nobody to hand it to. */
  send(recording: string): Promise<boolean>;
  /** Undefined: no server is configured. */
  check(): Promise<{ what: string; ok: boolean; text: string }[] | undefined>;
  /** Keeps another server for the next start (undefined: none), or says what is wrong with it. */
  keepServer(server: SchedulerServer | undefined): Promise<string | undefined>;
  /** The server is named in the file that the box is started with: it cannot be changed here. */
  readonly isServerFixed: boolean;
  /** A file that a server was told to fetch. */
  pickup(ticket: string, name: string): ScheduledFile | undefined | Promise<ScheduledFile | undefined>;
}

/** A server as an installer enters it. */
export interface SchedulerServer {
  url: string;
  agent?: string | undefined;
  auth: 'basic' | 'digest';
  user?: string | undefined;
  /** Undefined: as before. */
  password?: string | undefined;
}

export interface ScheduledFile {
  name: string;
  path: string;
  size: number;
  given(span: readonly [first: number, last: number]): void;
}

export interface ScheduleEventInput {
  title: string;
  presenter?: string;
  series?: string;
  description?: string;
  startsAtMs: number;
  endsAtMs: number;
}

export interface ScheduleAnswer {
  sources: {
    name: string;
    place: string;
    goodAtMs?: number;
    error?: string;
    events: number;
    complaints: { uid?: string; text: string }[];
  }[];
  server?: { url: string; agent: string; error?: string };
  events: {
    id: string;
    source: 'box' | 'opencast' | 'ical';
    from?: string;
    title: string;
    presenters: string[];
    series?: string;
    startsAtMs: number;
    endsAtMs: number;
    records?: { fromMs: number; toMs: number }[];
    state: 'upcoming' | 'recording' | 'stopped by hand' | 'over';
  }[];
  overlaps: { event: string; to: string; lostMs: number }[];
  handOvers: {
    recording: string;
    name: string;
    title: string;
    booking?: string;
    step: string;
    attempt: number;
    nextAtMs?: number;
    waitsFor?: string;
    error?: string;
    held: boolean;
    sentBytes?: number;
    totalBytes?: number;
    deliveredAtMs?: number;
  }[];
}
