import { useSignal } from '@preact/signals';
import type { LecternView } from '../../lectern/shown.ts';
import { Button } from '../shared/button.tsx';
import { TextField } from '../shared/field.tsx';
import { timeOfDay } from '../shared/format.ts';
import { HoldButton } from '../shared/hold-button.tsx';
import { tell } from '../shared/toasts.ts';
import { useTap } from './desk.ts';
import { said } from './said.ts';

/** Start; or stop, pause, mark, and more time. */
export function Recorder({ view }: { view: LecternView }) {
  return (
    <section class="recorder" aria-label={said.start}>
      {view.may.start ? <Start /> : <Running view={view} />}
    </section>
  );
}

function Start() {
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
        label={said.title}
        value={title.value}
        maxLength={127}
        autocomplete="off"
        onText={(text) => void (title.value = text)}
      />
      <Button kind="record" class="big" id="start" onPress={start}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle class="fill" cx="12" cy="12" r="8" />
        </svg>
        {said.start}
      </Button>
    </form>
  );
}

const LONGER_MINUTES = [5, 15];

function Running({ view: { recording, may } }: { view: LecternView }) {
  const tap = useTap();
  const mark = async (): Promise<void> => {
    if (await tap({ do: 'mark' })) tell('done', said.marked);
  };
  const extend = async (minutes: number): Promise<void> => {
    const after = await tap({ do: 'extend', minutes });
    if (after?.recording.endsAtMs !== undefined) tell('done', said.extended(timeOfDay(after.recording.endsAtMs)));
  };
  return (
    <div class="actions">
      {recording.state === 'paused' ? (
        <Button class="big" onPress={() => tap({ do: 'resume' })} disabled={!may.resume}>
          {said.resume}
        </Button>
      ) : (
        <Button class="big" onPress={() => tap({ do: 'pause' })} disabled={!may.pause}>
          {said.pause}
        </Button>
      )}
      <Button class="big" onPress={mark} disabled={!may.mark}>
        {said.mark}
      </Button>
      {may.extend &&
        LONGER_MINUTES.map((minutes) => (
          <Button key={minutes} class="big" label={said.extendLong(minutes)} onPress={() => extend(minutes)}>
            {said.extend(minutes)}
          </Button>
        ))}
      <HoldButton id="stop" class="big" onHeld={() => tap({ do: 'stop' })} disabled={!may.stop}>
        {said.stop}
      </HoldButton>
    </div>
  );
}
