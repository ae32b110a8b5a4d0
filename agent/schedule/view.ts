import type { HandOverQueue } from './hand-over/queue.ts';
import type { EventView, HandOverView, ScheduleView } from '#agent/device/schedule-view.ts';
import type { Source } from './timetable/source.ts';
import type { Planned, Timetable } from './timetable/timetable.ts';

/** Parts of the schedule that the view shows. */
export interface ViewParts {
  sources: readonly Source[];
  /** The sources' bookings, each once. */
  bookings: readonly Planned[];
  server: ScheduleView['server'];
  timetable: Timetable;
  queue: HandOverQueue | undefined;
  isStopped: (booking: string) => boolean;
  running: string | undefined;
  nowMs: number;
}

/** Number of events in the view; later ones are left out. */
const MOST_EVENTS = 2000;

/** Makes the view of the schedule for clients: what is planned, what waits to be sent, and why. */
export function viewOf({
  sources,
  bookings,
  server,
  timetable,
  queue,
  isStopped,
  running,
  nowMs,
}: ViewParts): ScheduleView {
  const slots = Map.groupBy(timetable.slots, ({ booking }) => booking.id);
  const coming = bookings.filter(({ endsAtMs }) => endsAtMs > nowMs - 86_400_000);
  return {
    sources: sources.map((source) => {
      const { complaints, ...status } = source.status();
      return { name: source.name, ...status, events: source.bookings().length, complaints: complaints.slice(0, 100) };
    }),
    ...(server ? { server } : {}),
    events: coming
      .toSorted((one, other) => one.startsAtMs - other.startsAtMs)
      .slice(0, MOST_EVENTS)
      .map(({ id, source, from, title, presenters, series, startsAtMs, endsAtMs: plannedEndMs }): EventView => {
        const endsAtMs = slots.get(id)?.at(-1)?.extendedToMs ?? plannedEndMs;
        const records = slots.get(id)?.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
        const state =
          id === running ? 'recording' : isStopped(id) ? 'stopped by hand' : endsAtMs <= nowMs ? 'over' : 'upcoming';
        return {
          id,
          source,
          title,
          presenters,
          startsAtMs,
          endsAtMs,
          state,
          ...(from === undefined ? {} : { from }),
          ...(series === undefined ? {} : { series }),
          ...(records ? { records } : {}),
        };
      }),
    overlaps: timetable.overlaps.map(({ booking, to, lostMs }) => ({ event: booking.id, to: to.id, lostMs })),
    handOvers: (queue?.list() ?? []).map((one): HandOverView => {
      const { take, booking, step, attempt, nextAtMs, waitsFor, error, held, sentBytes, totalBytes, deliveredAtMs } =
        one;
      const [name, title] = [one.recording?.base ?? take, one.recording?.metadata.title ?? booking?.title ?? ''];
      return {
        recording: take,
        name,
        title,
        step,
        attempt,
        held: held !== undefined,
        ...(booking ? { booking: booking.id } : {}),
        ...(attempt > 0 && step !== 'done' ? { nextAtMs } : {}),
        ...(waitsFor === undefined ? {} : { waitsFor }),
        ...(error === undefined || step === 'done' ? {} : { error }),
        ...(sentBytes === undefined ? {} : { sentBytes }),
        ...(totalBytes === undefined ? {} : { totalBytes }),
        ...(deliveredAtMs === undefined ? {} : { deliveredAtMs }),
      };
    }),
  };
}
