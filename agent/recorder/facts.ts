import type { Alarm, AlarmName, RecordingSeen } from '#agent/device/state.ts';
import type { DestinationSeen } from './storage/destinations.ts';
import type { RecordingInfo } from './catalog/recording.ts';

/** What the recorder has to tell; whoever owns the state writes it there. */
export type RecorderFact =
  | { kind: 'recording'; recording: RecordingSeen }
  /** A recording's manifest changed: a part, its status, its delivery. */
  | { kind: 'take'; take: RecordingInfo }
  | { kind: 'removed'; take: string }
  | { kind: 'alarm'; raise: Alarm }
  | { kind: 'alarm'; clear: { name: AlarmName; about: string } }
  | { kind: 'disk'; disk: (DestinationSeen & { hoursLeft: number })[] };

export type OnFact = (fact: RecorderFact) => void;
