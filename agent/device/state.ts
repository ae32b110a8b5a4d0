import type { InputNumber } from '#firmware-config/schema/device/inputs.ts';
import type { Settings } from '#firmware-config/schema/device/settings.ts';
import type { Channel } from '#lib/media/layout.ts';

export type { MovablePort, SisWanted } from '#firmware-config/schema/device/control.ts';
export type { EncoderSettings, EncoderWanted } from '#firmware-config/schema/device/encoders.ts';
export type { InputNumber, InputWanted, Picture, PictureSettings } from '#firmware-config/schema/device/inputs.ts';
export type { InputSource } from '#firmware-config/schema/device/sources.ts';
export type { Metadata } from '#firmware-config/schema/device/metadata.ts';
export type { Presets } from '#firmware-config/schema/device/presets.ts';
export type { SavedLayout } from '#firmware-config/schema/device/settings.ts';
export type { PushWanted, StreamWanted } from '#firmware-config/schema/device/streams.ts';

export const INPUTS: readonly InputNumber[] = [1, 2, 3, 4, 5];
export const channelOf = (input: InputNumber): Channel => (input <= 2 ? 'A' : 'B');

/** What somebody asked for. Saved; written by requests alone. */
export type Wanted = Settings & { recording: RecordingWanted };

export interface RecordingWanted {
  state: 'stopped' | 'recording' | 'paused';
  /** The take: a restart goes on with the same one. */
  take?: string;
  bookingId?: string;
  startedAtMs?: number;
  /** When it ends by itself; extension moves it. */
  endsAtMs?: number;
  /** The timetable began it, and ends it. */
  timetable?: boolean;
  /** Where it is to go, if that can be used. */
  destination?: string;
}

export interface InputSeen {
  status: 'off' | 'connecting' | 'live' | 'lost';
  sinceMs: number;
  widthPx?: number;
  heightPx?: number;
  fps?: number;
  codec?: string;
  audio?: { codec: string; sampleRateHz: number; channels: number };
  /** Why there is no signal, in words. */
  error?: string;
  reconnects: number;
}

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

export interface Alarm {
  name: AlarmName;
  /** What it is about: `A`, `push/youtube`, a folder. */
  about: string;
  level: 'info' | 'warning' | 'critical' | 'emergency';
  text: string;
  sinceMs: number;
}

/** What is so. Never saved; written by facts alone. */
export interface Seen {
  inputs: Record<InputNumber, InputSeen>;
  recording: RecordingSeen;
  streams: Record<'archive' | 'confidence', { players: number; kbps: number; encoder: string }>;
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
  /** Goes up whenever a recording came, changed or went. */
  recordingsRevision: number;
  alarms: Alarm[];
}

export interface RecordingSeen {
  state: 'stopped' | 'setup' | 'recording' | 'paused' | 'finalizing';
  take?: string;
  file?: string;
  elapsedMs: number;
  bytes: number;
  destination?: string;
}

export interface DeviceState {
  wanted: Wanted;
  seen: Seen;
}
