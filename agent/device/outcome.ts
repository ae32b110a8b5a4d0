import type { Layout } from '#lib/media/layout.ts';
import type { Params, RequestName } from './requests.ts';
import type { DeviceState, Wanted } from './state.ts';

/** The client that makes a request, and its rights. */
export interface Session {
  id: string;
  via: 'telnet' | 'ssh' | 'serial' | 'http' | 'schedule' | 'panel' | 'boot';
  access: 'user' | 'admin';
}

/** A request with its parameters and the session that makes it. */
export interface Request<Name extends RequestName = RequestName> {
  name: Name;
  params: Params<Name>;
  session: Session;
}

/**
 * Error codes of the SMP 351 (facts/smp351 1.9). Here: E13 wrong value, E14 not valid for this configuration, E22 busy,
 * E24 no permission, E28 not found.
 */
export type ErrorCode = 'E10' | 'E12' | 'E13' | 'E14' | 'E17' | 'E18' | 'E22' | 'E24' | 'E25' | 'E26' | 'E28';

/** A refused request: what was wrong, and what would be right. A value, never an exception. */
export interface Refusal {
  code: ErrorCode;
  text: string;
}

/** An event that does not change the state: a chapter mark. */
export type DeviceEvent = { event: 'mark'; title?: string };

/** The result of a request. */
export type Outcome =
  | { state: DeviceState; events: readonly DeviceEvent[]; refusal?: undefined }
  | { state: DeviceState; events: readonly []; refusal: Refusal };

/** What a handler can use besides the state. */
export interface Surroundings {
  nowMs: number;
  /** Gives a new id for a take. */
  newId: () => string;
  factoryLayouts: readonly Layout[];
}

/** The result of a handler: the new wanted state, or a refusal. */
export type Answer = { wanted: Wanted; events?: readonly DeviceEvent[] } | Refusal;

/** Handles a request. */
export type Handler<Name extends RequestName> = (
  state: DeviceState,
  params: Params<Name>,
  around: Surroundings,
) => Answer;
/** A handler for each request. */
export type Handlers<Names extends RequestName> = { [Name in Names]: Handler<Name> };

/** Makes a refusal. */
export const refuse = (code: ErrorCode, text: string): Refusal => ({ code, text });
