import type { Metadata } from '#agent/device/state.ts';
import { baseName, nthName } from './file-name.ts';
import { EMPTY_METADATA, type RecordingInfo } from './recording.ts';
import type { RecorderSettings } from '../settings.ts';

export interface RecordingRequest {
  metadata?: Partial<Metadata>;
  bookingId?: string;
  owner?: string;
  /** The moment that it is named after; absent: now. */
  startedAtMs?: number;
  /** When it ends by itself, milliseconds since 1970; waited for on the clock that never jumps. */
  endsAtMs?: number;
  /** Name of the destination to use if it can be used. */
  destination?: string;
  /** Id of a recording that was cut off: this one goes on with it, as its next part. */
  continueTake?: string;
}

/** The information of a recording that begins now, under a name that is not taken. */
export function newRecording(
  request: RecordingRequest,
  nowMs: number,
  settings: RecorderSettings,
  isTaken: (base: string) => boolean,
): RecordingInfo {
  const { bookingId, continueTake, endsAtMs, owner = '', startedAtMs = nowMs } = request;
  const { hall } = settings.identity;
  const metadata = { ...EMPTY_METADATA, ...request.metadata };
  const name = baseName({ ...metadata, hall, startedAtMs }, settings);
  let count = 1;
  while (isTaken(nthName(name, count))) count++;
  const base = nthName(name, count);
  return {
    id: continueTake ?? base,
    dbId: 0,
    base,
    status: 'setup',
    hall,
    owner,
    ...(bookingId === undefined ? {} : { bookingId }),
    metadata,
    startedAtMs,
    ...(endsAtMs === undefined ? {} : { endsAtMs: Math.round(endsAtMs) }),
    parts: [],
    chapters: [],
    thumbnails: [],
    breaks: [],
    revision: 0,
  };
}
