import type { Log } from '#lib/runtime/log.ts';
import type { Alarm, AlarmName, RecordingSeen } from '#agent/device/state.ts';
import type { DestinationSeen } from './storage/destinations.ts';
import type { RecordingTold } from '#agent/device/recording.ts';

/** A fact that the recorder reports; whoever keeps the state enters it there. */
export type RecorderFact =
  | { kind: 'recording'; recording: RecordingSeen }
  /** A recording changed: a part, its state, its hand-over. */
  | { kind: 'take'; take: RecordingTold }
  | { kind: 'removed'; take: string }
  | { kind: 'alarm'; raise: Alarm }
  | { kind: 'alarm'; clear: { name: AlarmName; about: string } }
  | { kind: 'disk'; disk: (DestinationSeen & { hoursLeft: number })[] };

/** Receives the recorder's facts. */
export type OnFact = (fact: RecorderFact) => void;

/**
 * A receiver of facts that passes them on, and logs what the given one throws. Destinations with a `disk_space` alarm
 * are added to `low`, so that the disk watch can end the alarm, whoever raised it.
 */
export function guardedFacts({ log, onFact }: { log: Log; onFact: OnFact }, low: Set<string>): OnFact {
  return (fact) => {
    if (fact.kind === 'alarm' && 'raise' in fact && fact.raise.name === 'disk_space') low.add(fact.raise.about);
    try {
      onFact(fact);
    } catch (error) {
      log.error({ fact: fact.kind, error: (error as Error).stack }, 'a fact was not taken');
    }
  };
}
