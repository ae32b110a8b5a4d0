import { CalendarError } from './calendar.ts';

/**
 * The events and time zones of a calendar, each as text of its own, so that a broken one does not affect the others.
 */
export interface CalendarText {
  events: string[];
  zones: string[];
}

const SHOWN = 60;

/**
 * Cuts a calendar. Lines may be folded or not, end with CRLF or LF, and have empty ones between. Throws `CalendarError`
 * if the text is no calendar, or not a whole one.
 */
export function cutCalendar(text: string): CalendarText {
  const whole = text.replace(/^\ufeff/, '').trim();
  if (!/^BEGIN:VCALENDAR\s/i.test(whole)) throw new CalendarError(whatItIs(whole));
  if (!/\nEND:VCALENDAR$/i.test(whole.slice(-20))) {
    throw new CalendarError('the calendar is cut off: it does not end with END:VCALENDAR');
  }
  const cut: CalendarText = { events: [], zones: [] };
  let inside: { name: string; lines: string[] } | undefined;
  for (const line of whole.replaceAll(/\r?\n[ \t]/g, '').split(/[\r\n]+/)) {
    const begins = /^BEGIN:(VEVENT|VTIMEZONE)\s*$/i.exec(line);
    if (begins && inside?.name === 'VEVENT') inside = undefined;
    if (begins && !inside) inside = { name: (begins[1] ?? '').toUpperCase(), lines: [] };
    if (inside) inside.lines.push(line.trimStart());
    if (!inside || !new RegExp(`^END:${inside.name}\\s*$`, 'i').test(line)) continue;
    cut[inside.name === 'VEVENT' ? 'events' : 'zones'].push(inside.lines.join('\r\n'));
    inside = undefined;
  }
  return cut;
}

function whatItIs(text: string): string {
  if (text === '') return 'it is empty, no calendar';
  if (/^<!doctype html|^<html/i.test(text)) {
    const title = /<title>([^<]{1,200})<\/title>/i.exec(text.slice(0, 10_000))?.[1]?.trim();
    return `it is a web page${title ? ` ("${title}")` : ''}, no calendar`;
  }
  return `it is no calendar: it begins with ${JSON.stringify(text.slice(0, SHOWN))}`;
}
