import type { Metadata } from '#agent/device/state.ts';
import type {
  Recording,
  RecordingPart,
  RecordingStatus,
  RecordingTold,
  SecondStream,
} from '#agent/device/recording.ts';

/** Whether a recording has not ended. */
export const isOpen = ({ status }: Recording): boolean => ['setup', 'recording', 'paused'].includes(status);

/** Files of a recording: those of the first stream, then those of channel B. */
export const filesOf = ({ parts, second }: Pick<Recording, 'parts' | 'second'>): RecordingPart[] => [
  ...parts,
  ...(second?.parts ?? []),
];

/** The stream of a recording to which a part belongs, with the stream's parts, chapters and breaks. */
export const streamOf = (info: Recording, part: RecordingPart): SecondStream =>
  part.stream === 2 && info.second ? info.second : info;

/** Whether channel B alone was recorded; it is the recording's first stream then. */
export const isOfChannelB = ({ parts, second }: Pick<Recording, 'parts' | 'second'>): boolean =>
  !second && parts.length > 0 && parts.every(({ stream }) => stream === 2);

/** A copy of a recording as it is told, without layouts and slides; later changes of `info` are not in it. */
export function toldOf(recording: Recording): RecordingTold {
  const { layouts: _, slides: __, second, ...info } = recording;
  if (!second) return structuredClone(info);
  const { layouts: ___, ...stream } = second;
  return structuredClone({ ...info, second: stream });
}

/** Length in ms of all parts of a recording's first stream. */
export const durationMsOf = (info: Recording): number =>
  info.parts.reduce((sum, part) => sum + (isThere(part) ? part.durationMs : 0), 0);

/** Bytes of all files of a recording. */
export const bytesOfRecording = (info: Recording): number => bytesOfParts(filesOf(info));

/** Bytes of a recording's files in one destination. */
export const bytesIn = (info: Recording, destination: string): number =>
  bytesOfParts(filesOf(info).filter((part) => part.destination === destination));

const bytesOfParts = (parts: readonly RecordingPart[]): number =>
  parts.reduce((sum, part) => sum + (isThere(part) ? part.bytes : 0), 0);

/** Whether a part exists and can be played. */
export const isThere = ({ state }: RecordingPart): boolean => state !== 'lost' && state !== 'failed';

/** Offset of a part from the beginning of the recording, in ms: the length of all earlier parts of its stream. */
export function startMsOf(info: Recording, part: RecordingPart): number {
  const earlier = streamOf(info, part).parts.filter((other) => isThere(other) && other.number < part.number);
  return earlier.reduce((sum, other) => sum + other.durationMs, 0);
}

/** The final state of a closed recording: `partial` if some of it is missing for good. */
export function closedStatus(info: Recording, cutShort = false): RecordingStatus {
  if (!filesOf(info).some(isThere)) return 'failed';
  const isWhole = ({ parts }: Pick<SecondStream, 'parts'>): boolean => parts.length > 0 && parts.every(isThere);
  return cutShort || !isWhole(info) || (info.second && !isWhole(info.second)) ? 'partial' : 'finished';
}

/** Metadata with all fields empty. */
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

/** Whether no work on a recording is left to do. */
export const isSettled = (info: Recording): boolean =>
  !isOpen(info) &&
  info.status !== 'finalizing' &&
  filesOf(info).every(({ state }) => state !== 'writing' && state !== 'written');

/** Mean bit rate of a recording in kb/s; undefined until it has some length. */
export function kbpsOf(info: Recording): number | undefined {
  const durationMs = durationMsOf(info);
  return durationMs > 5000 ? (bytesOfRecording(info) * 8) / durationMs : undefined;
}
