import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LecternView } from '../../lectern/shown.ts';
import { clock, duration, timeOfDay } from '#lib/pages/format.ts';
import { Lamp } from '#lib/pages/lamp.tsx';
import { texts as common } from '../shared/shared-texts.ts';
import { useLectern } from './lectern-context.ts';
import { texts } from './lectern-texts.ts';
import { troublesOf } from './troubles.ts';

/** The state of the recording, readable from the last row: by its form, its word and its size. */
export function State({ view }: { view: LecternView }) {
  const { store } = useLectern();
  const { state, endsAtMs } = view.recording;
  const isAway = store.link.value === 'away';
  const runs = state === 'recording' || state === 'paused';
  return (
    <section class="state" data-state={state} aria-label={common[state]}>
      <p class="word">
        <Lamp state={state} />
        <strong role="status">{common[state]}</strong>
      </p>
      {runs && (
        <p class="elapsed">
          <Elapsed />
        </p>
      )}
      <What view={view} />
      {runs && endsAtMs !== undefined && <p class="until">{texts.until(timeOfDay(endsAtMs))}</p>}
      {isAway ? (
        <p class="trouble grave" role="alert">
          <Sign />
          {runs ? texts.awayRecording(timeOfDay(view.nowMs)) : texts.away}
        </p>
      ) : (
        <Troubles view={view} />
      )}
    </section>
  );
}

function What({ view }: { view: LecternView }) {
  const { recording, title, presenter, next } = view;
  if (recording.state !== 'stopped')
    return (
      <div class="what">
        <p class="title">{title || texts.untitled}</p>
        {presenter && <p>{presenter}</p>}
      </div>
    );
  return (
    <>
      {view.last && <Last last={view.last} />}
      {next && <Next next={next} />}
    </>
  );
}

/** What became of the recording that ended last. */
function Last({ last: { title, durationMs, became } }: { last: NonNullable<LecternView['last']> }) {
  return (
    <div class="what last" data-became={became}>
      <p class="soft">{texts.last}</p>
      <p>
        <strong>{title || texts.untitled}</strong> · {duration(durationMs)}
      </p>
      <p role="status">{texts[became]}</p>
    </div>
  );
}

function Next({ next }: { next: NonNullable<LecternView['next']> }) {
  return (
    <div class="what">
      <p class="soft">
        {texts.next} · {timeOfDay(next.startsAtMs)} – {timeOfDay(next.endsAtMs)}
      </p>
      <p class="title">{next.title || texts.untitled}</p>
      {next.presenter && <p>{next.presenter}</p>}
      <p class="soft small">{texts.startsItself}</p>
    </div>
  );
}

function Troubles({ view }: { view: LecternView }) {
  const troubles = troublesOf(view);
  return (
    <ul class="troubles" aria-live="polite">
      {troubles.map(({ text, grave }) => (
        <li key={text} class={grave ? 'trouble grave' : 'trouble'}>
          <Sign />
          {text}
        </li>
      ))}
      {troubles.length === 0 && <li class="well">{texts.allIsWell}</li>}
    </ul>
  );
}

const Sign = () => (
  <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
    <path class="line" d="M12 3.5 21.5 20h-19zM12 10v4.5M12 17.2v.1" />
  </svg>
);

function Elapsed() {
  const { store } = useLectern();
  const ms = useSignal(store.elapsedMs());
  useEffect(() => {
    const timer = setInterval(() => void (ms.value = store.elapsedMs()), 250);
    return () => clearInterval(timer);
  }, []);
  return <time>{clock(ms.value)}</time>;
}
