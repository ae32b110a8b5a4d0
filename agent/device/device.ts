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
  /**
   * Done when this returns: it is carried out, and every listener has heard of it. Asked from within a change that is being
   * carried out or told, it counts at once but is carried out and told after that one.
   */
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

/** Carries a change out, and tells those who listen when it is time for that. */
export type Leader = (change: Change, tellListeners: () => void) => void;

/** A device with somebody who does what its changes ask for. */
export interface LedDevice extends Device {
  /** One leader at a time; without one, changes are only told. Returns the function that ends it. */
  lead(leader: Leader): () => void;
}

export interface DeviceSettings {
  initial: DeviceState;
  factoryLayouts: readonly Layout[];
  clock: Clock;
  newId: () => string;
  log: Log;
}

const tellOnly: Leader = (_change, tellListeners) => tellListeners();

export function openDevice({ initial, factoryLayouts, clock, newId, log }: DeviceSettings): LedDevice {
  const listeners = new Set<(change: Change) => void>();
  const waiting: Change[] = [];
  let leader = tellOnly;
  let isAtWork = false;
  let state = initial;

  const guarded = (act: () => void, message: string): void => {
    try {
      act();
    } catch (error) {
      log.error({ error }, message);
    }
  };
  const tell = (change: Change): void => {
    for (const listener of listeners) guarded(() => listener(change), 'a listener of the device failed');
  };
  /** One change after the other: what a change leads to comes when everybody has heard of that change. */
  const carryOut = (change: Change): void => {
    waiting.push(change);
    if (isAtWork) return;
    isAtWork = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const one = next;
      guarded(() => leader(one, () => tell(one)), 'a change could not be carried out');
    }
    isAtWork = false;
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
      carryOut({ before, state, events: outcome.events, request });
      return outcome;
    },
    observe(fact) {
      const before = state;
      state = observe(state, fact, clock.nowMs());
      if (state !== before) carryOut({ before, state, events: [], fact });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    lead(next) {
      leader = next;
      return () => void (leader = tellOnly);
    },
  };
}
