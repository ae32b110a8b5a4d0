import type { Alarm, AlarmName, RecordingSeen } from '#agent/device/state.ts';
import type { DestinationSeen } from './storage/destinations.ts';
import type { Recording } from '#agent/device/recording.ts';

/** What the recorder reports; the owner of the state enters it there. */
export type RecorderFact =
  | { kind: 'recording'; recording: RecordingSeen }
  /** A changed manifest: a part, the state, the hand-over. */
  | { kind: 'take'; take: Recording }
  | { kind: 'removed'; take: string }
  | { kind: 'alarm'; raise: Alarm }
  | { kind: 'alarm'; clear: { name: AlarmName; about: string } }
  | { kind: 'disk'; disk: (DestinationSeen & { hoursLeft: number })[] };

/** Receives the reports. */
export type OnFact = (fact: RecorderFact) => void;
