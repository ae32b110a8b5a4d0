import { dayName, duration, timeOfDay } from '#lib/pages/format.ts';
import { texts } from './schedule-texts.ts';
import type { Booked, Schedule } from './types.ts';
import { wallClock } from './week.ts';

const STATES: Record<Booked['state'], 'upcoming' | 'recording' | 'stopped' | 'over'> = {
  upcoming: 'upcoming',
  recording: 'recording',
  'stopped by hand': 'stopped',
  over: 'over',
};

/** The source of an event, in words. */
export const originOf = ({ source, from }: Booked): string =>
  [texts[source], source === 'box' ? undefined : from].filter(Boolean).join(' · ');

/** The state of an event in words, also if it is recorded in part or never. */
export function stateOf(event: Booked, { overlaps, events }: Schedule): string {
  const lost = overlaps.find((one) => one.event === event.id);
  const to = events.find(({ id }) => id === lost?.to);
  return [
    texts[STATES[event.state]],
    event.records === undefined && event.state === 'upcoming' ? texts.never : '',
    lost ? texts.overlap(duration(lost.lostMs), to?.title ?? '') : '',
  ]
    .filter(Boolean)
    .join(', ');
}

interface ListSettings {
  schedule: Schedule;
  zone: string;
  onPick: (event: Booked) => void;
}

/** All events, day by day. */
export function EventList({ schedule, zone, onPick }: ListSettings) {
  const days = Map.groupBy(schedule.events, ({ startsAtMs }) => {
    const { year, month, day } = wallClock(startsAtMs, zone);
    return `${year}-${month}-${day}`;
  });
  if (days.size === 0) return <p class="soft">{texts.noneAtAll}</p>;
  return (
    <div class="agenda">
      {[...days].map(([key, events]) => (
        <section key={key} aria-label={dayName(events[0]?.startsAtMs ?? 0, zone)}>
          <h3>{dayName(events[0]?.startsAtMs ?? 0, zone)}</h3>
          <ul class="rows narrow">
            {events.map((event) => (
              <li key={event.id}>
                <button type="button" class="button quiet" onClick={() => onPick(event)}>
                  <time>
                    {timeOfDay(event.startsAtMs, zone)}–{timeOfDay(event.endsAtMs, zone)}
                  </time>
                  <span>
                    {event.title}
                    {event.presenters.length > 0 && <span class="soft"> · {event.presenters.join(', ')}</span>}
                  </span>
                </button>
                <span class="soft small">
                  {originOf(event)} · {stateOf(event, schedule)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
