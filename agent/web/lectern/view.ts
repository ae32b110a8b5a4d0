import { shownAsOutput } from '#agent/device/dual-mode.ts';
import { channelOf, type AlarmName, type DeviceState, type InputSeen } from '#agent/device/state.ts';
import { recordingView } from '../views/views.ts';
import type { LayoutPreset } from '../views/sources.ts';
import type { LecternView, PlannedLecture } from './shown.ts';

/** Facts that a view needs besides the device's state. */
export interface LecternFacts {
  nowMs: number;
  layouts: readonly LayoutPreset[];
  timeZone: string;
  /** What became of the last recording. */
  last?: LecternView['last'];
  /** The next planned lecture. */
  next?: PlannedLecture | undefined;
}

/** Alarms that are shown to a teacher; the others are for technicians. */
const TOLD: ReadonlySet<AlarmName> = new Set([
  'video_loss',
  'audio_loss',
  'disk_space',
  'disk_error',
  'record_halt',
  'encoder',
  'sched_server',
]);

/** The view of a lectern: what is recorded, whether all is well, and what may be done. Pure, and without secrets. */
export function lecternView(state: DeviceState, { nowMs, layouts, timeZone, last, next }: LecternFacts): LecternView {
  const { wanted, seen } = state;
  const recording = recordingView(state);
  const { startedAtMs, endsAtMs, elapsedMs, bookingId } = recording;
  const { title, presenter } = recording.metadata;
  const running = recording.wanted !== 'stopped';
  return {
    hall: wanted.hall,
    timeZone,
    last: running ? undefined : last,
    nowMs,
    recording: { state: recording.state, elapsedMs, startedAtMs, endsAtMs, booked: bookingId !== undefined },
    title,
    presenter,
    next: next && {
      title: next.title,
      presenter: next.presenter,
      startsAtMs: next.startsAtMs,
      endsAtMs: next.endsAtMs,
    },
    output: shownAsOutput(wanted),
    signal: { A: signalOf(state, 'A'), B: signalOf(state, 'B') },
    sound: { muted: wanted.audio.outputMuted, ...seen.meters.output },
    layout: wanted.layoutNumber,
    swapped: wanted.swapped,
    layouts: layouts.map(({ number, name, windows }) => ({
      number,
      name,
      windows: windows.map(({ channel, rect, z }) => ({ channel, rect, z })),
    })),
    troubles: seen.alarms
      .filter(({ name }) => TOLD.has(name))
      .map(({ name, about, level }) => ({ name, about, level })),
    may: {
      start: recording.wanted === 'stopped',
      stop: running,
      pause: recording.wanted === 'recording',
      resume: recording.wanted === 'paused',
      mark: recording.wanted === 'recording',
      extend: running && endsAtMs !== undefined,
    },
  };
}

function signalOf({ wanted, seen }: DeviceState, channel: 'A' | 'B'): InputSeen['status'] {
  const input = wanted.routing[channel];
  return channelOf(input) === channel ? seen.inputs[input].status : 'off';
}
