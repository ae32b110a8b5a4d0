/** Types for the content of calendars: events, and complaints about them. */

/** A file inside of an event. */
export interface Attachment {
  /** Name of the file (`X-APPLE-FILENAME`). */
  name: string;
  mimeType: string;
  content: string;
}

/** One occurrence of an event, with times in milliseconds since 1970. */
export interface CalendarEvent {
  /**
   * Key of the occurrence within its calendar; for an event without recurrence, its `uid`. It does not depend on other
   * events.
   */
  id: string;
  /**
   * UID; with Opencast the id of the event and of its media package. Made of the content where the calendar gives none.
   */
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

/** The identity of an occurrence, which distinguishes it from all others. */
export interface Identity {
  /** UID as the calendar gives it; undefined if it gives none. */
  uid?: string;
  /** The instant for which the occurrence was planned first, if several have this UID. */
  atMs?: number;
  /** The hall in plain words, if the calendar uses one UID for several events. */
  hall?: string;
}

/** An occurrence, and the line of the calendar that it comes from. */
export interface Occurrence {
  event: CalendarEvent;
  identity: Identity;
  /** Line of its BEGIN:VEVENT, from 1. */
  line: number;
  /** Whether the calendar says that the occurrence does not take place. */
  cancelled: boolean;
}

/** Thrown if a calendar cannot be used at all; the message is for an installer. */
export class CalendarError extends Error {
  /** Line of the mistake, from 1, if it has one. */
  readonly line: number;
  constructor(message: string, line = 1) {
    super(message);
    this.line = line;
  }
}

/**
 * Weight of a complaint. `lost`: an event is not given, since its time would be a guess. `doubt`: the event is given,
 * but may be meant differently. `trifle`: something was left out that changes no lecture.
 */
export type Weight = 'lost' | 'doubt' | 'trifle';

/** Something in a calendar that could not be taken as it is written. */
export interface Complaint {
  uid?: string;
  /** Text for people, without the number of the line. */
  text: string;
  line?: number;
  weight: Weight;
}

/**
 * UIDs that this calendar was seen to use for several events, each with the start (milliseconds since 1970) of the
 * event that had the UID alone before; null if none had.
 */
export type SharedUids = [uid: string, plainMs: number | null][];

/** The last good reading of a calendar. */
export interface KnownCalendar {
  /** The calendar's text, as far as it was good. */
  bytes: Uint8Array;
  shared: SharedUids;
}

/** The result of reading a calendar. */
export interface CalendarReading {
  /** Occurrences in order of their starts, also those that are cancelled. */
  occurrences: Occurrence[];
  complaints: Complaint[];
  /** Number of VEVENTs in the file. */
  events: number;
  /**
   * Text of a calendar in which broken events are replaced by those of the last good reading; undefined if nothing had
   * to be replaced.
   */
  kept?: string;
  shared: SharedUids;
}
