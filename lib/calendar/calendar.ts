/** What calendars say: events, and what was wrong with them. */

/** A file inside of an event. */
export interface Attachment {
  /** Name of the file (`X-APPLE-FILENAME`). */
  name: string;
  mimeType: string;
  content: string;
}

/** One occurrence of an event, with times in milliseconds since 1970. */
export interface CalendarEvent {
  /** Key of the occurrence within its calendar; for an event without recurrence, its `uid`. It does not depend on other events. */
  id: string;
  /** UID; with Opencast the id of the event and of its media package. Made of the content where the calendar gives none. */
  uid: string;
  startsAtMs: number;
  endsAtMs: number;
  /** Title (SUMMARY). */
  title: string;
  description?: string;
  /** Place (LOCATION); with Opencast the name of the capture agent. */
  location?: string;
  /** Series (RELATED-TO); with Opencast its id. */
  seriesId?: string;
  /** Name or address of the ORGANIZER. */
  organizer?: string;
  lastModifiedMs?: number;
  attachments: Attachment[];
}

/** What makes an occurrence the one it is. */
export interface Identity {
  /** As the calendar says; undefined if it gives none. */
  uid?: string;
  /** The instant at which it was planned first, for one of several with this UID. */
  atMs?: number;
  /** The hall in plain words, where the calendar does not keep its UIDs unique. */
  hall?: string;
}

/** An occurrence with where it stands. */
export interface Occurrence {
  event: CalendarEvent;
  identity: Identity;
  /** Line of its BEGIN:VEVENT, from 1. */
  line: number;
  /** It is told that it does not take place. */
  cancelled: boolean;
}

/** Thrown if a calendar cannot be used at all; the message is for an installer. */
export class CalendarError extends Error {
  /** Where, as far as there is a line. */
  readonly line: number;
  constructor(message: string, line = 1) {
    super(message);
    this.line = line;
  }
}

/**
 * How much a note matters. `lost`: an event is not given, since its time would be guessed. `doubt`: it is given, and may be meant
 * otherwise. `trifle`: something was left out that changes no lecture.
 */
export type Weight = 'lost' | 'doubt' | 'trifle';

/** Something in a calendar that could not be taken as it stands. */
export interface Complaint {
  uid?: string;
  /** For people; without the line. */
  text: string;
  line?: number;
  weight: Weight;
}

/** UIDs that this calendar was seen to use for several events, with the start of the one that had the UID for itself before. */
export type SharedUids = [uid: string, plainMs: number | null][];

/** What is known from the last reading of a calendar. */
export interface KnownCalendar {
  /** Its text as far as it was good. */
  bytes: Uint8Array;
  shared: SharedUids;
}

/** What a calendar gives. */
export interface CalendarReading {
  /** In order of their starts, with those that are cancelled. */
  occurrences: Occurrence[];
  complaints: Complaint[];
  /** Number of VEVENTs. */
  events: number;
  /** Text with what was good before for what is broken now; undefined if the calendar itself says all of it. */
  kept?: string;
  shared: SharedUids;
}
