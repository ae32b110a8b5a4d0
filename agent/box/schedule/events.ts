import type { ScheduleView } from '#agent/device/schedule-view.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { ScheduledEvent, ScheduleState } from '#agent/web/views/sources.ts';

/**
 * Gives a function that numbers events by their ids, for controllers. Recordings have numbers from 1; the events that
 * have no recording yet get numbers from 100000 on.
 */
export function openEventNumbers(): (id: string) => number {
  const numbers = new Map<string, number>();
  return (id) => {
    const known = numbers.get(id) ?? 100_000 + numbers.size;
    numbers.set(id, known);
    return known;
  };
}

/**
 * Recordings and planned events in one list, by their start; recordings with what became of them. `numberOf` numbers
 * events that have no recording.
 */
export function scheduledEvents(
  { events, handOvers }: Pick<ScheduleView, 'events' | 'handOvers'>,
  recordings: readonly Recording[],
  numberOf: (id: string) => number,
): ScheduledEvent[] {
  const made = recordings.map((entry): ScheduledEvent => {
    const { dbId, id, metadata, startedAtMs, endedAtMs, endsAtMs } = entry;
    const { title, presenter, series } = metadata;
    const handOver = handOvers.find(({ recording }) => recording === id);
    const because = handOver?.error ?? handOver?.waitsFor;
    return {
      dbId,
      id,
      title,
      presenter,
      series,
      startsAtMs: startedAtMs,
      endsAtMs: endedAtMs ?? endsAtMs ?? startedAtMs,
      state: stateOf(entry, handOver),
      ...(because === undefined ? {} : { because }),
    };
  });
  const booked = new Set(recordings.map(({ bookingId }) => bookingId));
  const planned = events
    .filter(({ id }) => !booked.has(id))
    .map(({ id, title, presenters, series = '', startsAtMs, endsAtMs, state }): ScheduledEvent => ({
      dbId: numberOf(id),
      id,
      title,
      presenter: presenters.join(', '),
      series,
      startsAtMs,
      endsAtMs,
      state: state === 'over' || state === 'stopped by hand' ? 'missed' : 'upcoming',
    }));
  return [...made, ...planned].toSorted((one, other) => one.startsAtMs - other.startsAtMs);
}

type HandOver = ScheduleView['handOvers'][number];

function stateOf({ status, deliveredAtMs }: Recording, handOver: HandOver | undefined): ScheduleState {
  if (deliveredAtMs !== undefined || handOver?.step === 'done') return 'transferred';
  if (['setup', 'recording', 'paused'].includes(status)) return 'recording';
  if (status === 'failed') return 'failed';
  if (!handOver) return 'no-method';
  if (handOver.held) return 'skipped';
  if (handOver.sentBytes !== undefined) return 'transferring';
  return handOver.attempt > 0 ? 'failed' : 'waiting';
}
