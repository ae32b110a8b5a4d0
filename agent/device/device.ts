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
  /** The request that caused the change; if there is none, `fact` did. */
  request?: Request;
  fact?: Fact;
}

/** The running device: it has one state, and all changes of the state are made through it. */
export interface Device {
  state(): DeviceState;
  /**
   * Carries out a request. When `request` returns, all its steps are taken and every listener was called. A request
   * from within a step or a listener changes the state at once; its steps follow when those of the present change are
   * done.
   */
  request(request: Request): Outcome;
  observe(fact: Fact): void;
  /**
   * Calls the listener for each change; the result ends that. A listener that throws is logged, and the others are
   * still called.
   */
  subscribe(listener: (change: Change) => void): () => void;
}

/** The device as its clients use it: the device itself, or its mirror in another process, which answers later. */
export interface DeviceClient extends Omit<Device, 'request'> {
  /** Carries out a request. When the answer is there, `state()` already contains the request's effect. */
  request(request: Request): Outcome | Promise<Outcome>;
}

/** Carries out the steps of a change; calls the listeners when it is time for them. */
export type Leader = (change: Change, tellListeners: () => void) => void;

/** A device whose changes are carried out by a leader. */
export interface LedDevice extends Device {
  /** Sets the one leader; the result removes it. Without a leader, only the listeners are called. */
  lead(leader: Leader): () => void;
}

/** Options of `openDevice`. */
export interface DeviceSettings {
  initial: DeviceState;
  factoryLayouts: readonly Layout[];
  clock: Clock;
  newId: () => string;
  log: Log;
}

const tellOnly: Leader = (_change, tellListeners) => tellListeners();

/** Opens a device with its first state. */
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
  /**
   * Carries out changes one after the other: a change that was made meanwhile waits until every listener was told of
   * the present one.
   */
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
