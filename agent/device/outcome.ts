import type { Layout } from '#lib/media/layout.ts';
import type { Params, RequestName } from './requests.ts';
import type { DeviceState, Wanted } from './state.ts';

/** Who asks. */
export interface Session {
  id: string;
  via: 'telnet' | 'ssh' | 'serial' | 'http' | 'schedule' | 'panel' | 'boot';
  access: 'user' | 'admin';
}

export interface Request<Name extends RequestName = RequestName> {
  name: Name;
  params: Params<Name>;
  session: Session;
}

/** Extron's error replies (SMP 351 guide): E13 bad value, E14 not valid for this configuration, E22 busy, E24 no right to, E28 not found. */
export type ErrorCode = 'E10' | 'E12' | 'E13' | 'E14' | 'E17' | 'E18' | 'E22' | 'E24' | 'E25' | 'E26' | 'E28';

/** A request that is not done, as a value: what was wrong, and what would be right. */
export interface Refusal {
  code: ErrorCode;
  text: string;
}

/** What happens once, beside the state that stays. */
export type DeviceEvent = { event: 'mark'; title?: string };

export type Outcome =
  | { state: DeviceState; events: readonly DeviceEvent[]; refusal?: undefined }
  | { state: DeviceState; events: readonly []; refusal: Refusal };

/** What a handler may know besides the state. */
export interface Surroundings {
  nowMs: number;
  /** A new name for a take. */
  newId: () => string;
  factoryLayouts: readonly Layout[];
}

/** What a handler gives: what is wanted from now on, or why not. */
export type Answer = { wanted: Wanted; events?: readonly DeviceEvent[] } | Refusal;

export type Handler<Name extends RequestName> = (
  state: DeviceState,
  params: Params<Name>,
  around: Surroundings,
) => Answer;
export type Handlers<Names extends RequestName> = { [Name in Names]: Handler<Name> };

export const refuse = (code: ErrorCode, text: string): Refusal => ({ code, text });
