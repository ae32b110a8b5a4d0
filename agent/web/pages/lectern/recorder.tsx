import { useSignal } from '@preact/signals';
import type { LecternView } from '../../lectern/shown.ts';
import { Button } from '#lib/pages/button.tsx';
import { TextField } from '#lib/pages/field.tsx';
import { timeOfDay } from '#lib/pages/format.ts';
import { HoldButton } from '#lib/pages/hold-button.tsx';
import { tell } from '#lib/pages/toasts.ts';
import { useTap } from './lectern-context.ts';
import { texts } from './lectern-texts.ts';

/** Controls of the recording: start, or stop, pause, mark, and more time. */
export function Recorder({ view }: { view: LecternView }) {
  return (
    <section class="recorder" aria-label={texts.start}>
      {view.may.start ? <Start next={view.title} /> : <Running view={view} />}
    </section>
  );
}

/** The form to start a recording. A title that is left empty is the one that is shown in grey. */
function Start({ next }: { next: string }) {
  const tap = useTap();
  const title = useSignal('');
  const start = async (): Promise<void> => {
    const named = title.value.trim();
    if (await tap({ do: 'start', ...(named ? { title: named } : {}) })) title.value = '';
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <TextField
        label={texts.title}
        value={title.value}
        placeholder={next}
        maxLength={127}
        autocomplete="off"
        onText={(text) => void (title.value = text)}
      />
      <Button kind="record" class="big" id="start" onPress={start}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle class="fill" cx="12" cy="12" r="8" />
        </svg>
        {texts.start}
      </Button>
    </form>
  );
}

const LONGER_MINUTES = [5, 15];

function Running({ view: { recording, may } }: { view: LecternView }) {
  const tap = useTap();
  const mark = async (): Promise<void> => {
    if (await tap({ do: 'mark' })) tell('done', texts.marked);
  };
  const extend = async (minutes: number): Promise<void> => {
    const after = await tap({ do: 'extend', minutes });
    if (after?.recording.endsAtMs !== undefined) tell('done', texts.extended(timeOfDay(after.recording.endsAtMs)));
  };
  return (
    <div class="actions">
      {recording.state === 'paused' ? (
        <Button class="big" onPress={() => tap({ do: 'resume' })} disabled={!may.resume}>
          {texts.resume}
        </Button>
      ) : (
        <Button class="big" onPress={() => tap({ do: 'pause' })} disabled={!may.pause}>
          {texts.pause}
        </Button>
      )}
      <Button class="big" onPress={mark} disabled={!may.mark}>
        {texts.mark}
      </Button>
      {may.extend &&
        LONGER_MINUTES.map((minutes) => (
          <Button key={minutes} class="big" label={texts.extendLong(minutes)} onPress={() => extend(minutes)}>
            {texts.extend(minutes)}
          </Button>
        ))}
      <HoldButton id="stop" class="big" onHeld={() => tap({ do: 'stop' })} disabled={!may.stop}>
        {texts.stop}
      </HoldButton>
    </div>
  );
}
