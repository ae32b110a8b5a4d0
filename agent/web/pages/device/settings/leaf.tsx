import type { ComponentProps } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { soughtKey } from './sought.ts';
import { ChoiceField, Field, TextField, TickField } from '#lib/pages/field.tsx';
import { number } from '#lib/pages/format.ts';
import { told } from '../../shared/told.ts';
import { useSettings } from './settings-draft.ts';
import type { Path } from './document.ts';
import { texts } from './settings-texts.ts';
import { isOptional, type Kind, type Schema } from './schema.ts';
import { useWords } from './use-words.ts';

type LeafKind = Extract<Kind, { kind: 'choice' | 'number' | 'tick' | 'text' | 'any' }>;

/** The text of a value in a field. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

interface LeafSettings {
  kind: LeafKind;
  path: Path;
  value: unknown;
}

/** The field of one value, with its label, its limits, and what is wrong with it. */
export function Leaf(settings: LeafSettings) {
  const place = settings.path.join('.');
  const spot = useRef<HTMLDivElement>(null);
  const isSought = soughtKey() === place;
  useEffect(() => {
    if (!isSought) return;
    spot.current?.scrollIntoView({ block: 'center' });
    spot.current?.querySelector<HTMLElement>('input, select')?.focus({ preventScroll: true });
  }, [isSought]);
  return (
    <div ref={spot} class={isSought ? 'leaf sought' : 'leaf'}>
      <LeafField {...settings} />
    </div>
  );
}

function LeafField({ kind, path, value }: LeafSettings) {
  const settings = useSettings();
  const { label, help, form, unit, valueName } = useWords(path);
  const place = path.join('.');
  const wrong = settings.mistakes.value.find((one) => one.at === place);
  const error = wrong && told(wrong.text, wrong.said);
  const shared = {
    label,
    help: [help, kind.kind === 'text' ? form : undefined].filter(Boolean).join('. ') || undefined,
    error,
    ...(unit ? { unit } : {}),
    ...(settings.changed.value.has(place) ? { class: 'changed' } : {}),
  };
  const set = (next: unknown): void => settings.set(path, next);
  switch (kind.kind) {
    case 'tick':
      return <TickField label={label} value={value === true} onTick={set} help={help} error={error} />;
    case 'choice':
      return (
        <ChoiceField
          {...shared}
          value={textOf(value)}
          choices={kind.values.map((one) => ({ value: textOf(one), text: valueName(textOf(one)) }))}
          onChoice={(text) => set(kind.values.find((one) => textOf(one) === text))}
        />
      );
    case 'number':
      return (
        <TextField
          {...shared}
          help={[help, rangeOf(kind)].filter(Boolean).join('. ') || undefined}
          type="number"
          step="any"
          value={textOf(value)}
          onText={(text) => set(text === '' ? emptied(settings.schema.value, path) : Number(text))}
        />
      );
    case 'text':
      return <Words shared={shared} kind={kind} path={path} value={value} onText={set} />;
    case 'any':
      return <Field label={label}>{(ids) => <input {...ids} disabled value={JSON.stringify(value ?? null)} />}</Field>;
  }
}

/**
 * The value of a number field that was emptied: undefined where the key may be missing, else null, for which the box
 * tells a mistake at this place.
 */
const emptied = (schema: Schema | undefined, path: Path): null | undefined =>
  schema && isOptional(schema, path) ? undefined : null;

function rangeOf({ minimum, maximum }: Extract<Kind, { kind: 'number' }>): string | undefined {
  return minimum === undefined || maximum === undefined ? undefined : texts.range(number(minimum), number(maximum));
}

interface WordsSettings {
  shared: Pick<ComponentProps<typeof TextField>, 'label' | 'help' | 'error' | 'class' | 'unit'>;
  kind: Extract<Kind, { kind: 'text' }>;
  path: Path;
  value: unknown;
  onText: (text: string | undefined) => void;
}

function Words({ shared, kind: { maxLength }, path, value, onText }: WordsSettings) {
  const isSecret = /passw|community/i.test(textOf(path.at(-1)));
  return (
    <TextField
      {...shared}
      {...(maxLength === undefined ? {} : { maxLength })}
      type={isSecret ? 'password' : 'text'}
      autocomplete="off"
      value={textOf(value)}
      onText={(text) => onText(text === '' && value === undefined ? undefined : text)}
    />
  );
}
