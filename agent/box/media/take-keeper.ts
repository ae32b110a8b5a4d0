import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Change, Device } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { DeviceState, RecordingWanted } from '#agent/device/state.ts';
import type { RecoveredTake, Recorder } from '#agent/recorder/recorder.ts';

/** Makes the recorder do what is wanted, and tells the device when a recording ended by itself. */
export interface TakeKeeper {
  /** Decides whether to record now; called once, when the recordings of the last run are recovered. */
  afterStart(recovered: readonly RecoveredTake[]): void;
  close(): void;
}

const BOX: Session = { id: 'box', via: 'boot', access: 'admin' };
const MINUTE_MS = 60_000;

/** Opens it. */
export function keepTakes(device: Device, recorder: Recorder, clock: Clock, log: Log): TakeKeeper {
  const stop = (): void => void device.request({ name: 'record.stop', params: {}, session: BOX });

  const start = (state: DeviceState, continueTake = state.wanted.recording.take): void => {
    const { metadata, recording } = state.wanted;
    const { bookingId, destination, timetable, startedAtMs } = recording;
    // The timetable ends its recordings itself, by the wall clock, which may be set meanwhile.
    const endsAtMs = timetable ? undefined : recording.endsAtMs;
    try {
      const { started } = recorder.start({
        metadata,
        // A take that the recorder does not know begins with this id.
        ...(continueTake ? { continueTake } : {}),
        ...(bookingId ? { bookingId } : {}),
        ...(timetable && startedAtMs !== undefined ? { startedAtMs } : {}),
        ...(destination ? { destination } : {}),
        ...(endsAtMs === undefined ? {} : { endsAtMs }),
      });
      started.catch((error: unknown) => log.error({ error }, 'the recording did not begin'));
    } catch (error) {
      log.error({ error }, 'cannot record');
      const text = error instanceof Error ? error.message : String(error);
      device.observe({ fact: 'alarm', raise: { name: 'record_halt', about: 'recorder', level: 'critical', text } });
      stop();
    }
  };

  const follow = ({ before, state, events }: Change): void => {
    const [was, is] = [before.wanted.recording, state.wanted.recording];
    if (was !== is) change(was, is, state);
    for (const event of events) recorder.mark(event.title);
    // The recording ended by itself.
    const ended = !isRunning(state) && isRunning(before);
    if (ended && is.state !== 'stopped' && was === is) stop();
  };

  const change = (was: RecordingWanted, is: RecordingWanted, state: DeviceState): void => {
    if (is.state === 'stopped') return void recorder.stop().catch((error: unknown) => log.error({ error }, 'stop'));
    if (was.state === 'stopped') return start(state);
    if (was.state === 'recording' && is.state === 'paused') recorder.pause();
    if (was.state === 'paused' && is.state === 'recording') recorder.resume();
    if (was.endsAtMs !== undefined && is.endsAtMs !== undefined && was.endsAtMs !== is.endsAtMs) {
      recorder.extend((is.endsAtMs - was.endsAtMs) / MINUTE_MS);
    }
  };

  const end = device.subscribe(follow);
  return {
    afterStart(recovered) {
      const state = device.state();
      const { recording } = state.wanted;
      if (recording.state === 'stopped' || isRunning(state)) return;
      if (recording.endsAtMs !== undefined && recording.endsAtMs <= clock.nowMs()) return stop();
      const open = recovered.filter(({ inProgress }) => inProgress).map(({ info }) => info);
      const own = open.find(({ id }) => id === recording.take);
      const take = own ?? open.toSorted((a, b) => b.startedAtMs - a.startedAtMs)[0];
      log.warn({ take: take?.id }, 'a recording was interrupted: it goes on');
      start(state, take?.id);
      if (recording.state === 'paused') recorder.pause();
    },
    close: end,
  };
}

const isRunning = ({ seen }: DeviceState): boolean => ['setup', 'recording', 'paused'].includes(seen.recording.state);
