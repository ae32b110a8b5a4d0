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

/** The running road: it carries out what each change of the device needs. `last` gives the newest steps. */
export interface Road extends Pick<StepLog, 'last'> {
  /** Must be called once, when it is known which takes the last run left: a recording that was interrupted goes on. */
  recovered(left: readonly RecoveredTake[]): void;
}

/** Starts the road: carries out what is wanted when the box starts, and from then on what each change needs. */
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
