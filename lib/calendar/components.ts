import { CalendarError, type Complaint } from './calendar.ts';
import { isQuoted, propertyOf, type Property } from './content-line.ts';
import type { Line } from './text-lines.ts';

/** A component of a calendar, and its place in the file. */
export interface Component {
  name: string;
  /** Line of its BEGIN, from 1. */
  line: number;
  properties: Property[];
  children: Component[];
  /** Lines of the component, unfolded, from BEGIN to END; kept for a VEVENT and a VTIMEZONE alone. */
  lines: string[];
  /** Head of the VCALENDAR that the component is in. */
  calendar: CalendarHead;
}

/** Properties of a VCALENDAR that count for all its components. */
export interface CalendarHead {
  line: number;
  method: string;
  /** Value of X-WR-TIMEZONE, or of TIMEZONE-ID; empty if there is none. */
  zone: string;
  /** Values of TZ and DAYLIGHT, by which vCalendar 1.0 says the zone of its times; empty if there are none. */
  offset: string;
  daylight: string;
  zones: Component[];
}

/** The components of a file: its events in order, each read by itself, so that a broken one harms no other. */
export interface Components {
  events: Component[];
  notes: Complaint[];
}

/** Number of events in a file; with more, the whole file is refused, since no university has such a timetable. */
export const MOST_EVENTS = 20_000;
/** Number of notes about a file; further ones are left out. */
const MOST_NOTES = 500;
/** Components that are found right below VCALENDAR: one of them ends whatever was left open before it. */
const TOP = new Set(['VEVENT', 'VTIMEZONE', 'VTODO', 'VJOURNAL', 'VFREEBUSY']);
const KEPT = new Set(['VEVENT', 'VTIMEZONE']);
/**
 * Components and properties that a VALARM cannot have: inside an alarm that is never closed, they belong to its event.
 */
const OF_EVENT = new Set([
  'DTSTART',
  'DTEND',
  'RRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
  'LOCATION',
  'STATUS',
  'SEQUENCE',
  'ORGANIZER',
]);
const SHOWN = 60;
/**
 * Properties of text. A line that is no property is taken for the rest of one of these: the blank before it was lost,
 * or a program did not fold.
 */
const OF_TEXT = new Set(['SUMMARY', 'LOCATION', 'DESCRIPTION', 'COMMENT', 'CONTACT', 'CATEGORIES', 'RESOURCES']);
/** A line that is only a property's name: never taken for the rest of a text. */
const NAME_ALONE = /^\s*[A-Z][A-Z-]*\s*$/;
/**
 * Length of a line, in characters, from which on it was probably folded (at 75 bytes), so that the next line continues
 * it within a word.
 */
const FOLDED_AT = 60;
/** Depth of nested components; one that is deeper counts as part of the one around it. Calendars need three. */
const DEEPEST = 8;

/** Reads a calendar line by line; `end` gives its components. */
export interface ComponentReader {
  take(line: Line): void;
  /** Gives the components. Throws CalendarError if the lines were no calendar, or if it was cut off. */
  end(): Components;
}

/** Opens a reader. `take` throws CalendarError for too many events. */
export const openComponentReader = (): ComponentReader => new CalendarComponentReader();

class CalendarComponentReader implements ComponentReader {
  readonly #events: Component[] = [];
  readonly #notes: Complaint[] = [];
  #head: CalendarHead | undefined;
  #open: Component[] = [];
  #calendars = 0;
  /** The property of the line before; undefined if that line was none. */
  #last: { property: Property; length: number } | undefined;
  #outside = '';
  /** A Quoted-Printable text that goes on in the next line, in pieces. */
  #quoted: { property: Property; pieces: string[] } | undefined;

  take(line: Line): void {
    if (this.#goesOnQuoted(line)) return this.#keep(this.#open[0], line);
    const found = this.#markIn(line.text);
    if (found) this.#last = undefined;
    const name = (found?.[2] ?? '').toUpperCase();
    if (!found) this.#property(line);
    else if ((found[1] ?? '').toUpperCase() === 'BEGIN') this.#begin(name, line);
    else this.#end(name, line);
    this.#keep(this.#open[0], line);
  }

  #keep(top: Component | undefined, { number, text }: Line): void {
    if (top && KEPT.has(top.name) && number !== top.line) top.lines.push(text);
  }

