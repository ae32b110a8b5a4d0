import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';
import { wordsOf } from '../../../catalogue/event-rows.ts';
import { statusOfListed, type ListedEvent } from '../../../catalogue/list-events.ts';
import { opencastStatus } from '../../../catalogue/status.ts';

/** Event as Opencast's admin interface lists it (facts/opencast 3.5). */
export function adminEventJson(event: ListedEvent, nowMs: number): object {
  const { creators, temporal, createdMs } = wordsOf(event);
  const startsAtMs = event.starts_at?.getTime() ?? temporal?.startsAtMs ?? createdMs ?? event.created_at.getTime();
  const endsAtMs = event.ends_at?.getTime() ?? temporal?.endsAtMs ?? startsAtMs + (event.durationMs ?? 0);
  const [start, end] = [w3cOf(startsAtMs), w3cOf(endsAtMs)];
  const status = opencastStatus(statusOfListed(event, nowMs));
  const place = event.agent ?? event.hall ?? catalogOf(event.terms).spatial ?? '';
  return {
    id: event.id,
    title: event.title,
    presenters: creators,
    technical_presenters: [],
    ...(event.series === null ? {} : { series: { id: event.series, title: event.seriesTitle ?? '' } }),
    start_date: start,
    end_date: end,
    date: start,
    technical_start: start,
    technical_end: end,
    agent_id: event.agent ?? '',
    location: place,
    source: event.newestVersion === null ? 'SCHEDULE' : 'ARCHIVE',
    workflow_state: (event.workflowState ?? '').toUpperCase(),
    event_status: status,
    displayable_status: status,
    managedAcl: '',
    publications: event.publications.map(({ channel, url }) => ({
      id: channel,
      name: CHANNELS.get(channel) ?? channel,
      url,
    })),
    has_comments: event.comments > 0,
    has_open_comments: event.openComments > 0,
    has_preview: event.publications.length > 0,
    needs_cutting: event.needsCutting,
  };
}

/** Names of channels, as keys of Opencast's translations. */
const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['engage-player', 'EVENTS.EVENTS.DETAILS.PUBLICATIONS.ENGAGE'],
  ['internal', 'EVENTS.EVENTS.DETAILS.PUBLICATIONS.INTERNAL'],
]);
