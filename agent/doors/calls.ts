import type { Config } from '#firmware-config/schema/config.ts';
import type { AlarmFact } from '#agent/device/observe.ts';
import type { DeviceEvent, Refusal, Request, Session } from '#agent/device/outcome.ts';
import type { Metadata, MovablePort, PushWanted, Seen, StreamName, StreamWanted } from '#agent/device/state.ts';
import type { RecordingTold } from '#agent/device/recording.ts';
import type { TimetableFacts } from '#agent/box/schedule/schedule.ts';
import type { LoggedStep } from '#agent/box/road/step-log.ts';
import type { Patch } from '#lib/runtime/patch.ts';
import type { EncoderFacts, FrameMoment, PictureName } from '#agent/web/views/sources.ts';
import type { ScheduleView } from '#agent/device/schedule-view.ts';
import type { ScheduleEventInput, ScheduledFile, SchedulerServer } from '#agent/web/views/schedule-source.ts';

/**
 * Types of the calls between the core and its doors, by name. A type `…Calls` has what a door may ask of the core; a
 * type `…Told` has what the core tells a door, without an answer.
 */

/** The cause of a change of the state, for those who listen to changes. */
export interface News {
  events: readonly DeviceEvent[];
  request?: Request;
}

/** Everything that a door must know before it starts its services. */
export interface Beginning {
  config: Config;
  version: string;
  /** Start of the box; the door may have started later, and more than once. */
  startedAtMs: number;
  ffmpeg: string;
}

export type BeginCalls = {
  /** Asks for the beginning. From then on the core tells the door what it listens to. */
  begin(): Beginning;
  alarm(fact: AlarmFact): void;
};

export type StateCalls = {
  /** Asks for the state. From then on it is told: first whole, then each change. */
  listen(): void;
  request(name: string, params: unknown, session: Session): { events: readonly DeviceEvent[]; refusal?: Refusal };
};

export type StateTold = {
  state(patch: Patch | undefined, news: News): void;
};

export type PacketCalls = {
  /** Asks for the packets of a stream, from the last key picture on; `on` false ends that. */
  watch(stream: StreamName, on: boolean): void;
};

/**
 * Facts of a packet. The call's buffers follow in this order: the packet's transport stream, then `units` access units.
 */
export interface PacketFacts {
  track: 'video' | 'audio';
  ptsTicks: number;
  dtsTicks: number;
  key: boolean;
  units: number;
}

/**
 * Stream parameters without their bytes. The call's buffers follow: sps and pps if there is video, the configuration if
 * there is audio.
 */
export interface ParameterFacts {
  video?: { widthPx: number; heightPx: number };
  audio?: { sampleRateHz: number; channels: number };
}

export type PacketsTold = {
  parameters(stream: StreamName, facts: ParameterFacts, ...bytes: Buffer[]): void;
  packets(stream: StreamName, facts: PacketFacts[], ...bytes: Buffer[]): void;
  /** Tells that packets before the next one are missing. */
  cut(stream: StreamName, reason: string): void;
};

export type RecordingCalls = {
  describe(id: string, change: Partial<Metadata>): { found: boolean; refusal?: string };
  remove(id: string): { found: boolean; refusal?: string };
};

export type RecordingsTold = {
  recordings(changed: RecordingTold[], gone: string[], isAll: boolean): void;
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
  /** The last steps of the box, with their reasons. */
  steps(): readonly LoggedStep[];
};

export type PictureCalls = {
  snapshot(of: PictureName, widthPx: number): Buffer;
  now(): FrameMoment;
};

export type EncodersTold = {
  encoders(facts: Partial<Record<StreamName, EncoderFacts>>): void;
};

/** Ports on which the services of the control door listen; 0: the service is off. */
export type ControlPorts = Record<MovablePort | 'sftp' | 'ftp', number>;

/**
 * Facts for the person who starts the box: ports, and how to log in. Told when the box can be reached for the first
 * time.
 */
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
  /** The port of RTSP, when it listens. */
  rtspPort(): number;
};

/** Calls that the control door (control and web) may make to the core; `ControlTold` is what the core tells it. */
export type ControlCalls = BeginCalls &
  StateCalls &
  PacketCalls &
  RecordingCalls &
  ScheduleCalls &
  StepCalls &
  PictureCalls &
  BoxCalls;
export type ControlTold = StateTold & PacketsTold & RecordingsTold & EncodersTold;

/** Calls that the streams door (RTSP and pushes) may make to the core; `StreamsTold` is what the core tells it. */
export type StreamsCalls = BeginCalls &
  PacketCalls & {
    rtspPort(port: number): void;
    players(counts: Record<StreamName, number>): void;
    pushSeen(id: PushWanted['id'], seen: Seen['pushes'][string] | undefined): void;
  };
export type StreamsTold = PacketsTold & {
  outputs(streams: Record<StreamName, StreamWanted>, pushes: readonly PushWanted[]): void;
};
