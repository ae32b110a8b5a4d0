import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Change, LedDevice } from '#agent/device/device.ts';
import type { Hands } from './hands.ts';
import { plan } from './plan.ts';
import { openStepLog, type StepLog } from './step-log.ts';
import type { Cause, LeftTake, Rules, Step, What } from './step.ts';

export interface FollowOptions {
  device: LedDevice;
  hands: Hands;
  rules: Rules;
  clock: Clock;
  log: Log;
}

/** A device whose changes are carried out. */
export interface Followed extends Pick<StepLog, 'last'> {
  /** Must be called once, when it is known which takes the last run left: a recording that was interrupted goes on. */
  recovered(left: readonly LeftTake[]): void;
  /** Stops following changes; the device's listeners are still told of them. */
  close(): void;
}

/**
 * Carries out the steps that the device's state needs when the box starts, and from then on those that each change
 * needs.
 */
export function followDevice({ device, hands, rules, clock, log }: FollowOptions): Followed {
  const steps = openStepLog(() => clock.nowMs());

  const carryOut = (step: Step, tellListeners: () => void): void => {
    const { what: asked } = step;
    if (asked.do === 'tell listeners') return tellListeners();
    const error = failureOf(() => (hands[asked.do] as (what: What) => void)(asked));
    const { what, because } = steps.add(step, error);
    if (error) log.error({ step: what, because, err: error }, 'a step failed: the later ones are taken all the same');
    else log.info({ step: what, because }, 'step');
  };
  const follow = ({ before, state, cause, tell }: Turn): void => {
    for (const step of plan(before, state, cause, rules)) carryOut(step, tell);
  };
  const nobody = (): void => undefined;

  follow({ before: undefined, state: device.state(), cause: { by: 'boot' }, tell: nobody });
  const close = device.lead((change, tell) => follow({ ...change, cause: causeOf(change), tell }));
  return {
    recovered(left) {
      const state = device.state();
      follow({ before: state, state, cause: { by: 'recovery', left, nowMs: clock.nowMs() }, tell: nobody });
    },
    last: () => steps.last(),
    close,
  };
}

interface Turn {
  before: Change['before'] | undefined;
  state: Change['state'];
  cause: Cause;
  tell: () => void;
}

function causeOf({ request, fact, events }: Change): Cause {
  if (request) return { by: 'request', request, events };
  if (fact) return { by: 'fact', fact };
  throw new Error('a change without a cause');
}

function failureOf(act: () => void): Error | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
