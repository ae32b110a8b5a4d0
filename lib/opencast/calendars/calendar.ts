/** Events as calendars carry them between a server and its capture agents. */

export interface Attachment {
  /** `X-APPLE-FILENAME`: `episode.xml`, `series.xml`, or `PROPERTIES_FILE`. */
  name: string;
  mimeType: string;
  content: string;
}

export const EPISODE_FILE = 'episode.xml';
export const SERIES_FILE = 'series.xml';
export const PROPERTIES_FILE = 'org.opencastproject.capture.agent.properties';

export interface CalendarEvent {
  /** One of its own for each occurrence; that of an event that does not recur is its `uid`. */
  id: string;
  /** With Opencast the id of the event and of its media package. */
  uid: string;
  startsAtMs: number;
  endsAtMs: number;
  /** SUMMARY */
  title: string;
  description?: string;
  /** With Opencast the name of the capture agent. */
  location?: string;
  /** RELATED-TO, with Opencast the id of the series. */
  seriesId?: string;
  /** Name or address of the ORGANIZER. */
  organizer?: string;
  lastModifiedMs?: number;
  attachments: Attachment[];
}

/** Why a calendar cannot be used at all, in words for an installer. */
export class CalendarError extends Error {}

/** An event that cannot be recorded as it is; the others of its calendar can. */
export interface Complaint {
  uid?: string;
  text: string;
}

export interface CalendarReading {
  /** Sorted by their start. */
  events: CalendarEvent[];
  complaints: Complaint[];
}
