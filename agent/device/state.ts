import type { InputNumber } from '#firmware-config/schema/device/inputs.ts';
import type { Settings } from '#firmware-config/schema/device/settings.ts';
import type { StreamName } from '#firmware-config/schema/device/streams.ts';
import type { Metadata } from '#firmware-config/schema/device/metadata.ts';
import type { Channel } from '#lib/media/layout.ts';

export type { MovablePort, SisWanted } from '#firmware-config/schema/device/control.ts';
export type { EncoderSettings, EncoderWanted } from '#firmware-config/schema/device/encoders.ts';
export type { InputNumber, InputWanted, Picture, PictureSettings } from '#firmware-config/schema/device/inputs.ts';
export type { InputSource } from '#firmware-config/schema/device/sources.ts';
export type { Metadata } from '#firmware-config/schema/device/metadata.ts';
export type { Presets } from '#firmware-config/schema/device/presets.ts';
export type { SavedLayout } from '#firmware-config/schema/device/settings.ts';
export type { PushWanted, StreamName, StreamWanted } from '#firmware-config/schema/device/streams.ts';

/** All inputs. */
export const INPUTS: readonly InputNumber[] = [1, 2, 3, 4, 5];
/** The channel that an input feeds. */
export const channelOf = (input: InputNumber): Channel => (input <= 2 ? 'A' : 'B');

/** What was asked for. It is saved, and changed by requests alone. */
export type Wanted = Settings & { recording: RecordingWanted };

/** The recording as it is wanted. */
export interface RecordingWanted {
  state: 'stopped' | 'recording' | 'paused';
  /** Id of the take; after a restart the same one goes on. */
  take?: string;
  bookingId?: string;
  startedAtMs?: number;
  /** Planned end; an extension moves it. */
  endsAtMs?: number;
  /** Whether the timetable started it, and will end it. */
  timetable?: boolean;
  /** Destination, if it is usable. */
  destination?: string;
  /** Metadata of its own, beside those of the hall: set since the last recording ended; whole from the start on. */
  metadata?: Partial<Metadata>;
  /** Name of the system that controllers gave it, in the place of the hall's. */
  systemName?: string;
}

/** An input as it is. */
export interface InputSeen {
  status: 'off' | 'connecting' | 'live' | 'lost';
  sinceMs: number;
  widthPx?: number;
  heightPx?: number;
  fps?: number;
  codec?: string;
  audio?: { codec: string; sampleRateHz: number; channels: number };
  /** Reason for a missing signal, in words. */
  error?: string;
  reconnects: number;
}

/** Name of an alarm. */
export type AlarmName =
  | 'video_loss'
  | 'audio_loss'
  | 'disk_space'
  | 'disk_error'
  | 'record_halt'
  | 'encoder'
  | 'cpu_usage'
  | 'overlay'
  | 'settings'
  | 'control'
  | 'auth_failures'
  | 'publish_failure'
  | 'sched_server'
  | 'schedule'
  | 'fault';

/** An alarm. */
export interface Alarm {
  name: AlarmName;
  /** Subject of the alarm: `A`, `push/youtube`, a folder. */
  about: string;
  level: 'info' | 'warning' | 'critical' | 'emergency';
  text: string;
  sinceMs: number;
}

/** What was observed. It is never saved, and changed by facts alone. */
export interface Seen {
  inputs: Record<InputNumber, InputSeen>;
  recording: RecordingSeen;
  streams: Record<StreamName, { players: number; kbps: number; encoder: string }>;
  pushes: Record<string, { status: 'off' | 'connecting' | 'connected' | 'waiting'; error?: string; sinceMs: number }>;
  meters: Record<Channel | 'output', { leftDb: number; rightDb: number }>;
  disk: {
    destination: string;
    folder: string;
    freeBytes: number;
    totalBytes: number;
    usable: boolean;
  }[];
  frames: { composed: number; late: number; dropped: number };
  /** Grows whenever a recording was added, changed or removed. */
  recordingsRevision: number;
  alarms: Alarm[];
}

/** The recording as it is. */
export interface RecordingSeen {
  state: 'stopped' | 'setup' | 'recording' | 'paused' | 'finalizing';
  take?: string;
  /** Name of its folder. */
  base?: string;
  file?: string;
  elapsedMs: number;
  bytes: number;
  destination?: string;
}

/** The state of a box. */
export interface DeviceState {
  wanted: Wanted;
  seen: Seen;
}
