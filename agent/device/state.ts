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

/** The settings and the recording that were asked for. Saved on disk; changed by requests alone. */
export type Wanted = Settings & { recording: RecordingWanted };

/** The recording as it is wanted. */
export interface RecordingWanted {
  state: 'stopped' | 'recording' | 'paused';
  /** Id of the take; the same take goes on after a restart. */
  take?: string;
  bookingId?: string;
  startedAtMs?: number;
  /** Planned end; an extension moves it. Undefined: the recording goes on until it is stopped. */
  endsAtMs?: number;
  /** Whether the timetable started the recording, and will end it. */
  timetable?: boolean;
  /** Destination for the recording; if it cannot be used, another one is taken. */
  destination?: string;
  /**
   * Metadata of this recording alone, which replace those of the hall. Before the recording: those that were set for
   * it; from its start on: all of them.
   */
  metadata?: Partial<Metadata>;
  /** System name that a controller gave the recording; undefined: the hall's name is used. */
  systemName?: string;
}

/** The observed state of an input. */
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

/** Name of an alarm, which says what kind of trouble it is about. */
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

/** An alarm: something that a person should look at. */
export interface Alarm {
  name: AlarmName;
  /** Subject of the alarm: `A`, `push/youtube`, a folder. */
  about: string;
  level: 'info' | 'warning' | 'critical' | 'emergency';
  text: string;
  sinceMs: number;
}

/** The observed state. Never saved; changed by facts alone. */
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
  /** Number that grows whenever a recording was added, changed or removed. */
  recordingsRevision: number;
  alarms: Alarm[];
}

/** The observed state of the recording. */
export interface RecordingSeen {
  state: 'stopped' | 'setup' | 'recording' | 'paused' | 'finalizing';
  take?: string;
  /** Name of the recording's folder. */
  base?: string;
  file?: string;
  elapsedMs: number;
  bytes: number;
  destination?: string;
}

/** The state of a box: wanted and observed. */
export interface DeviceState {
  wanted: Wanted;
  seen: Seen;
}
