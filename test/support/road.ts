import assert from 'node:assert/strict';
import { followDevice, type Followed } from '#agent/box/road/follow.ts';
import { openHands } from '#agent/box/road/hands.ts';
import { openDevice, type LedDevice } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { RecordingSeen, Wanted } from '#agent/device/state.ts';
import type { Recorder, RecordingRequest } from '#agent/recorder/recorder.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { shippedPersonality } from '#test/lib/sis/device.ts';
import { ADMIN, NOW_MS } from './device.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

export interface RoadRig {
  device: LedDevice;
  clock: VirtualClock;
  road: Followed;
  /** The acts in order: the part, the act, and its arguments. */
  told: unknown[][];
  ask<Name extends RequestName>(name: Name, params: Params<Name>): void;
  see(state: RecordingSeen['state']): void;
}

/** Acts that throw. */
export type Failures = Partial<Record<'start' | 'show' | 'streams' | 'pushes' | 'save', Error>>;

/** Opens a device that is followed, with parts that note their calls. */
export function openRoadRig(wanted: Partial<Wanted> = {}, failures: Failures = {}): RoadRig {
  const clock = virtualClock(0, NOW_MS);
  let takes = 0;
  const device = openDevice({
    initial: initialState({ ...factoryWanted(factoryLayouts), ...wanted }),
    factoryLayouts,
    clock,
    newId: () => (takes++ === 0 ? 'take' : `take-${takes}`),
    log: silentLog,
  });
  const told: unknown[][] = [];
  const tell = (word: string, ...rest: unknown[]): true => {
    told.push([word, ...rest]);
    const failure = failures[word as keyof Failures];
    if (failure) throw failure;
    return true;
  };
  const recorder: Pick<Recorder, 'start' | 'stop' | 'pause' | 'resume' | 'mark' | 'endAt' | 'describeRunning'> = {
    start(request: RecordingRequest) {
      tell('start', request);
      return { id: 'r', started: Promise.resolve({ ptsTicks: 0 }), finished: new Promise(() => undefined) };
    },
    stop: () => Promise.resolve(void tell('stop')),
    pause: () => tell('pause'),
    describeRunning: (metadata) => tell('describe', metadata),
    resume: () => tell('resume'),
    mark: (title) => tell('mark', title),
    endAt: (endsAtMs) => tell('end at', endsAtMs),
  };
  const hands = openHands({
    device,
    recorder,
    picture: { show: (shown) => void tell('show', shown) },
    streams: { update: (streams) => void tell('streams', streams) },
    pushes: { update: (pushes) => void tell('pushes', pushes) },
    memory: { save: async (saved) => void tell('save', saved) },
    log: silentLog,
  });
  return {
    device,
    clock,
    told,
    road: followDevice({ device, hands, rules: shippedPersonality(), clock, log: silentLog }),
    ask(name, params) {
      const { refusal } = device.request({ name, params, session: ADMIN });
      assert.equal(refusal, undefined, name);
    },
    see: (state) => device.observe({ fact: 'recording', seen: { state, elapsedMs: 0, bytes: 0 } }),
  };
}

const OF_RECORDER = ['start', 'stop', 'pause', 'resume', 'mark', 'end at'];

/** The recorder's calls. */
export const toldRecorder = ({ told }: RoadRig): unknown[][] =>
  told.filter(([word]) => OF_RECORDER.includes(String(word)));
