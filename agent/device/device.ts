import type { Layout } from '#lib/media/layout.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { apply } from './apply.ts';
import { observe, type Fact } from './observe.ts';
import type { DeviceEvent, Outcome, Request } from './outcome.ts';
import type { DeviceState } from './state.ts';

/** A change, as listeners get it: the state before and after it, and its cause. */
export interface Change {
  before: DeviceState;
  state: DeviceState;
  events: readonly DeviceEvent[];
  /** The request that caused it; else it was a fact. */
  request?: Request;
  fact?: Fact;
}

/** The live box: it has one state, and all changes come through it. */
export interface Device {
  state(): DeviceState;
  /** Carries out a request; when this returns, every listener was called. */
  request(request: Request): Outcome;
  observe(fact: Fact): void;
  /**
   * Calls the listener for each change; the result ends that. If a listener throws, this is logged and the others are
   * still called.
   */
  subscribe(listener: (change: Change) => void): () => void;
}

/** What a device needs. */
export interface DeviceSettings {
  initial: DeviceState;
  factoryLayouts: readonly Layout[];
  clock: Clock;
  newId: () => string;
  log: Log;
}

/** Opens a device with its first state. */
export function openDevice({ initial, factoryLayouts, clock, newId, log }: DeviceSettings): Device {
  const listeners = new Set<(change: Change) => void>();
  let state = initial;

  const tell = (change: Change): void => {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        log.error({ error }, 'a listener of the device failed');
      }
    }
  };

  return {
    state: () => state,
    request(request) {
      const before = state;
      const outcome = apply(state, request, { nowMs: clock.nowMs(), newId, factoryLayouts });
      const { name, session } = request;
      log.info({ request: name, via: session.via, session: session.id, refusal: outcome.refusal }, 'request');
      if (outcome.refusal) return outcome;
      state = outcome.state;
      tell({ before, state, events: outcome.events, request });
      return outcome;
    },
    observe(fact) {
      const before = state;
      state = observe(state, fact, clock.nowMs());
      if (state !== before) tell({ before, state, events: [], fact });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
