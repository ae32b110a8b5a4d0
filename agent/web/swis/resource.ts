import type { z } from 'zod';
import { refuse, type Refusal } from '#agent/device/outcome.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { DeviceState } from '#agent/device/state.ts';
import type { Personality } from '#lib/sis/personality.ts';
import type { Role } from '../access/roles.ts';
import type { RecordingEntry, ScheduledEvent, ScheduleShelf, WebMachine } from '../views/sources.ts';
import type { ServerAddress } from './server-addresses.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** All that resources look at. */
export interface SwisView {
  state: DeviceState;
  role: Role;
  machine: WebMachine;
  personality: Personality;
  /** As configured; a controller may have chosen another (`zone` of the state). */
  timeZone: string;
  nowMs: number;
  recordings: () => readonly RecordingEntry[];
  schedule: { events(): readonly ScheduledEvent[]; services: ScheduleShelf['services'] } | undefined;
  /** Where a URL leads; undefined until it is known. */
  addressOf(url: string): ServerAddress | undefined;
}

/** The number in the path that was asked for, and what stood behind its `?`. */
export interface At {
  number: number;
  query: URLSearchParams;
}

/** A request to the device. */
export type Wish = { [Name in RequestName]: readonly [name: Name, params: Params<Name>] }[RequestName];
export const wish = <Name extends RequestName>(name: Name, params: Params<Name>): Wish => [name, params] as Wish;

export interface Setting<Value extends z.ZodType = z.ZodType> {
  access: 'user' | 'admin';
  value: Value;
  /** What is asked of the device, in this order up to a refusal. */
  wishes(view: SwisView, value: z.output<Value>, at: At): readonly Wish[] | Refusal;
  /** The answer, where it is not what can be read there afterwards. */
  told?(value: z.output<Value>): Json;
  example: z.input<Value>;
}

/** One row of the resource tree (facts 3). Parts of an object or a list are reached by their names below its path. */
export interface Resource<Value extends z.ZodType = z.ZodType> {
  /** With `{n}` where a number stands. */
  path: string;
  /** Which numbers. */
  numbers?: readonly number[];
  about: string;
  /** acts: Amphi does it; kept: it keeps and tells the value; not applicable: there is no such hardware. */
  effect: 'acts' | 'kept' | 'not applicable';
  source: string;
  /** A: several clients agree; B: one client; C: inferred. */
  confidence: 'A' | 'B' | 'C';
  get(view: SwisView, at: At): Json | Refusal;
  set?: Setting<Value>;
  example: Json;
}

/** Checks a row as it is written; rows of many shapes then stand in one list. */
export const resource = <Value extends z.ZodType>(row: Resource<Value>): Resource => row;

export const isRefusal = (value: Json | readonly Wish[] | Refusal): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value && 'text' in value && Object.keys(value).length === 2;

export { refuse, type Refusal };
