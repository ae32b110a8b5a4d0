import type { Personality } from '#lib/sis/personality.ts';
import { realClock } from '#lib/runtime/clock.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { LedDevice } from '#agent/device/device.ts';
import type { RecoveredTake } from '#agent/recorder/recorder.ts';
import { followDevice, type Followed } from './follow.ts';
import { openHands, type HandsOptions } from './hands.ts';
import type { StepLog } from './step-log.ts';

export interface RoadParts extends HandsOptions {
  device: LedDevice;
  personality: Personality;
}

/** The one road from what is wanted and seen to what is done. */
export interface Road extends Pick<StepLog, 'last'> {
  /** What the last run left is known: a recording that was interrupted goes on. */
  recovered(left: readonly RecoveredTake[]): void;
}

/** Carries out what the box wants when it starts; from then on, what each change asks for. */
export function startRoad({ personality, ...parts }: RoadParts, scope: Scope): Road {
  const { device, log } = parts;
  const hands = openHands(parts);
  const followed: Followed = followDevice({ device, hands, rules: personality, clock: realClock, log });
  scope.defer(() => followed.close());
  return {
    recovered: (left) =>
      followed.recovered(
        left.map(({ info, inProgress }) => ({ id: info.id, startedAtMs: info.startedAtMs, inProgress })),
      ),
    last: () => followed.last(),
  };
}
