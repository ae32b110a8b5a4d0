import type { DeviceState, MovablePort, Wanted } from '#agent/device/state.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { ErrorCode } from '#lib/sis/errors.ts';
import type { World } from '#lib/sis/handlers.ts';
import type { Personality } from '#lib/sis/personality.ts';
import type { Access } from '../session/line-session.ts';
import type { Sensors } from './sensors.ts';

/** A channel of the box. */
export type Channel = keyof Wanted['routing'];

/** The present values of machine and services. */
export interface BoxFacts {
  nowMs: number;
  /** IANA zone of the configuration, or of the machine. */
  timeZone: string;
  /** Version of Amphi. */
  version: string;
  memory: { usedBytes: number; totalKb: number };
  cpuPercent: number;
  ethernet: { link: 'up' | 'down'; mbps: number; duplex: 'full' | 'half' };
  /** Hardware address as `00-05-A6-11-22-33`. */
  mac: string;
  serial: string;
  network: { address: string; mask: string; prefix: number; gateway: string; dns: string; dhcp: boolean };
  /** All addresses of the machine. */
  addresses: readonly { address: string; mask: string; prefix: number }[];
  /** Addresses that the box listens on; empty if on all. */
  listens: readonly string[];
  celsius: number;
  sensors: Sensors;
  /** Number of open sessions. */
  sessions: number;
  hasPassword: Record<Access, boolean>;
  /** Ports of the services; 0 is off. */
  ports: Record<MovablePort, number>;
  factoryLayouts: readonly Wanted['layout'][];
  /** The file of a picture that a layout names, perhaps without its extension; undefined if there is none. */
  overlayFile(name: string): string | undefined;
}

/**
 * Acts of the box that commands can cause, besides requests to the device. A failure is an error code; bad input never
 * rejects.
 */
export interface BoxActions {
  /** Sets a password; null removes it. */
  setPassword(account: Access, password: string | null): Promise<ErrorCode | undefined>;
  /** Moves a service to a port; undefined switches it off. */
  movePort(service: MovablePort, port: number | undefined): Promise<ErrorCode | undefined>;
  /** Deletes a recording, by its number (SMP 351 `db_id`) or its id. */
  deleteRecording(recording: string): Promise<ErrorCode | undefined>;
  hasOverlay(file: string): Promise<boolean>;
  clearAlarms(): Promise<ErrorCode | undefined>;
  /** Starts reading all calendars anew, without waiting for the end. */
  syncSchedule(): Promise<ErrorCode | undefined>;
  /** Removes the coming events that were entered on the box. */
  clearSchedule(): Promise<ErrorCode | undefined>;
  saveConfig(file: 'ip.cfg' | 'box.cfg'): Promise<ErrorCode | undefined>;
  restoreConfig(file: 'ip.cfg' | 'box.cfg'): Promise<ErrorCode | undefined>;
  /** Resets the settings, and deletes each of these that is true: recordings, files, passwords. */
  reset(what: { recordings: boolean; files: boolean; passwords: boolean }): Promise<ErrorCode | undefined>;
  /** Restarts the box or its services, after a moment in which the answer is sent. */
  restart(what: 'unit' | 'network'): Promise<ErrorCode | undefined>;
}

type Wish = { [Name in RequestName]: { name: Name; params: Params<Name> } }[RequestName];

/**
 * An effect of a command: a request to the device, or an act of the box. A command's effects are carried out in order,
 * up to the first refusal.
 */
export type BoxEvent = Wish | { act: (box: BoxActions) => Promise<ErrorCode | undefined> };

/** All facts that handlers can read. */
export interface View {
  device: DeviceState;
  facts: BoxFacts;
  personality: Personality;
}

/** Types of this program for the handlers of `lib/sis`. */
export interface SisWorld extends World {
  state: View;
  session: { id: string; access: Access };
  event: BoxEvent;
}

/** The effect that makes a request to the device. */
export const wish = <Name extends RequestName>(name: Name, params: Params<Name>): BoxEvent =>
  ({ name, params }) as BoxEvent;

/** The result of a change whose reply has only the command's own values. */
export const done = (state: View, ...events: BoxEvent[]) => ({ state, events });

/** The result of a change whose reply has other or further values. */
export const told = <Reply extends object>(state: View, reply: Reply, ...events: BoxEvent[]) => ({
  state,
  events,
  reply,
});
