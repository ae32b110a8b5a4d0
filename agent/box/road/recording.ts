import { recordedStreams } from '#agent/device/dual-mode.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { DeviceState, RecordingWanted } from '#agent/device/state.ts';
import type { RecordingRequest } from '#agent/recorder/recorder.ts';
import type { LeftTake, What } from './step.ts';

/**
 * Steps that a change of the wanted recording needs from the recorder. None when the box starts: then the recovery
 * decides.
 */
export function recordingSteps(before: DeviceState | undefined, after: DeviceState): What[] {
  const was = before?.wanted.recording;
  const is = after.wanted.recording;
  if (!was || was === is) return [];
  // A second request to stop is passed on as well, if the recorder still records.
  if (is.state === 'stopped') return was.state !== 'stopped' || isRunning(after) ? [{ do: 'stop recording' }] : [];
  if (was.state === 'stopped') return startSteps(after, is.take);
  const steps: What[] = [];
  if (was.state === 'recording' && is.state === 'paused') steps.push({ do: 'pause recording' });
  if (was.state === 'paused' && is.state === 'recording') steps.push({ do: 'resume recording' });
  const endsAtMs = endOf(is);
  if (endOf(was) !== endsAtMs) steps.push({ do: 'set end', endsAtMs });
  return steps;
}

/**
 * The end that the recorder is told. None for a recording of the timetable, which ends it itself by the wall clock,
 * since that clock may be set meanwhile.
 */
const endOf = ({ timetable, endsAtMs }: RecordingWanted): number | undefined => (timetable ? undefined : endsAtMs);

function startSteps({ wanted }: DeviceState, continueTake: string | undefined): What[] {
  const { recording } = wanted;
  const { bookingId, destination, timetable, startedAtMs, systemName } = recording;
  const endsAtMs = endOf(recording);
  const streams = recordedStreams(wanted);
  const request: RecordingRequest = {
    metadata: metadataOf(wanted),
    // The id of the take that goes on; if the recorder does not know it, a new take begins under this id.
    ...(continueTake ? { continueTake } : {}),
    locale: wanted.locale,
    ...(streams.includes('archive-b') ? { withSecond: true } : {}),
    ...(streams.includes('archive') ? {} : { withoutFirst: true }),
    ...(bookingId ? { bookingId } : {}),
    ...(systemName ? { systemName } : {}),
    ...(timetable && startedAtMs !== undefined ? { startedAtMs } : {}),
    ...(destination ? { destination } : {}),
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
  };
  const start: What = { do: 'start recording', request };
  return recording.state === 'paused' ? [start, { do: 'pause recording' }] : [start];
}

/**
 * Steps to continue or to give up the recording that was wanted when the box ended. Planned once, when it is known
 * which takes the last run left.
 */
export function recoverySteps(state: DeviceState, left: readonly LeftTake[], nowMs: number): What[] {
  const { recording } = state.wanted;
  if (recording.state === 'stopped' || isRunning(state)) return [];
  if (recording.endsAtMs !== undefined && recording.endsAtMs <= nowMs)
    return [{ do: 'want no recording', take: recording.take }];
  const open = left.filter(({ inProgress }) => inProgress);
  const own = open.find(({ id }) => id === recording.take);
  const newest = open.toSorted((a, b) => b.startedAtMs - a.startedAtMs)[0];
  return startSteps(state, (own ?? newest)?.id ?? recording.take);
}

/** A step for a recording that reached its end without a request: it is not wanted any more. */
export function endedSteps(before: DeviceState | undefined, after: DeviceState): What[] {
  const { recording } = after.wanted;
  if (!before || recording.state === 'stopped' || before.wanted.recording !== recording) return [];
  return isRunning(before) && !isRunning(after) ? [{ do: 'want no recording', take: recording.take }] : [];
}

const isRunning = ({ seen }: DeviceState): boolean => ['setup', 'recording', 'paused'].includes(seen.recording.state);
