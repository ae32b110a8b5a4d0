import type { Recording, RecordingPart, Thumbnail } from '#agent/device/recording.ts';
import type { DeviceState as BoxState, InputNumber, Metadata, RecordingSeen, Wanted } from '#agent/device/state.ts';
import type { Sentence } from '#lib/sentences/sentence.ts';

/** Answers of the API, as far as the pages read them. Secrets in `wanted` are `***`. */

export type { InputNumber, InputSource, Metadata, StreamName, Wanted } from '#agent/device/state.ts';
export type { RecordingStatus } from '#agent/device/recording.ts';
type BoxSeen = BoxState['seen'];
type Said<Carrier> = Carrier & { said?: Sentence };
export type InputSeen = Said<BoxSeen['inputs'][1]>;
export type Alarm = Said<BoxSeen['alarms'][number]>;
/** The seen state, with the sentences of what went wrong. */
export interface Seen extends Omit<BoxSeen, 'inputs' | 'pushes' | 'alarms'> {
  inputs: Record<InputNumber, InputSeen>;
  pushes: Record<string, Said<BoxSeen['pushes'][string]>>;
  alarms: readonly Alarm[];
}
export interface DeviceState {
  wanted: Wanted;
  seen: Seen;
}
export type Meters = Seen['meters'];
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

export interface LayoutPreset extends Layout {
  number: number;
  source: 'factory' | 'user';
  routing?: Record<Channel, InputNumber>;
}

/** The session of the user: `GET /session`. */
export interface SessionNow {
  /** The rights that the box gives the asker. */
  access: 'admin' | 'user';
  role: 'lectern' | 'user' | 'admin';
  by: 'open' | 'token' | 'password' | 'session';
  open: boolean;
}

type PartEntry = Pick<RecordingPart, 'number' | 'name' | 'state' | 'destination' | 'durationMs' | 'bytes'>;

/** A recording that was made: `GET /recordings`. */
export interface RecordingEntry extends Pick<
  Recording,
  | 'id'
  | 'base'
  | 'status'
  | 'hall'
  | 'owner'
  | 'bookingId'
  | 'metadata'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'chapters'
  | 'deliveredAtMs'
> {
  breaks: Said<Recording['breaks'][number]>[];
  durationMs: number;
  bytes: number;
  parts: PartEntry[];
  /** Channel B, in dual mode. */
  second?: { parts: PartEntry[]; chapters: Recording['chapters']; breaks: Said<Recording['breaks'][number]>[] };
  thumbnails: (Omit<Thumbnail, 'folder'> & { href: string })[];
}

/** A recording with its files: `GET /recordings/{id}`. */
export interface RecordingWhole extends RecordingEntry {
  files: { name: string; size: number; mime: string; writing: boolean; href: string }[];
}
