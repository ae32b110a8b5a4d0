import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Field, TextField } from '@amphi/lib/pages/field.tsx';
import type { EditWords } from '../../../editing/edit.ts';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';

type TextKey = 'title' | 'language' | 'license' | 'rightsHolder';
type ListKey = 'creators' | 'contributors' | 'subjects';

/** Descriptions of the lecture. */
export function DetailsPanel() {
  const { store } = useEditor();
  const { words } = store.document.value;
  const id = useId();
  const change = (part: Partial<EditWords>, about: string): void =>
    store.change((now) => ({ words: { ...now.words, ...part } }), `words ${about}`);
  const text = (key: TextKey, label: string, maxLength: number, error?: string) => (
    <TextField
      label={label}
      value={words[key]}
      maxLength={maxLength}
      error={error}
      onText={(typed) => change({ [key]: typed }, key)}
    />
  );
  const list = (key: ListKey, label: string) => (
    <ListField label={label} values={words[key]} onValues={(values) => change({ [key]: values }, key)} />
  );
  return (
    <div class="form" id={id}>
      {text('title', texts.title, 500, words.title.trim() === '' ? texts.noTitle : undefined)}
      {list('creators', texts.creators)}
      <Field label={texts.description}>
        {(ids) => (
          <textarea
            {...ids}
            rows={5}
            maxLength={20_000}
            value={words.description}
            onInput={(event) => change({ description: event.currentTarget.value }, 'description')}
          />
        )}
      </Field>
      {list('subjects', texts.subjects)}
      {list('contributors', texts.contributors)}
      {text('language', texts.languageOf, 50)}
      {text('license', texts.license, 500)}
      {text('rightsHolder', texts.rightsHolder, 500)}
    </div>
  );
}

/** Several values in one field, such as names. What is being typed stays as it is until the field is left. */
function ListField({
  label,
  values,
  onValues,
}: {
  label: string;
  values: readonly string[];
  onValues: (values: string[]) => void;
}) {
  const typed = useSignal<string | undefined>(undefined);
  return (
    <Field label={label} help={texts.listHelp}>
      {(ids) => (
        <input
          {...ids}
          value={typed.value ?? values.join('; ')}
          onInput={(event) => {
            const text = event.currentTarget.value;
            typed.value = text;
            onValues(
              text
                .split(';')
                .map((one) => one.trim().slice(0, 500))
                .filter((one) => one !== '')
                .slice(0, 100),
            );
          }}
          onBlur={() => void (typed.value = undefined)}
        />
      )}
    </Field>
  );
}
