import { useSignal } from '@preact/signals';
import type { RecordingNow } from '../../shared/api-types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { bytes, timeOfDay } from '#lib/pages/format.ts';
import { HoldButton } from '#lib/pages/hold-button.tsx';
import { usePage } from '../page-context.ts';
import { Elapsed } from '../state-line.tsx';
import { texts } from './now-texts.ts';

const RUNS = new Set<RecordingNow['state']>(['setup', 'recording', 'paused']);

/** The card of the recording: the form to start one, or the controls of the one that runs. */
export function Recorder() {
  const { box } = usePage();
  const recording = box.recording.value;
  if (!recording) return null;
  return (
    <section class="card recorder" aria-labelledby="recorder">
      <h2 id="recorder">{texts.recording}</h2>
      {RUNS.has(recording.state) ? <Running recording={recording} /> : <Start next={recording.metadata} />}
    </section>
  );
}

/**
 * The form to start a recording. A field that is left empty takes the value that it shows in grey: set for this
 * recording before, or for the hall.
 */
function Start({ next }: { next: RecordingNow['metadata'] }) {
  const { api } = usePage();
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
        label={`${texts.title} (${texts.optional})`}
        value={title.value}
        placeholder={next.title}
        maxLength={127}
        onText={(text) => void (title.value = text)}
      />
      <div class="pair">
        <TextField
          label={texts.presenter}
          value={presenter.value}
          placeholder={next.presenter}
          maxLength={127}
          onText={(text) => void (presenter.value = text)}
        />
        <TextField
          label={texts.minutes}
          type="number"
          min={1}
          max={1440}
          unit="min"
          value={minutes.value}
          onText={(text) => void (minutes.value = text)}
        />
      </div>
      <Button kind="record" id="start" onPress={start}>
        {texts.record}
      </Button>
    </div>
  );
}

const LONGER_MINUTES = [5, 15];
const ENDS_IN_MINUTES = [15, 30, 60, 90, 120];

function Running({ recording }: { recording: RecordingNow }) {
  const { api, session } = usePage();
  const act = async (word: string, body = {}, done?: string): Promise<void> =>
    void orTell(await api.send('POST', `/recording/${word}`, body), done);
  /** Sets an end for a recording that was started without one; it can be extended later. */
  const endIn = async (minutes: number): Promise<void> => {
    if (minutes > 0)
      orTell(await api.send('POST', '/requests/record.until', { endsAtMs: Date.now() + minutes * 60_000 }));
  };
  const { state, metadata, endsAtMs, bytes: size, destination } = recording;
  return (
    <div class="form">
      <div>
        <p class="what">{metadata.title || texts.untitled}</p>
        <p class="soft">
          {[metadata.presenter, endsAtMs && texts.until(timeOfDay(endsAtMs))].filter(Boolean).join(' · ')}
        </p>
      </div>
      <p class="elapsed">
        <Elapsed />
      </p>
      {destination && <p class="soft small">{texts.written(bytes(size), destination)}</p>}
      <div class="choices actions">
        {state === 'paused' ? (
          <Button onPress={() => act('resume')}>{texts.resume}</Button>
        ) : (
          <Button onPress={() => act('pause')} disabled={state === 'setup'}>
            {texts.pause}
          </Button>
        )}
        <Button onPress={() => act('mark', {}, texts.marked)}>{texts.mark}</Button>
        {endsAtMs !== undefined &&
          LONGER_MINUTES.map((minutes) => (
            <Button key={minutes} onPress={() => act('extend', { minutes }, texts.extended(minutes))}>
              {texts.extend(minutes)}
            </Button>
          ))}
        {endsAtMs === undefined && session.access === 'admin' && (
          <ChoiceField
            class="ends"
            label={texts.ends}
            value=""
            choices={[
              { value: '', text: texts.byHand },
              ...ENDS_IN_MINUTES.map((minutes) => ({ value: String(minutes), text: texts.endsIn(minutes) })),
            ]}
            onChoice={(minutes) => endIn(Number(minutes))}
          />
        )}
        <HoldButton id="stop" onHeld={() => act('stop')}>
          {texts.stop}
        </HoldButton>
      </div>
    </div>
  );
}
