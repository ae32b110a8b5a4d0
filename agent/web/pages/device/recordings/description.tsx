import { useSignal } from '@preact/signals';
import type { Metadata, RecordingWhole } from '../../shared/api-types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { Field, TextField } from '#lib/pages/field.tsx';
import { usePage } from '../page-context.ts';
import { texts } from './recordings-texts.ts';

const FIELDS = ['title', 'presenter', 'series', 'course', 'contributor', 'subject', 'language', 'rights'] as const;

/** The form with the description of a recording. */
export function Description({ recording, onSaved }: { recording: RecordingWhole; onSaved: () => void }) {
  const { api, session } = usePage();
  const words = useSignal<Metadata>(recording.metadata);
  const changed = Object.fromEntries(
    Object.entries(words.value).filter(([key, text]) => recording.metadata[key as keyof Metadata] !== text),
  );
  const set = (key: keyof Metadata, text: string): void => void (words.value = { ...words.value, [key]: text });
  const save = async (): Promise<void> => {
    const answer = await api.send('PATCH', `/recordings/${encodeURIComponent(recording.id)}`, { metadata: changed });
    if (orTell(answer, texts.saved)) onSaved();
  };
  const mayNot = session.access !== 'admin' || ['setup', 'recording', 'paused'].includes(recording.status);
  return (
    <form
      class="card form"
      aria-labelledby="description"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2 id="description">{texts.describe}</h2>
      <div class="columns">
        {FIELDS.map((key) => (
          <TextField
            key={key}
            label={texts[key]}
            value={words.value[key]}
            maxLength={127}
            disabled={mayNot}
            onText={(text) => set(key, text)}
          />
        ))}
      </div>
      <Field label={texts.description}>
        {(ids) => (
          <textarea
            {...ids}
            rows={3}
            maxLength={1000}
            disabled={mayNot}
            value={words.value.description}
            onInput={(event) => set('description', event.currentTarget.value)}
          />
        )}
      </Field>
      {!mayNot && (
        <div class="choices">
          <Button kind="main" submit disabled={Object.keys(changed).length === 0}>
            {texts.save}
          </Button>
          <p class="soft small">{texts.keepsName}</p>
        </div>
      )}
    </form>
  );
}
