import type { VNode } from 'preact';
import { Button } from '#lib/pages/button.tsx';
import { hrefOf, whereabouts } from '../route.ts';
import { HallStep } from './hall-step.tsx';
import { InputsStep } from './inputs-step.tsx';
import { NetworkStep } from './network-step.tsx';
import { PasswordStep } from './password-step.tsx';
import { texts } from './start-texts.ts';
import { SchedulerStep } from './scheduler-step.tsx';
import { TimeStep } from './time-step.tsx';
import { TrialStep } from './trial-step.tsx';
import './start.css';

const STEPS = {
  password: PasswordStep,
  hall: HallStep,
  network: NetworkStep,
  inputs: InputsStep,
  scheduler: SchedulerStep,
  time: TimeStep,
  trial: TrialStep,
} as const satisfies Record<string, () => VNode | null>;
type StepName = keyof typeof STEPS;
const NAMES = Object.keys(STEPS) as StepName[];

/** From a box out of its carton to one that records, step by step. */
export function Start() {
  const at = Math.max(0, NAMES.indexOf((whereabouts.value.rest[0] ?? 'password') as StepName));
  const name = NAMES[at] ?? 'password';
  const Step = STEPS[name];
  const go = (to: number): void => void (location.hash = hrefOf('start', NAMES[to] ?? 'password'));
  return (
    <div class="start">
      <header class="page-head">
        <h1>{texts.title}</h1>
        <p class="soft">{texts.intro}</p>
      </header>
      <nav aria-label={texts.steps}>
        <ol>
          {NAMES.map((one, index) => (
            <li key={one}>
              <a href={hrefOf('start', one)} aria-current={one === name ? 'step' : undefined} data-done={index < at}>
                <span class="dot">{index + 1}</span> <span>{texts[one]}</span>
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <section class="card" aria-labelledby="step">
        <p class="soft small">{texts.step(at + 1, NAMES.length)}</p>
        <h2 id="step">{texts[name]}</h2>
        <Step key={name} />
      </section>
      <div class="choices">
        {at > 0 && <Button onPress={() => go(at - 1)}>{texts.back}</Button>}
        {at < NAMES.length - 1 ? (
          <Button kind="main" onPress={() => go(at + 1)}>
            {texts.next}
          </Button>
        ) : (
          <a class="button main" href={hrefOf('now')}>
            {texts.finish}
          </a>
        )}
        {at < NAMES.length - 1 && (
          <a class="button quiet" href={hrefOf('now')}>
            {texts.skip}
          </a>
        )}
      </div>
    </div>
  );
}
