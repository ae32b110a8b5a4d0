import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
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
import { progress, setProgress, stepDone } from './progress.ts';
import { WizardContext, type Save } from './step-context.ts';
import { usePage } from '../page-context.ts';
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

/** The wizard, which leads through the first start step by step. Going on saves what was typed. */
export function Start() {
  const at = Math.max(0, NAMES.indexOf((whereabouts.value.rest[0] ?? 'password') as StepName));
  const name = NAMES[at] ?? 'password';
  const Step = STEPS[name];
  const save = useRef<Save | undefined>(undefined);
  const wizard = useMemo(() => ({ onNext: (next: Save | undefined) => void (save.current = next) }), []);
  const { done } = progress.value;
  const go = (to: number): void => void (location.hash = hrefOf('start', NAMES[to] ?? 'password'));
  /**
   * Saves this step. False: it could not be saved, and the step says why. A step that was put off does not count as
   * done.
   */
  const keepStep = async (): Promise<boolean> => {
    const saved = save.current ? await save.current() : true;
    if (saved === true) stepDone(name);
    return saved !== false;
  };
  const next = async (): Promise<void> => {
    if (!(await keepStep())) return;
    if (at < NAMES.length - 1) return go(at + 1);
    return leave();
  };
  return (
    <WizardContext.Provider value={wizard}>
      <div class="start">
        <header class="page-head">
          <h1>{texts.title}</h1>
          <p class="soft">{texts.intro}</p>
        </header>
        <nav aria-label={texts.steps}>
          <ol>
            {NAMES.map((one, index) => (
              <li key={one}>
                <a
                  href={hrefOf('start', one)}
                  aria-current={one === name ? 'step' : undefined}
                  data-done={done.includes(one)}
                >
                  <span class="dot">{done.includes(one) ? '✓' : index + 1}</span> <span class="name">{texts[one]}</span>
                  {done.includes(one) && <span class="unseen">{texts.stepDone}</span>}
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
          {at > 0 && <Button onPress={async () => (await keepStep()) && go(at - 1)}>{texts.back}</Button>}
          <Button kind="main" onPress={next}>
            {at < NAMES.length - 1 ? texts.next : texts.finish}
          </Button>
          {at < NAMES.length - 1 && (
            <Button kind="quiet" onPress={leave}>
              {texts.skip}
            </Button>
          )}
        </div>
      </div>
    </WizardContext.Provider>
  );
}

function leave(): void {
  setProgress({ ...progress.peek(), state: 'ended' });
  location.hash = hrefOf('now');
}

/** A reminder on the first page, as long as the first start is not finished. */
export function StartAgain() {
  const { state, done } = progress.value;
  const { session } = usePage();
  const next = NAMES.find((name) => !done.includes(name));
  if (state !== 'open' || next === undefined || session.access !== 'admin') return null;
  return (
    <section class="card notice" aria-label={texts.title}>
      <p>{texts.brokenOff(done.length, NAMES.length)}</p>
      <div class="choices">
        <a class="button main" href={hrefOf('start', next)}>
          {texts.goOn}
        </a>
        <Button onPress={() => setProgress({ ...progress.peek(), state: 'ended' })}>{texts.enough}</Button>
      </div>
    </section>
  );
}
