import { CalendarError, type Complaint } from './calendar.ts';
import { isQuoted, propertyOf, type Property } from './content-line.ts';
import type { Line } from './text-lines.ts';

/** A component of a calendar, and where it stands. */
export interface Component {
  name: string;
  /** Of its BEGIN, from 1. */
  line: number;
  properties: Property[];
  children: Component[];
  /** Its lines, unfolded, from BEGIN to END; of a VEVENT and a VTIMEZONE. */
  lines: string[];
  /** The VCALENDAR that it stands in. */
  calendar: CalendarHead;
}

/** What a VCALENDAR says for all in it. */
export interface CalendarHead {
  line: number;
  method: string;
  /** X-WR-TIMEZONE. */
  zone: string;
  zones: Component[];
}

/** The components of a file: its events in order, each by itself, so that one that is broken harms no other. */
export interface Components {
  events: Component[];
  notes: Complaint[];
}

/** More are no timetable of a university. */
export const MOST_EVENTS = 20_000;
/** Whoever reads so many notes needs no more. */
const MOST_NOTES = 500;
/** Components that stand right below VCALENDAR: one ends whatever was left open before it. */
const TOP = new Set(['VEVENT', 'VTIMEZONE', 'VTODO', 'VJOURNAL', 'VFREEBUSY']);
const KEPT = new Set(['VEVENT', 'VTIMEZONE']);
/** What an alarm cannot have: in one that is never closed, it is the event's. */
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
/** Properties of text, which a line that is no property can go on with: its blank was lost, or a program wrote the text as it was. */
const OF_TEXT = new Set(['SUMMARY', 'LOCATION', 'DESCRIPTION', 'COMMENT', 'CONTACT', 'CATEGORIES', 'RESOURCES']);
/** A property without a value is no text. */
const NAME_ALONE = /^\s*[A-Z][A-Z-]*\s*$/;
/** Lines are folded at 75 bytes: one that is about as long was, and goes on within a word. */
const FOLDED_AT = 60;
/** Components are nested three deep; what lies deeper belongs to the one around it. */
const DEEPEST = 8;

/** Takes one line after the other; `end` gives the components. */
export interface ComponentReader {
  take(line: Line): void;
  /** Throws CalendarError if it is no calendar, or not a whole one. */
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
  /** The property of the line before; undefined where that was none. */
  #last: { property: Property; length: number } | undefined;
  #outside = '';

  take(line: Line): void {
    const found = this.#markIn(line.text);
    if (found) this.#last = undefined;
    const name = (found?.[2] ?? '').toUpperCase();
    if (!found) this.#property(line);
    else if ((found[1] ?? '').toUpperCase() === 'BEGIN') this.#begin(name, line);
    else this.#end(name, line);
    const top = this.#open[0];
    if (top && KEPT.has(top.name) && line.number !== top.line) top.lines.push(line.text);
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

  /** BEGIN or END and its name; around a calendar, what stands before BEGIN or behind END in the same line does not count. */
  #markIn(text: string): RegExpExecArray | null {
    const around = this.#head ? /^\s*(END)\s*:\s*(VCALENDAR)\b/i : /(BEGIN)\s*:\s*(VCALENDAR)\s*$/i;
    return around.exec(text) ?? /^\s*(BEGIN|END)\s*:\s*([\w-]+)\s*$/i.exec(text);
  }

  #begin(name: string, { number, text }: Line): void {
    if (name === 'VCALENDAR') {
      if (this.#head) this.#note(number, 'a calendar begins within another one, which never ended');
      this.#closeDownTo(0, number);
      this.#head = { line: number, method: '', zone: '', zones: [] };
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

  /** Closes what was left open. */
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
    if (this.#goesOnQuoted(line)) return;
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
    this.#last = { property, length: line.text.length };
  }

  /** Joins a line to the Quoted-Printable before it, which says that it goes on. */
  #goesOnQuoted({ text }: Line): boolean {
    const property = this.#last?.property;
    if (!property || !isQuoted(property) || !property.value.endsWith('=')) return false;
    property.value = property.value.slice(0, -1) + text;
    return true;
  }

  /** Joins a line to the text before it, where it can be nothing else. */
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
  if (name === 'X-WR-TIMEZONE') head.zone = value.trim();
}

function whatItIs(text: string): string {
  if (text === '') return 'it is empty, no calendar';
  if (/^<!doctype html|<html/i.test(text)) {
    const title = /<title>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.trim();
    return `it is a web page${title ? ` ("${title}")` : ''}, no calendar`;
  }
  return `it is no calendar: it begins with ${JSON.stringify(text.slice(0, SHOWN))}`;
}
