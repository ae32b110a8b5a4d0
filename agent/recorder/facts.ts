import type { Alarm, AlarmName, RecordingSeen } from '#agent/device/state.ts';
import type { DestinationSeen } from './storage/destinations.ts';
import type { Recording } from '#agent/device/recording.ts';

/** A fact that the recorder reports; whoever keeps the state enters it there. */
export type RecorderFact =
  | { kind: 'recording'; recording: RecordingSeen }
  /** A recording changed: a part, its state, its hand-over. */
  | { kind: 'take'; take: Recording }
  | { kind: 'removed'; take: string }
  | { kind: 'alarm'; raise: Alarm }
  | { kind: 'alarm'; clear: { name: AlarmName; about: string } }
  | { kind: 'disk'; disk: (DestinationSeen & { hoursLeft: number })[] };

/** Receives the recorder's facts. */
export type OnFact = (fact: RecorderFact) => void;
