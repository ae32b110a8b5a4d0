import type { Alarm, AlarmName, DeviceState, InputNumber, InputSeen, Seen } from './state.ts';

/** An observation of how something is now. */
export type Fact =
  | { fact: 'input'; number: InputNumber; seen: InputSeen }
  | { fact: 'recording'; seen: Seen['recording'] }
  | { fact: 'streams'; seen: Seen['streams'] }
  | { fact: 'push'; id: string; seen: Seen['pushes'][string] | undefined }
  | { fact: 'meters'; seen: Seen['meters'] }
  | { fact: 'disk'; seen: Seen['disk'] }
  | { fact: 'frames'; seen: Seen['frames'] }
  /** A recording was added, changed or removed; the recorder knows which one. */
  | { fact: 'recordings' }
  | { fact: 'alarm'; raise: Omit<Alarm, 'sinceMs'> }
  | { fact: 'alarm'; clear: { name: AlarmName; about: string } };

/** The fact that an alarm is raised or ends. */
export type AlarmFact = Extract<Fact, { fact: 'alarm' }>;

/**
 * Enters a fact into the state; gives the same object if nothing changed. Pure; the only writer of `seen`. `nowMs` is
 * when a new alarm began.
 */
export function observe(state: DeviceState, fact: Fact, nowMs: number): DeviceState {
  const { seen } = state;
  const see = (change: Partial<Seen>): DeviceState => ({ ...state, seen: { ...seen, ...change } });
  switch (fact.fact) {
    case 'input':
      return see({ inputs: { ...seen.inputs, [fact.number]: fact.seen } });
    case 'recording':
      return see({ recording: fact.seen });
    case 'streams':
      return see({ streams: fact.seen });
    case 'push': {
      const { [fact.id]: _, ...others } = seen.pushes;
      return see({ pushes: fact.seen ? { ...others, [fact.id]: fact.seen } : others });
    }
    case 'meters':
      return see({ meters: fact.seen });
    case 'disk':
      return see({ disk: fact.seen });
    case 'frames':
      return see({ frames: fact.seen });
    case 'recordings':
      return see({ recordingsRevision: seen.recordingsRevision + 1 });
    case 'alarm':
      return 'raise' in fact ? raise(state, fact.raise, nowMs) : clear(state, fact.clear);
  }
}

function raise(state: DeviceState, alarm: Omit<Alarm, 'sinceMs'>, nowMs: number): DeviceState {
  const { alarms } = state.seen;
  const known = alarms.find((one) => isSame(one, alarm));
  if (known && known.level === alarm.level && known.text === alarm.text) return state;
  const raised = { ...alarm, sinceMs: known?.sinceMs ?? nowMs };
  return withAlarms(state, [...alarms.filter((one) => one !== known), raised]);
}

function clear(state: DeviceState, alarm: { name: AlarmName; about: string }): DeviceState {
  const left = state.seen.alarms.filter((one) => !isSame(one, alarm));
  return left.length === state.seen.alarms.length ? state : withAlarms(state, left);
}

const isSame = (one: { name: AlarmName; about: string }, other: { name: AlarmName; about: string }): boolean =>
  one.name === other.name && one.about === other.about;

const withAlarms = (state: DeviceState, alarms: Alarm[]): DeviceState => ({
  ...state,
  seen: { ...state.seen, alarms },
});
