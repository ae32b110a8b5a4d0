import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Button } from '@amphi/lib/pages/button.tsx';
import { TickField } from '@amphi/lib/pages/field.tsx';
import { number } from '@amphi/lib/pages/format.ts';
import { useEditor } from './editor-context.ts';
import { texts } from './editor-texts.ts';
import { clockTime, frameTyped, timeCode } from './model/frames.ts';
import type { Command } from './model/keys.ts';
import { keptFrames } from './model/segments.ts';

const PATHS = {
  play: 'M7 5v14l12-7z',
  pause: 'M7 5h4v14H7zM14 5h4v14h-4z',
  back: 'M15 6l-7 6 7 6z',
  ahead: 'M9 6l7 6-7 6z',
  borderBack: 'M6 5h2.5v14H6zM19 6l-8 6 8 6z',
  borderAhead: 'M15.5 5H18v14h-2.5zM5 6l8 6-8 6z',
};

/** Playing, steps of a picture, and the exact place of the playhead. */
export function Transport() {
  const { store, run } = useEditor();
  const { rate, frames } = store.pictures;
  const speed = store.speed.value;
  const isPlaying = speed !== 0;
  return (
    <div class="transport">
      <div class="choices">
        <Key command="previous border" path={PATHS.borderBack} label={texts.borderBack} />
        <Key command="previous picture" path={PATHS.back} label={texts.back} />
        <Button
          class="play"
          onPress={() => run(isPlaying ? 'stop' : 'play')}
          label={isPlaying ? texts.pause : texts.play}
        >
          <Icon path={isPlaying ? PATHS.pause : PATHS.play} />
        </Button>
        <Key command="next picture" path={PATHS.ahead} label={texts.ahead} />
        <Key command="next border" path={PATHS.borderAhead} label={texts.borderAhead} />
      </div>
      <Position />
      <TickField
        label={texts.skipsCuts}
        value={store.skipsCuts.value}
        onTick={(on) => void (store.skipsCuts.value = on)}
      />
      <p class="soft length">
        {texts.keptOf(clockTime(keptFrames(store.document.value.segments), rate), clockTime(frames, rate))}
        {Math.abs(speed) > 1 || speed < 0 ? ` · ${texts.speed(`${number(speed, 1)}×`)}` : ''}
      </p>
    </div>
  );
}

function Key({ command, path, label }: { command: Command; path: string; label: string }) {
  const { run } = useEditor();
  return (
    <Button onPress={() => run(command)} label={label} title={label}>
      <Icon path={path} />
    </Button>
  );
}

const Icon = ({ path }: { path: string }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path class="fill" d={path} />
  </svg>
);

/** The time code of the playhead; one that is typed moves it. */
function Position() {
  const { store } = useEditor();
  const id = useId();
  const typed = useSignal<string | undefined>(undefined);
  const wrong = useSignal(false);
  const { rate } = store.pictures;
  const go = (): void => {
    if (typed.value === undefined) return;
    const frame = frameTyped(typed.value, rate);
    wrong.value = frame === undefined;
    if (frame === undefined) return;
    typed.value = undefined;
    store.speed.value = 0;
    store.goTo(frame);
  };
  return (
    <form
      class="field position"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <label for={id}>{texts.position}</label>
      <input
        id={id}
        inputMode="numeric"
        autocomplete="off"
        title={texts.positionHelp}
        aria-invalid={wrong.value}
        aria-describedby={wrong.value ? `${id}-wrong` : undefined}
        value={typed.value ?? timeCode(store.playhead.value, rate)}
        onInput={(event) => void (typed.value = event.currentTarget.value)}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          typed.value = undefined;
          wrong.value = false;
        }}
      />
      {wrong.value && (
        <p class="mistake" id={`${id}-wrong`} role="alert">
          {texts.noTime}
        </p>
      )}
    </form>
  );
}
