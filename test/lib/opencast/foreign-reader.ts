import { sync, type VEvent } from 'node-ical';
import type { Attachment } from '#lib/calendar/calendar.ts';

/** An event as a reader has it that we did not write. */
export interface ForeignEvent {
  startsAtMs: number;
  endsAtMs: number | undefined;
  /** A day without an hour. */
  isDate: boolean;
  title: string;
  description: string | undefined;
  location: string | undefined;
  attachments: Attachment[];
}

interface Attached {
  params: Record<string, string>;
  val: string;
}

/** The events of a calendar by their ids, read by node-ical. */
export function eventsByForeignReader(text: string): Map<string, ForeignEvent> {
  const parts = Object.values(sync.parseICS(text)).filter((part): part is VEvent => part?.type === 'VEVENT');
  return new Map(parts.map((part) => [part.uid, eventOf(part)]));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (value as { val: string }).val);
const optional = (value: unknown): string | undefined => (value === undefined ? undefined : textOf(value));

function eventOf(part: VEvent): ForeignEvent {
  const { attach = [] } = part as { attach?: Attached | Attached[] };
  return {
    startsAtMs: part.start.getTime(),
    endsAtMs: part.end?.getTime(),
    isDate: part.datetype === 'date',
    title: textOf(part.summary),
    description: optional(part.description),
    location: optional(part.location),
    attachments: [attach].flat().map(({ params, val }) => ({
      name: params['X-APPLE-FILENAME'] ?? '',
      mimeType: params['FMTTYPE'] ?? '',
      content: Buffer.from(val, 'base64').toString('utf8'),
    })),
  };
}
