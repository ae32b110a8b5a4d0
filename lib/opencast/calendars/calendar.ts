/** Events as they stand in calendars between a server and its capture agents. */

/** A file inside of an event. */
export interface Attachment {
  /** Name of the file (`X-APPLE-FILENAME`): `episode.xml`, `series.xml`, or `PROPERTIES_FILE`. */
  name: string;
  mimeType: string;
  content: string;
}

/** Attachment with the Dublin Core of the event. */
export const EPISODE_FILE = 'episode.xml';
/** Attachment with the Dublin Core of the series. */
export const SERIES_FILE = 'series.xml';
/** Attachment with the properties for the agent. */
export const PROPERTIES_FILE = 'org.opencastproject.capture.agent.properties';

/** One occurrence of an event, with times in milliseconds since 1970. */
export interface CalendarEvent {
  /** Key of the occurrence; for an event without recurrence, its `uid`. */
  id: string;
  /** UID; with Opencast the id of the event and of its media package. */
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

/** Thrown if a calendar cannot be used at all; the message is for an installer. */
export class CalendarError extends Error {}

/** An event that cannot be recorded; the others of its calendar can. */
export interface Complaint {
  uid?: string;
  text: string;
}

/** What a calendar gives. */
export interface CalendarReading {
  /** The events, sorted by their start. */
  events: CalendarEvent[];
  complaints: Complaint[];
}
