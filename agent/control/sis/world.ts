import type { DeviceState, MovablePort, Wanted } from '#agent/device/state.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { ErrorCode } from '#lib/sis/errors.ts';
import type { World } from '#lib/sis/handlers.ts';
import type { Personality } from '#lib/sis/personality.ts';
import type { Access } from '../session/line-session.ts';
import type { Sensors } from './sensors.ts';

export type Channel = keyof Wanted['routing'];

/** What is so of the machine and of the services, at one moment. */
export interface BoxFacts {
  nowMs: number;
  /** IANA time zone of the configuration; the machine's where it has none. */
  timeZone: string;
  /** Of Amphi. */
  version: string;
  memory: { usedBytes: number; totalKb: number };
  cpuPercent: number;
  ethernet: { link: 'up' | 'down'; mbps: number; duplex: 'full' | 'half' };
  /** As `00-05-A6-11-22-33`. */
  mac: string;
  serial: string;
  network: { address: string; mask: string; prefix: number; gateway: string; dns: string; dhcp: boolean };
  celsius: number;
  sensors: Sensors;
  /** Sessions that are open. */
  sessions: number;
  hasPassword: Record<Access, boolean>;
  /** Where services listen; 0: they do not. */
  ports: Record<MovablePort, number>;
  factoryLayouts: readonly Wanted['layout'][];
}

/** What a command may do beside asking the device. Each says with a code why not; nothing here rejects for bad input. */
export interface BoxActions {
  /** Null clears. */
  setPassword(account: Access, password: string | null): Promise<ErrorCode | undefined>;
  /** Undefined: off. */
  movePort(service: MovablePort, port: number | undefined): Promise<ErrorCode | undefined>;
  /** By its number for protocols, or by its id. */
  deleteRecording(recording: string): Promise<ErrorCode | undefined>;
  hasOverlay(file: string): Promise<boolean>;
  clearAlarms(): Promise<ErrorCode | undefined>;
  /** Asks all calendars; nobody waits for them. */
  syncSchedule(): Promise<ErrorCode | undefined>;
  /** Drops what was entered on the box and is still to come. */
  clearSchedule(): Promise<ErrorCode | undefined>;
  saveConfig(file: 'ip.cfg' | 'box.cfg'): Promise<ErrorCode | undefined>;
  restoreConfig(file: 'ip.cfg' | 'box.cfg'): Promise<ErrorCode | undefined>;
  /** Settings as on the first day, and what else goes: recordings, files, passwords. */
  reset(what: { recordings: boolean; files: boolean; passwords: boolean }): Promise<ErrorCode | undefined>;
  /** Soon, so that the answer still goes out. */
  restart(what: 'unit' | 'network'): Promise<ErrorCode | undefined>;
}

type Wish = { [Name in RequestName]: { name: Name; params: Params<Name> } }[RequestName];

/** What a command makes happen: a request to the device, or an act of the box. They are done in order, up to a refusal. */
export type BoxEvent = Wish | { act: (box: BoxActions) => Promise<ErrorCode | undefined> };

/** All that handlers look at. */
export interface View {
  device: DeviceState;
  facts: BoxFacts;
  personality: Personality;
}

export interface SisWorld extends World {
  state: View;
  session: { id: string; access: Access };
  event: BoxEvent;
}

export const wish = <Name extends RequestName>(name: Name, params: Params<Name>): BoxEvent =>
  ({ name, params }) as BoxEvent;

/** A change that the command itself says all of. */
export const done = (state: View, ...events: BoxEvent[]) => ({ state, events });

/** A change whose reply says more than the command did, or corrects it. */
export const told = <Reply extends object>(state: View, reply: Reply, ...events: BoxEvent[]) => ({
  state,
  events,
  reply,
});
