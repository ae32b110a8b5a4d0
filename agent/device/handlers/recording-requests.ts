import { metadataOf } from '../metadata.ts';
import { refuse, type Handlers } from '../outcome.ts';
import type { RecordingWanted } from '../state.ts';

const NOT_RECORDING = refuse('E14', 'nothing is being recorded');
const MINUTE_MS = 60_000;

/** Handlers for the recording and its description. */
export const recordingHandlers: Handlers<
  | 'metadata.set'
  | 'record.start'
  | 'record.stop'
  | 'record.pause'
  | 'record.resume'
  | 'record.mark'
  | 'record.extend'
  | 'record.until'
> = {
  'metadata.set'({ wanted }, { systemName, ...changes }) {
    const { metadata, ...recording } = wanted.recording;
    const system = systemName === undefined ? {} : { systemName };
    return { wanted: { ...wanted, recording: { ...recording, ...system, metadata: { ...metadata, ...changes } } } };
  },

  'record.start'(
    { wanted },
    { metadata, bookingId, minutes, startsAtMs, endsAtMs, take, timetable },
    { nowMs, newId },
  ) {
    if (wanted.recording.state === 'paused')
      return { wanted: { ...wanted, recording: { ...wanted.recording, state: 'recording' } } };
    if (wanted.recording.state === 'recording') return refuse('E22', 'a recording is running already: stop it first');
    const { systemName } = wanted.recording;
    const destination = wanted.sis.destination.split('+')[0] ?? 'auto';
    const recording: RecordingWanted = {
      state: 'recording',
      take: take ?? newId(),
      startedAtMs: startsAtMs ?? nowMs,
      ...(bookingId ? { bookingId } : {}),
      ...(destination === 'auto' || destination === 'internal' ? {} : { destination }),
      ...(minutes ? { endsAtMs: nowMs + minutes * MINUTE_MS } : {}),
      ...(endsAtMs === undefined ? {} : { endsAtMs }),
      ...(timetable ? { timetable } : {}),
      // Metadata: a planned lecture has its own; what was set by hand before is for a recording that is started by
      // hand.
      ...(systemName === undefined ? {} : { systemName }),
      metadata: { ...(timetable ? wanted.metadata : metadataOf(wanted)), ...metadata },
    };
    return { wanted: { ...wanted, recording } };
  },

  'record.stop'({ wanted }) {
    // Metadata and system name end with their recording; if they were set while none runs, they are for the next one.
    const { state, metadata, systemName } = wanted.recording;
    const next = { ...(metadata ? { metadata } : {}), ...(systemName === undefined ? {} : { systemName }) };
    return { wanted: { ...wanted, recording: { state: 'stopped', ...(state === 'stopped' ? next : {}) } } };
  },

  'record.pause'({ wanted }) {
    if (wanted.recording.state === 'stopped') return NOT_RECORDING;
    return { wanted: { ...wanted, recording: { ...wanted.recording, state: 'paused' } } };
  },
  'record.resume'({ wanted }) {
    if (wanted.recording.state === 'stopped') return NOT_RECORDING;
    return { wanted: { ...wanted, recording: { ...wanted.recording, state: 'recording' } } };
  },

  'record.mark'({ wanted }, { title }) {
    if (wanted.recording.state === 'stopped') return NOT_RECORDING;
    return { wanted, events: [{ event: 'mark', ...(title ? { title } : {}) }] };
  },

  'record.extend'({ wanted }, { minutes }, { nowMs }) {
    if (wanted.recording.state === 'stopped') return NOT_RECORDING;
    const { endsAtMs } = wanted.recording;
    if (endsAtMs === undefined)
      return refuse('E14', 'this recording has no end to extend: it goes on until it is stopped');
    return {
      wanted: {
        ...wanted,
        recording: { ...wanted.recording, endsAtMs: Math.max(endsAtMs, nowMs) + minutes * MINUTE_MS },
      },
    };
  },

  'record.until'({ wanted }, { endsAtMs }) {
    if (wanted.recording.state === 'stopped') return NOT_RECORDING;
    return { wanted: { ...wanted, recording: { ...wanted.recording, endsAtMs } } };
  },
};
