import type { Change, DeviceClient } from '#agent/device/device.ts';
import type { DeviceState } from '#agent/device/state.ts';
import type { Log } from '#lib/runtime/log.ts';
import { patched } from '#lib/runtime/patch.ts';
import type { Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import type { BeginCalls, StateCalls, StateTold } from '../calls.ts';

/** The device as the core told it last. A request's effect on the state is told before its answer arrives. */
export interface DeviceMirror {
  device: DeviceClient;
  told: Handlers<StateTold>;
}

/** Opens the mirror of the device. Reading its state throws until the core has told it for the first time. */
export function openDeviceMirror(core: Peer<StateCalls & Pick<BeginCalls, 'alarm'>>, log: Log): DeviceMirror {
  const listeners = new Set<(change: Change) => void>();
  let state: DeviceState | undefined;
  const now = (): DeviceState => {
    if (!state) throw new Error('nothing was told yet');
    return state;
  };
  const tell = (change: Change): void => {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        log.error({ err: error }, 'a listener of the device failed');
      }
    }
  };
  return {
    device: {
      state: now,
      async request({ name, params, session }) {
        const { events, refusal } = await core.call('request', name, params, session);
        return refusal ? { state: now(), events: [], refusal } : { state: now(), events };
      },
      observe(fact) {
        if (fact.fact !== 'alarm') throw new Error(`${fact.fact} is for the core alone to say`);
        core.tell('alarm', fact);
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    told: {
      state(patch, { events, request }) {
        const before = state;
        if (patch) state = patched(before, patch) as DeviceState;
        if (before) tell({ before, state: now(), events, ...(request ? { request } : {}) });
      },
    },
  };
}
