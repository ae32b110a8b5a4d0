import { EPISODE_FILE, PROPERTIES_FILE, SERIES_FILE, type CalendarEvent } from './calendar.ts';
import { parseAgentProperties, processingOf } from '../agent-properties.ts';
import { parseCatalog, type Catalog } from '../dublin-core.ts';

/** An event that a hall is to record: what of its calendar entry matters to a box. */
export interface Booking {
  /** Stays the same when the event is moved. */
  id: string;
  /** With Opencast the id of the event and of its media package. */
  uid: string;
  startsAtMs: number;
  endsAtMs: number;
  title: string;
  presenters: string[];
  /** As people know it (`PAES_2016_S2`): the title of the series, where that is told, else its id. */
  series?: string;
  seriesId?: string;
  description?: string;
  hall?: string;
  language?: string;
  subject?: string;
  rights?: string;
  /** Workflow that goes on after the ingest, and its parameters. */
  workflow?: string;
  workflowConfiguration: Record<string, string>;
  /** Inputs that were chosen; empty: all. */
  devices: string[];
}

/** Reads what is attached to an event; an attachment that cannot be read is as if it were not there. */
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