  end(): Components {
    if (this.#head) {
      const left = this.#open[0];
      const where = left ? `, and ${left.name} of line ${left.line} never ends` : '';
      const line = left?.line ?? this.#head.line;
      throw new CalendarError(`it is cut off: it does not end with END:VCALENDAR${where}`, line);
    }
    if (this.#calendars === 0) throw new CalendarError(whatItIs(this.#outside.trim()));
    return { events: this.#events, notes: this.#notes };
  }

  /** BEGIN or END and its name. For VCALENDAR, text before BEGIN or after END in the same line is ignored. */
  #markIn(text: string): RegExpExecArray | null {
    const around = this.#head ? /^\s*(END)\s*:\s*(VCALENDAR)\b/i : /(BEGIN)\s*:\s*(VCALENDAR)\s*$/i;
    return around.exec(text) ?? /^\s*(BEGIN|END)\s*:\s*([\w-]+)\s*$/i.exec(text);
  }

  #begin(name: string, { number, text }: Line): void {
    if (name === 'VCALENDAR') {
      if (this.#head) this.#note(number, 'a calendar begins within another one, which never ended');
      this.#closeDownTo(0, number);
      this.#head = { line: number, method: '', zone: '', offset: '', daylight: '', zones: [] };
      this.#calendars++;
      return;
    }
    if (!this.#head) return;
    if (TOP.has(name)) this.#closeDownTo(0, number);
    if (this.#open.length >= DEEPEST) return;
    this.#open.push({ name, line: number, properties: [], children: [], lines: [text], calendar: this.#head });
  }

  #end(name: string, { number }: Line): void {
    if (name === 'VCALENDAR' && this.#head) {
      this.#closeDownTo(0, number);
      this.#head = undefined;
      return;
    }
    const at = this.#open.findLastIndex((one) => one.name === name);
    if (at === -1) {
      if (this.#head) this.#note(number, `END:${name} of nothing: left out`);
      return;
    }
    this.#closeDownTo(at + 1, number);
    const ended = this.#open.pop();
    if (ended) this.#finish(ended);
  }

  /** Closes the components that were left open, down to `depth`. */
  #closeDownTo(depth: number, line: number): void {
    while (this.#open.length > depth) {
      const left = this.#open.pop();
      if (!left) return;
      this.#note(line, `${left.name} of line ${left.line} has no END: it ends here`);
      this.#finish(left);
    }
  }

  #finish(component: Component): void {
    const { name } = component;
    component.lines.push(`END:${name}`);
    if (name === 'VTIMEZONE') component.calendar.zones.push(component);
    this.#open.at(-1)?.children.push(component);
    if (name !== 'VEVENT') return;
    if (this.#events.push(component) > MOST_EVENTS)
      throw new CalendarError(`there are more than ${MOST_EVENTS} events`, component.line);
  }

  #property(line: Line): void {
    const component = this.#open.at(-1);
    if (!this.#head) {
      if (this.#outside.length < 10_000) this.#outside += `${line.text.slice(0, 1000)}\n`;
      return;
    }
    const property = propertyOf(line);
    if (!property) {
      if (component?.name === 'VEVENT' && this.#goesOn(line)) return;
      if (!component || component.name === 'VEVENT')
        this.#note(line.number, `${JSON.stringify(line.text.slice(0, SHOWN))} is no property: left out`);
      return;
    }
    if (property.isTorn) this.#note(line.number, `${property.name} has a quote that is never closed`);
    if (!component) return setHead(this.#head, property);
    const event = component.name === 'VALARM' && OF_EVENT.has(property.name) ? this.#open.at(-2) : undefined;
    (event ?? component).properties.push(property);
    if (isQuoted(property) && property.value.endsWith('='))
      this.#quoted = { property, pieces: [property.value.slice(0, -1)] };
    this.#last = { property, length: line.text.length };
  }

  /**
   * Joins a line to the Quoted-Printable text before it, if that ends with `=`; whether it did. The end of a component is
   * no text: a calendar whose last line was broken does not swallow what follows.
   */
  #goesOnQuoted({ text }: Line): boolean {
    if (!this.#quoted) return false;
    const { property, pieces } = this.#quoted;
    const isText = this.#markIn(text) === null;
    const goesOn = isText && text.endsWith('=');
    if (isText) pieces.push(goesOn ? text.slice(0, -1) : text);
    if (goesOn) return true;
    property.value = pieces.join('');
    this.#quoted = undefined;
    return isText;
  }

  /** Joins a line to the text before it, if the line can be nothing else; whether it did. */
  #goesOn({ number, text }: Line): boolean {
    const last = this.#last;
    if (!last || !OF_TEXT.has(last.property.name) || NAME_ALONE.test(text)) return false;
    const { property, length } = last;
    const between = length >= FOLDED_AT ? '' : property.name === 'DESCRIPTION' ? '\\n' : ' ';
    property.value += between + text;
    last.length = text.length;
    this.#note(
      number,
      `${JSON.stringify(text.slice(0, SHOWN))} is no property: taken for the rest of ${property.name}`,
    );
    return true;
  }

  #note(line: number, text: string): void {
    if (this.#notes.length < MOST_NOTES) this.#notes.push({ line, text, weight: 'trifle' });
  }
}

function setHead(head: CalendarHead, { name, value }: Property): void {
  if (name === 'METHOD') head.method = value.trim().toUpperCase();
  if (name === 'X-WR-TIMEZONE' || (name === 'TIMEZONE-ID' && head.zone === '')) head.zone = value.trim();
  if (name === 'TZ') head.offset = value.trim();
  if (name === 'DAYLIGHT') head.daylight = value.trim();
}

function whatItIs(text: string): string {
  if (text === '') return 'it is empty, no calendar';
  if (/^<!doctype html|<html/i.test(text)) {
    const title = /<title>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.trim();
    return `it is a web page${title ? ` ("${title}")` : ''}, no calendar`;
  }
  return `it is no calendar: it begins with ${JSON.stringify(text.slice(0, SHOWN))}`;
}
