import { dayName, shortDay, timeOfDay } from '#lib/pages/format.ts';
import { texts } from './schedule-texts.ts';
import type { Booked } from './types.ts';
import { blocksOf, hoursOf, type Block, type Day } from './week.ts';

interface CalendarSettings {
  events: readonly Booked[];
  days: readonly Day[];
  zone: string;
  nowMs: number;
  onPick: (event: Booked) => void;
}

/** Height of an hour. */
const HOUR_REM = 3;
/** Minutes of an event below which it has room for one line. */
const SHORT_MINUTES = 50;

/** The calendar of a week: days side by side, hours from top to bottom. */
export function Calendar({ events, days, zone, nowMs, onPick }: CalendarSettings) {
  const columns = days.map((day) => ({ day, blocks: blocksOf(events, day, zone) }));
  const { first, last } = hoursOf(columns.flatMap(({ blocks }) => blocks));
  const hours = Array.from({ length: last - first }, (_, index) => first + index);
  const today = days.findIndex(({ noonMs }) => Math.abs(noonMs - nowMs) < 43_200_000);
  return (
    <div class="calendar" role="region" aria-label={texts.week} tabIndex={0}>
      <div class="hours" aria-hidden="true">
        {hours.map((hour) => (
          <span key={hour} style={{ height: `${HOUR_REM}rem` }}>
            {hour}:00
          </span>
        ))}
      </div>
      {columns.map(({ day, blocks }, index) => (
        <section key={day.noonMs} class="day" data-today={index === today} aria-label={dayName(day.noonMs, zone)}>
          <h3>{shortDay(day.noonMs, zone)}</h3>
          <div class="lane" style={{ height: `${hours.length * HOUR_REM}rem` }}>
            {blocks.map((block) => (
              <Entry key={block.event.id} block={block} firstHour={first} zone={zone} onPick={onPick} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

interface EntrySettings {
  block: Block<Booked>;
  firstHour: number;
  zone: string;
  onPick: (event: Booked) => void;
}

function Entry({ block: { event, from, to, lane, lanes }, firstHour, zone, onPick }: EntrySettings) {
  const rem = (minutes: number): string => `${(minutes / 60) * HOUR_REM}rem`;
  const { title, presenters, source, state, records, startsAtMs, endsAtMs } = event;
  return (
    <button
      type="button"
      class={to - from < SHORT_MINUTES ? 'entry short' : 'entry'}
      title={`${timeOfDay(startsAtMs, zone)}–${timeOfDay(endsAtMs, zone)} ${title}`}
      data-source={source}
      data-state={state}
      data-never={records === undefined}
      style={{
        top: rem(from - firstHour * 60),
        height: `max(1.5rem, ${rem(to - from)})`,
        left: `${(lane / lanes) * 100}%`,
        width: `${100 / lanes}%`,
      }}
      onClick={() => onPick(event)}
    >
      <strong>{title}</strong>
      <span>
        {timeOfDay(startsAtMs, zone)}–{timeOfDay(endsAtMs, zone)}
      </span>
      <span>{presenters.join(', ')}</span>
    </button>
  );
}
