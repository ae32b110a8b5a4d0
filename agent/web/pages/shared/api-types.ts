import type { DeviceState, InputNumber, InputSeen, Metadata, RecordingSeen, Wanted } from '#agent/device/state.ts';

/** What the API answers, as far as the pages read it. Secrets in `wanted` are `***`. */

export type { DeviceState, InputNumber, InputSeen, InputSource, Metadata, Wanted } from '#agent/device/state.ts';
export type Seen = DeviceState['seen'];
export type Alarm = Seen['alarms'][number];
export type Meters = Seen['meters'];
export type StreamName = 'archive' | 'confidence';
export type Channel = 'A' | 'B';
export type Layout = Wanted['layout'];
export type LayoutWindow = Layout['windows'][number];
export type Overlay = Layout['overlays'][number];
export type Rect = LayoutWindow['rect'];

/** The recording that runs: `GET /recording`. */
export interface RecordingNow {
  state: RecordingSeen['state'];
  wanted: 'stopped' | 'recording' | 'paused';
  take?: string;
  bookingId?: string;
  startedAtMs?: number;
  endsAtMs?: number;
  file?: string;
  destination?: string;
  elapsedMs: number;
  bytes: number;
  metadata: Metadata;
}

export type Disk = Seen['disk'][number] & { hoursLeft: number };

export interface InputNow {
  number: InputNumber;
  channel: Channel;
  selected: boolean;
  wanted: Wanted['inputs'][1];
  seen: InputSeen;
}

export interface LayoutPreset extends Layout {
  number: number;
  source: 'factory' | 'user';
  routing?: Record<Channel, InputNumber>;
}

/** Who asks: `GET /session`. */
export interface SessionNow {
  /** As whom the box takes the asker. */
  access: 'admin' | 'user';
  role: 'lectern' | 'user' | 'admin';
  by: 'open' | 'token' | 'password' | 'session';
  open: boolean;
}

export type RecordingStatus = 'setup' | 'recording' | 'paused' | 'finalizing' | 'finished' | 'partial' | 'failed';

/** A recording that was made: `GET /recordings`. */
export interface RecordingEntry {
  id: string;
  base: string;
  status: RecordingStatus;
  hall: string;
  owner: string;
  bookingId?: string;
  metadata: Metadata;
  startedAtMs: number;
  endedAtMs?: number;
  durationMs: number;
  bytes: number;
  parts: { number: number; name: string; state: string; destination: string; durationMs: number; bytes: number }[];
  chapters: { part: number; offsetMs: number; title: string; kind: 'mark' | 'resume' }[];
  thumbnails: { offsetMs: number; name: string; title: string; href: string }[];
  breaks: { atMs: number; reason: string }[];
  deliveredAtMs?: number;
}

/** `GET /recordings/{id}` */
export interface RecordingWhole extends RecordingEntry {
  files: { name: string; size: number; mime: string; writing: boolean; href: string }[];
}
