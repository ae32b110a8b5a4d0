import type { Metadata } from '#agent/device/state.ts';
import type { Recording, RecordingPart, RecordingStatus } from '#agent/device/recording.ts';

/** Whether it has not ended. */
export const isOpen = ({ status }: Recording): boolean => ['setup', 'recording', 'paused'].includes(status);

/** Length of its parts together. */
export const durationMsOf = (info: Recording): number =>
  info.parts.reduce((sum, part) => sum + (isThere(part) ? part.durationMs : 0), 0);

/** Bytes of its files together. */
export const bytesOfRecording = (info: Recording): number =>
  info.parts.reduce((sum, part) => sum + (isThere(part) ? part.bytes : 0), 0);

/** Whether a part exists and can be played. */
export const isThere = ({ state }: RecordingPart): boolean => state !== 'lost' && state !== 'failed';

/** Where a part begins in the recording: after all earlier ones. */
export function startMsOf(info: Recording, part: RecordingPart): number {
  const earlier = info.parts.filter((other) => isThere(other) && other.number < part.number);
  return earlier.reduce((sum, other) => sum + other.durationMs, 0);
}

/** The final state of a closed recording: partial if something of it is missing for good. */
export function closedStatus(info: Recording, cutShort = false): RecordingStatus {
  const there = info.parts.filter(isThere);
  if (there.length === 0) return 'failed';
  return cutShort || there.length < info.parts.length ? 'partial' : 'finished';
}

export const EMPTY_METADATA: Metadata = {
  title: '',
  presenter: '',
  series: '',
  course: '',
  contributor: '',
  coverage: '',
  description: '',
  format: '',
  identifier: '',
  language: '',
  publisher: '',
  rights: '',
  source: '',
  subject: '',
  type: '',
};

/** Whether nothing remains to be done for it. */
export const isSettled = (info: Recording): boolean =>
  !isOpen(info) &&
  info.status !== 'finalizing' &&
  info.parts.every(({ state }) => state !== 'writing' && state !== 'written');

/** Its mean bit rate, undefined until it has some length. */
export function kbpsOf(info: Recording): number | undefined {
  const durationMs = durationMsOf(info);
  return durationMs > 5000 ? (bytesOfRecording(info) * 8) / durationMs : undefined;
}
