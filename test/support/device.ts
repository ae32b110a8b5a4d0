import { apply } from '#agent/device/apply.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { Outcome, Session, Surroundings } from '#agent/device/outcome.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';

export const ADMIN: Session = { id: 'test', via: 'http', access: 'admin' };
export const USER: Session = { id: 'test', via: 'http', access: 'user' };
export const NOW_MS = Date.UTC(2026, 10, 20, 8);
export const AROUND: Surroundings = { nowMs: NOW_MS, newId: () => 'take-1', factoryLayouts };

/** The value, made unchangeable with all its parts. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

export const factoryState = (): DeviceState => frozen(initialState(factoryWanted(factoryLayouts)));

/** Sends a request to a frozen state; the result is frozen too. */
export function ask<Name extends RequestName>(
  state: DeviceState,
  name: Name,
  params: Params<Name>,
  session = ADMIN,
  around = AROUND,
): Outcome {
  return frozen(apply(frozen(state), { name, params: frozen(params), session }, around));
}

/** The state after a request; fails if it is refused. */
export function after<Name extends RequestName>(state: DeviceState, name: Name, params: Params<Name>): DeviceState {
  const { state: next, refusal } = ask(state, name, params);
  if (refusal) throw new Error(`${name} was refused: ${refusal.code} ${refusal.text}`);
  return next;
}
