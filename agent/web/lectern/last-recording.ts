import type { Recording } from '#agent/device/recording.ts';
import type { ScheduledEvent } from '../views/sources.ts';
import type { LecternView } from './shown.ts';

/** Time after its end for which a recording is shown at the lectern: a break and the beginning of the next lecture. */
const TOLD_MS = 30 * 60_000;

/** Tells what became of the recording that ended last; undefined if that is long ago, or one runs. Pure. */
export function lastRecording(
  recordings: readonly Recording[],
  events: readonly Pick<ScheduledEvent, 'id' | 'state'>[],
  nowMs: number,
): LecternView['last'] {
  const [last] = recordings.toSorted((a, b) => b.startedAtMs - a.startedAtMs);
  if (!last || ['setup', 'recording', 'paused'].includes(last.status)) return undefined;
  if (nowMs - (last.endedAtMs ?? last.startedAtMs) > TOLD_MS) return undefined;
  const durationMs = last.parts.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return {
    title: last.metadata.title,
    durationMs,
    became: becameOf(
      last,
      events.find(({ id }) => id === last.id),
    ),
  };
}

function becameOf({ status, deliveredAtMs }: Recording, event: Pick<ScheduledEvent, 'state'> | undefined) {
  if (deliveredAtMs !== undefined) return 'sent';
  if (status === 'failed') return 'failed';
  if (status === 'finalizing') return 'finishing';
  if (event?.state === 'transferring') return 'sending';
  return event?.state === 'waiting' || event?.state === 'failed' ? 'waiting' : 'kept';
}
