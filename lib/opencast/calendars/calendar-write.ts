import type { Attachment, CalendarEvent } from '#lib/calendar/calendar.ts';
import { PROPERTIES_FILE } from './attachments.ts';

/** The fields of an event that a calendar contains. */
export type WritableEvent = Omit<CalendarEvent, 'id' | 'organizer'>;

const HEAD = ['BEGIN:VCALENDAR', 'PRODID:Opencast Calendar File 0.5', 'VERSION:2.0', 'CALSCALE:GREGORIAN'];

/**
 * A calendar in the layout of Opencast 8 and newer: CRLF, lines not folded, UTC, one VEVENT for each event, attachments
 * in base64. The simple readers of some capture agents need it so: DTSTART and DTEND without parameters, no `=` in the
 * value of a parameter (facts/opencast 1.7). `stampMs` is DTSTAMP.
 */
export function writeCalendar(events: readonly WritableEvent[], stampMs: number): string {
  const stamp = utc(stampMs);
  return `${[...HEAD, ...events.flatMap((event) => eventLines(event, stamp)), 'END:VCALENDAR'].join('\r\n')}\r\n`;
}

function eventLines(event: WritableEvent, stamp: string): string[] {
  const { lastModifiedMs, description, location, seriesId } = event;
  return [
    'BEGIN:VEVENT',
    `DTSTAMP:${stamp}`,
    `DTSTART:${utc(event.startsAtMs)}`,
    `DTEND:${utc(event.endsAtMs)}`,
    `SUMMARY:${text(event.title)}`,
    `UID:${text(event.uid)}`,
    ...(lastModifiedMs === undefined ? [] : [`LAST-MODIFIED:${utc(lastModifiedMs)}`]),
    ...(description ? [`DESCRIPTION:${text(description)}`] : []),
    ...(location ? [`LOCATION:${text(location)}`] : []),
    ...(seriesId ? [`RELATED-TO:${text(seriesId)}`] : []),
    ...event.attachments.map(attachmentLine),
    'END:VEVENT',
  ];
}

/** An attachment's line, with the parameters in the order that readers expect. */
function attachmentLine({ name, mimeType, content }: Attachment): string {
  const data = Buffer.from(content, 'utf8').toString('base64');
  return `ATTACH;FMTTYPE=${mimeType};VALUE=BINARY;ENCODING=BASE64;X-APPLE-FILENAME=${name}:${data}`;
}

/** The media type that Opencast gives an attachment. */
export const attachmentType = (name: string): string =>
  name === PROPERTIES_FILE ? 'application/text' : 'application/xml';

/** An instant as `20261120T090000Z`. */
const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** Text with the escapes of RFC 5545 3.3.11. */
const text = (value: string): string =>
  value
    .replaceAll(/[\\;,]/g, (char) => `\\${char}`)
    .replaceAll(/\r\n|\r|\n/g, String.raw`\n`)
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
