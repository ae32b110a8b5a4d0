import type { Config } from '#firmware-config/schema/config.ts';
import type { AlarmFact } from '#agent/device/observe.ts';
import type { DeviceEvent, Refusal, Request, Session } from '#agent/device/outcome.ts';
import type { Metadata, MovablePort, PushWanted, Seen, StreamName, StreamWanted } from '#agent/device/state.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { TimetableFacts } from '#agent/box/schedule/schedule.ts';
import type { LoggedStep } from '#agent/box/road/step-log.ts';
import type { Patch } from '#lib/runtime/patch.ts';
import type { EncoderFacts, FrameMoment, PictureName } from '#agent/web/views/sources.ts';
import type { ScheduleView } from '#agent/device/schedule-view.ts';
import type { ScheduleEventInput, ScheduledFile, SchedulerServer } from '#agent/web/views/schedule-source.ts';

/** What stands between the core and its doors: calls by name, in both directions. Types alone. */

/** What made a change of the state, for those who listen to changes. */
export interface News {
  events: readonly DeviceEvent[];
  request?: Request;
}

/** Everything a door is told before it begins. */
export interface Beginning {
  config: Config;
  version: string;
  /** The box began then; a door may have begun later, and again. */
  startedAtMs: number;
  ffmpeg: string;
}

export type BeginCalls = {
  /** From now on the door is told what it listens to. */
  begin(): Beginning;
  alarm(fact: AlarmFact): void;
};

export type StateCalls = {
  /** From now on the state is told: first whole, then what changes. */
  listen(): void;
  request(name: string, params: unknown, session: Session): { events: readonly DeviceEvent[]; refusal?: Refusal };
};

export type StateTold = {
  state(patch: Patch | undefined, news: News): void;
};

export type PacketCalls = {
  /** The packets of a stream are told from the last key picture on, or no longer. */
  watch(stream: StreamName, on: boolean): void;
};

/** Facts of a packet. Its bytes follow: those of its transport stream, then so many units. */
export interface PacketFacts {
  track: 'video' | 'audio';
  ptsTicks: number;
  dtsTicks: number;
  key: boolean;
  units: number;
}

/** Stream parameters without their bytes: sps and pps, and the sound's configuration, follow where there is that track. */
export interface ParameterFacts {
  video?: { widthPx: number; heightPx: number };
  audio?: { sampleRateHz: number; channels: number };
}

export type PacketsTold = {
  parameters(stream: StreamName, facts: ParameterFacts, ...bytes: Buffer[]): void;
  packets(stream: StreamName, facts: PacketFacts[], ...bytes: Buffer[]): void;
  /** Packets are missing before the next one. */
  cut(stream: StreamName, reason: string): void;
};

export type RecordingCalls = {
  describe(id: string, change: Partial<Metadata>): { found: boolean; refusal?: string };
  remove(id: string): { found: boolean; refusal?: string };
};

export type RecordingsTold = {
  recordings(changed: Recording[], gone: string[], isAll: boolean): void;
};

export type ScheduleCalls = {
  timetable(): TimetableFacts;
  scheduleView(): ScheduleView;
  scheduleRefresh(): void;
  scheduleAdd(event: ScheduleEventInput): string;
  scheduleChange(id: string, event: Partial<ScheduleEventInput>): boolean;
  scheduleRemove(id: string): boolean;
  scheduleSend(recording: string): boolean;
  scheduleCheck(other?: SchedulerServer): { what: string; ok: boolean; text: string }[] | undefined;
  pickup(ticket: string, name: string): Omit<ScheduledFile, 'given'> | undefined;
  pickupGiven(ticket: string, name: string, span: readonly [first: number, last: number]): void;
};

export type StepCalls = {
  /** What the box did last, and why. */
  steps(): readonly LoggedStep[];
};

export type PictureCalls = {
  snapshot(of: PictureName, widthPx: number): Buffer;
  now(): FrameMoment;
};

export type EncodersTold = {
  encoders(facts: Partial<Record<StreamName, EncoderFacts>>): void;
};

/** Where the services of the control door listen; 0: nowhere. */
export type ControlPorts = Record<MovablePort | 'sftp' | 'ftp', number>;

/** What a person is told when the box is reached for the first time. */
export interface ControlIntroduction {
  ports: ControlPorts;
  isOpen: boolean;
  firstPassword?: string;
  needsNoPassword: boolean;
}

export type BoxCalls = {
  ports(ports: Readonly<Record<string, number>>): void;
  introduce(introduction: ControlIntroduction): void;
  overlaysChanged(): void;
  restart(): void;
  /** Where RTSP listens. */
  rtspPort(): number;
};

/** What the control door (control and web) may ask of the core, and what it is told. */
export type ControlCalls = BeginCalls &
  StateCalls &
  PacketCalls &
  RecordingCalls &
  ScheduleCalls &
  StepCalls &
  PictureCalls &
  BoxCalls;
export type ControlTold = StateTold & PacketsTold & RecordingsTold & EncodersTold;

/** What the streams (RTSP and pushes) may ask of the core, and what they are told. */
export type StreamsCalls = BeginCalls &
  PacketCalls & {
    rtspPort(port: number): void;
    players(counts: Record<StreamName, number>): void;
    pushSeen(id: PushWanted['id'], seen: Seen['pushes'][string] | undefined): void;
  };
export type StreamsTold = PacketsTold & {
  outputs(streams: Record<StreamName, StreamWanted>, pushes: readonly PushWanted[]): void;
};
