import type { Device } from '#agent/device/device.ts';
import type { AlarmName } from '#agent/device/state.ts';
import type { Source } from './timetable/source.ts';
import type { Timetable } from './timetable/timetable.ts';

const SERVER: AlarmName = 'sched_server';
const EVENTS: AlarmName = 'schedule';
const HAND_OVER: AlarmName = 'publish_failure';
/** Number of events that an alarm names; of the others it gives the number. */
const SHOWN = 3;

/** Raises and ends the alarms of the schedule; `trouble` undefined ends an alarm. */
export interface ScheduleAlarms {
  server(about: string, trouble: string | undefined): void;
  sources(sources: readonly Source[]): void;
  overlaps(timetable: Timetable, nowMs: number): void;
  handOver(trouble: string | undefined): void;
}

/** Opens the alarms of the schedule; `timeText` writes a time for people. */
export function openScheduleAlarms(device: Pick<Device, 'observe'>, timeText: (ms: number) => string): ScheduleAlarms {
  const tell = (
    name: AlarmName,
    about: string,
    text: string | undefined,
    level: 'warning' | 'critical' = 'warning',
  ): void =>
    device.observe(
      text === undefined
        ? { fact: 'alarm', clear: { name, about } }
        : { fact: 'alarm', raise: { name, about, level, text } },
    );
  const server = (about: string, trouble: string | undefined): void => tell(SERVER, about, trouble);
  return {
    server,
    sources(sources) {
      for (const source of sources) {
        const { error, goodAtMs, complaints, place } = source.status();
        const kept = goodAtMs === undefined ? 'there is none to go on with' : `that of ${timeText(goodAtMs)} is kept`;
        server(
          `calendar/${source.name}`,
          error === undefined ? undefined : `the calendar of ${place}: ${error}; ${kept}`,
        );
        const heavy = complaints.filter(({ weight }) => weight !== 'trifle');
        const words = heavy
          .slice(0, SHOWN)
          .map(({ text }) => text)
          .join('; ');
        const more = heavy.length > SHOWN ? ` and ${heavy.length - SHOWN} more` : '';
        const text = heavy.length === 0 ? undefined : `events that cannot be recorded as they are: ${words}${more}`;
        tell(EVENTS, `events/${source.name}`, text);
      }
    },
    overlaps({ overlaps }, nowMs) {
      const open = overlaps.filter(({ booking }) => booking.endsAtMs > nowMs);
      const words = open.slice(0, SHOWN).map(({ booking, to, lostMs }) => {
        const minutes = Math.max(1, Math.round(lostMs / 60_000));
        return `"${booking.title}" (${timeText(booking.startsAtMs)}) loses ${minutes} min to "${to.title}" (${timeText(to.startsAtMs)}), which began first`;
      });
      const more = open.length > SHOWN ? ` and ${open.length - SHOWN} more` : '';
      tell(EVENTS, 'overlaps', open.length === 0 ? undefined : `${words.join('; ')}${more}`);
    },
    handOver: (trouble) => tell(HAND_OVER, 'hand-over', trouble),
  };
}
