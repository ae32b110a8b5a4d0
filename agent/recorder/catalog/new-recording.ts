import type { Metadata } from '#agent/device/state.ts';
import { baseName, nthName } from './file-name.ts';
import type { Recording } from '#agent/device/recording.ts';
import { EMPTY_METADATA } from './recording.ts';
import type { RecorderSettings } from '../settings.ts';

/** A request for a recording. */
export interface RecordingRequest {
  metadata?: Partial<Metadata>;
  bookingId?: string;
  /** System name that a controller gave the recording. */
  systemName?: string;
  owner?: string;
  /** Language of the chapters that the box names itself. */
  locale?: 'fr' | 'en';
  /** Time that stands in the recording's name; undefined: now. */
  startedAtMs?: number;
  /** Planned end in milliseconds since 1970. The time until then is measured on the monotonic clock. */
  endsAtMs?: number;
  /** Destination to use, if it is usable. */
  destination?: string;
  /** Whether channel B is recorded too, as a second stream. */
  withSecond?: boolean;
  /** Whether channel B is recorded alone, as the only stream. */
  withoutFirst?: boolean;
  /** Id of an interrupted recording, which the new one continues as its next part. */
  continueTake?: string;
}

/** The facts of a recording that begins now, with a name that no other recording has. */
export function newRecording(
  request: RecordingRequest,
  nowMs: number,
  settings: RecorderSettings,
  isTaken: (base: string) => boolean,
): Recording {
  const { bookingId, continueTake, endsAtMs, locale, owner = '', startedAtMs = nowMs, systemName } = request;
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
    ...(systemName === undefined ? {} : { systemName }),
    ...(locale === undefined ? {} : { locale }),
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
