import type { Layout } from '#lib/media/layout.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { apply } from './apply.ts';
import { observe, type Fact } from './observe.ts';
import type { DeviceEvent, Outcome, Request } from './outcome.ts';
import type { DeviceState } from './state.ts';

/** What listeners are told: the state before and after, and what made the change. */
export interface Change {
  before: DeviceState;
  state: DeviceState;
  events: readonly DeviceEvent[];
  /** The request that did it; a fact otherwise. */
  request?: Request;
  fact?: Fact;
}

/** The live box: one state, one road for every change. */
export interface Device {
  state(): DeviceState;
  /** Done when this returns: every listener has heard of it. */
  request(request: Request): Outcome;
  observe(fact: Fact): void;
  /** Returns the function that ends it. A listener that throws is logged and harms nobody. */
  subscribe(listener: (change: Change) => void): () => void;
}

/** What clients of the box may do with it. The device itself fits, and so does its mirror in another process, which answers later. */
export interface DeviceClient extends Omit<Device, 'request'> {
  /** When it is answered, `state()` is what is so then. */
  request(request: Request): Outcome | Promise<Outcome>;
}

export interface DeviceSettings {
  initial: DeviceState;
  factoryLayouts: readonly Layout[];
  clock: Clock;
  newId: () => string;
  log: Log;
}

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
