import { useSignal } from '@preact/signals';
import type { RecordingNow } from '../../shared/api-types.ts';
import { Button } from '../../shared/button.tsx';
import { TextField } from '../../shared/field.tsx';
import { bytes, timeOfDay } from '../../shared/format.ts';
import { HoldButton } from '../../shared/hold-button.tsx';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { Elapsed } from '../state-line.tsx';
import { said } from './said.ts';

const RUNS = new Set<RecordingNow['state']>(['setup', 'recording', 'paused']);

/** Start, and all that can be done with what runs. */
export function Recorder() {
  const { box } = useDesk();
  const recording = box.recording.value;
  if (!recording) return null;
  return (
    <section class="card recorder" aria-labelledby="recorder">
      <h2 id="recorder">{said.recording}</h2>
      {RUNS.has(recording.state) ? <Running recording={recording} /> : <Start />}
    </section>
  );
}

function Start() {
  const { api } = useDesk();
  const [title, presenter, minutes] = [useSignal(''), useSignal(''), useSignal('')];
  const start = async (): Promise<void> => {
    const metadata = {
      ...(title.value.trim() ? { title: title.value.trim() } : {}),
      ...(presenter.value.trim() ? { presenter: presenter.value.trim() } : {}),
    };
    const limit = Number(minutes.value);
    orTell(
      await api.send('POST', '/recording/start', {
        ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
        ...(limit > 0 ? { minutes: limit } : {}),
      }),
    );
  };
  return (
    <div class="form">
      <TextField
        label={`${said.title} (${said.optional})`}
        value={title.value}
        maxLength={127}
        onText={(text) => void (title.value = text)}
      />
      <div class="pair">
        <TextField
          label={said.presenter}
          value={presenter.value}
          maxLength={127}
          onText={(text) => void (presenter.value = text)}
        />
        <TextField
          label={said.minutes}
          type="number"
          min={1}
          max={1440}
          unit="min"
          value={minutes.value}
          onText={(text) => void (minutes.value = text)}
        />
      </div>
      <Button kind="record" id="start" onPress={start}>
        {said.record}
      </Button>
    </div>
  );
}

function Running({ recording }: { recording: RecordingNow }) {
  const { api } = useDesk();
  const act = async (word: string, body = {}, done?: string): Promise<void> =>
    void orTell(await api.send('POST', `/recording/${word}`, body), done);
  const { state, metadata, endsAtMs, bytes: size, destination } = recording;
  return (
    <div class="form">
      <div>
        <p class="what">{metadata.title || said.untitled}</p>
        <p class="soft">
          {[metadata.presenter, endsAtMs && said.until(timeOfDay(endsAtMs))].filter(Boolean).join(' · ')}
        </p>
      </div>
      <p class="elapsed">
        <Elapsed />
      </p>
      {destination && <p class="soft small">{said.written(bytes(size), destination)}</p>}
      <div class="choices actions">
        {state === 'paused' ? (
          <Button onPress={() => act('resume')}>{said.resume}</Button>
        ) : (
          <Button onPress={() => act('pause')} disabled={state === 'setup'}>
            {said.pause}
          </Button>
        )}
        <Button onPress={() => act('mark', {}, said.marked)}>{said.mark}</Button>
        {endsAtMs !== undefined && (
          <Button onPress={() => act('extend', { minutes: 15 }, said.extended)}>{said.extend}</Button>
        )}
        <HoldButton id="stop" onHeld={() => act('stop')}>
          {said.stop}
        </HoldButton>
      </div>
    </div>
  );
}
