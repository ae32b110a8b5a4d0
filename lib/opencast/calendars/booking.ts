import type { CalendarEvent } from '#lib/calendar/calendar.ts';
import { EPISODE_FILE, PROPERTIES_FILE, SERIES_FILE } from './attachments.ts';
import { parseAgentProperties, processingOf } from '../agent-properties.ts';
import { parseCatalog, type Catalog } from '../dublin-core.ts';

/** An event that a hall has to record, as far as a box needs it. */
export interface Booking {
  /** Key of the event; it stays the same if the event is moved. */
  id: string;
  /** Id in the calendar; with Opencast that of the event and of its media package. */
  uid: string;
  startsAtMs: number;
  endsAtMs: number;
  title: string;
  presenters: string[];
  /** The series as people know it (`PAES_2016_S2`): its title, or its id if the calendar has no title. */
  series?: string;
  seriesId?: string;
  description?: string;
  hall?: string;
  language?: string;
  subject?: string;
  rights?: string;
  /** The workflow after the ingest, and its parameters. */
  workflow?: string;
  workflowConfiguration: Record<string, string>;
  /** The chosen inputs; empty means all. */
  devices: string[];
}

/** Reads a calendar event with its attachments; an attachment that cannot be read is ignored. */
export function bookingOf(event: CalendarEvent): Booking {
  const attached = (name: string): string | undefined => event.attachments.find((one) => one.name === name)?.content;
  const properties = parseAgentProperties(attached(PROPERTIES_FILE) ?? '');
  const [episode, series] = [catalogIn(attached(EPISODE_FILE)), catalogIn(attached(SERIES_FILE))];
  const processing = processingOf(properties);
  const seriesId = event.seriesId ?? episode?.isPartOf ?? properties['event.series'];
  const presenters = episode?.creators ?? [];
  return {
    id: event.id,
    uid: event.uid,
    startsAtMs: event.startsAtMs,
    endsAtMs: event.endsAtMs,
    title: episode?.title || event.title || properties['event.title'] || '',
    presenters: presenters.length === 0 && event.organizer ? [event.organizer] : presenters,
    ...given('series', series?.title || seriesId),
    ...given('seriesId', seriesId),
    ...given('description', episode?.description ?? event.description),
    ...given('hall', event.location ?? properties['event.location']),
    ...given('language', episode?.language),
    ...given('subject', episode?.subjects.join(', ')),
    ...given('rights', episode?.license ?? episode?.rightsHolder),
    ...given('workflow', processing.definition),
    workflowConfiguration: processing.configuration,
    devices: processing.devices,
  };
}

const given = <K extends keyof Booking>(key: K, value: string | undefined): Partial<Pick<Booking, K>> =>
  (value ? { [key]: value } : {}) as Partial<Pick<Booking, K>>;

function catalogIn(text: string | undefined): Catalog | undefined {
  try {
    return text === undefined ? undefined : parseCatalog(text);
  } catch {
    return undefined;
  }
}
