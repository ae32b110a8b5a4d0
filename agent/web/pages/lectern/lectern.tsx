import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { timeOfDay } from '#lib/pages/format.ts';
import { LiveView } from '../shared/live-view.tsx';
import { LanguageSwitch, ThemeSwitch } from '#lib/pages/preferences.tsx';
import { useLectern } from './lectern-context.ts';
import { Layouts } from './layouts.tsx';
import { Recorder } from './recorder.tsx';
import { texts } from './lectern-texts.ts';
import { Sound } from './sound.tsx';
import { State } from './state.tsx';

/** The one screen of the lectern: whether it records, what, for how long, whether all is well, and the few controls. */
export function Lectern() {
  const { store } = useLectern();
  const view = store.view.value;
  if (!view) return <p class="waiting soft">{texts.connecting}</p>;
  const runs = view.recording.state !== 'stopped';
  return (
    <div class="lectern" data-state={view.recording.state} data-link={store.link.value}>
      <header class="top">
        <h1>{view.hall}</h1>
        <TimeOfDay />
        <div class="choices">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      <main class="board">
        <State view={view} />
        <Recorder view={view} />
        <div class="rest">
          <section class="picture" aria-label={runs ? texts.whatIsRecorded : texts.whatIsShown}>
            <LiveView label={runs ? texts.whatIsRecorded : texts.whatIsShown} stream={view.output} />
            <Sound view={view} />
          </section>
          <Layouts view={view} />
        </div>
      </main>
    </div>
  );
}

function TimeOfDay() {
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => void (nowMs.value = Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <time class="now">{timeOfDay(nowMs.value)}</time>;
}
