import { headerOf } from '../server/headers.ts';
import type { Opencast } from '../server/opencast.ts';
import { openPolledCalendar, type PolledOptions, type Tag } from './polled-calendar.ts';
import type { Source } from '../timetable/source.ts';

const DAY_MS = 86_400_000;

/** Options of `openOpencastCalendar`. */
export type OpencastCalendarOptions = Pick<
  PolledOptions,
  'file' | 'zone' | 'lookAheadMs' | 'maxBytes' | 'everyMs' | 'clock' | 'log' | 'onChange'
> & { opencast: Opencast };

/**
 * Opens the calendar of this agent. Opencast's ETag does not depend on the cut-off (facts/opencast 1.7), so the whole
 * calendar is asked for when the cut-off changes, once a day.
 */
export function openOpencastCalendar({ opencast, ...options }: OpencastCalendarOptions): Promise<Source> {
  const { clock, lookAheadMs } = options;
  const ask: PolledOptions['ask'] = async (last: Tag) => {
    const cutoffMs = Math.ceil((clock.nowMs() + lookAheadMs) / DAY_MS) * DAY_MS;
    const etag = last.cutoffMs === cutoffMs ? last.etag : undefined;
    const answer = await opencast.calendar({ cutoffMs, ...(etag === undefined ? {} : { etag }) });
    const fresh = headerOf(answer, 'etag');
    return { answer, tag: { cutoffMs, ...(fresh === undefined ? {} : { etag: fresh }) } };
  };
  const { agent, url } = opencast.settings;
  // Events in other places are left out: if a server gives the calendar of another agent, or of all agents, their
  // lectures are not recorded here.
  const here = { location: agent, isOwn: true };
  return openPolledCalendar({ ...options, ...here, ask, source: 'opencast', from: 'opencast', place: url });
}
