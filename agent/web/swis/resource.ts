import type { z } from 'zod';
import { refuse, type Refusal } from '#agent/device/outcome.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { DeviceState } from '#agent/device/state.ts';
import type { Personality } from '#lib/sis/personality.ts';
import type { Role } from '../access/roles.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { ScheduledEvent, ScheduledEventSource, WebMachine } from '../views/sources.ts';
import type { ServerAddress } from './server-addresses.ts';

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The values that resources read. */
export interface SwisView {
  state: DeviceState;
  role: Role;
  machine: WebMachine;
  personality: Personality;
  /** Time zone of the configuration; a controller may have set another one (`zone` of the state). */
  timeZone: string;
  nowMs: number;
  recordings: () => readonly Recording[];
  schedule: { events(): readonly ScheduledEvent[]; services: ScheduledEventSource['services'] } | undefined;
  /** The address of a URL's host; undefined until it is known. */
  addressOf(url: string): ServerAddress | undefined;
}

/** The numbers in the path that was asked for, and its query. */
export interface At {
  number: number;
  query: URLSearchParams;
}

/** A request to the device. */
export type Wish = { [Name in RequestName]: readonly [name: Name, params: Params<Name>] }[RequestName];
/** Makes a request to the device. */
export const wish = <Name extends RequestName>(name: Name, params: Params<Name>): Wish => [name, params] as Wish;

/** How a resource is set. */
export interface Setting<Value extends z.ZodType = z.ZodType> {
  access: 'user' | 'admin';
  value: Value;
  /** The requests to the device, made in order up to a refusal. */
  wishes(view: SwisView, value: z.output<Value>, at: At): readonly Wish[] | Refusal;
  /** The answer, if it is not the value that can be read afterwards. */
  told?(value: z.output<Value>): Json;
  example: z.input<Value>;
}

/**
 * One row of the resource tree (facts/smp351 3). Parts of an object or list are reached by their names below its path.
 */
export interface Resource<Value extends z.ZodType = z.ZodType> {
  /** Path, with `{n}` for a number. */
  path: string;
  /** The numbers that exist. */
  numbers?: readonly number[];
  about: string;
  /**
   * `acts`: Amphi does it. `kept`: Amphi keeps the value and tells it. `not applicable`: Amphi has no such hardware.
   */
  effect: 'acts' | 'kept' | 'not applicable';
  source: string;
  /** Confidence in the row: A several clients agree, B one client, C inferred. */
  confidence: 'A' | 'B' | 'C';
  get(view: SwisView, at: At): Json | Refusal;
  set?: Setting<Value>;
  example: Json;
}

/** Checks the types of a row; then rows of different shapes can be in one list. */
export const resource = <Value extends z.ZodType>(row: Resource<Value>): Resource => row;

/** Whether a value is a refusal. */
export const isRefusal = (value: Json | readonly Wish[] | Refusal): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value && 'text' in value && Object.keys(value).length === 2;

export { refuse, type Refusal };
