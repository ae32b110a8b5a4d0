import type { ComponentChildren, ComponentProps } from 'preact';
import { useId } from 'preact/hooks';
import { usePending } from './pending.ts';

interface Described {
  label: ComponentChildren;
  /** Help, shown below the field and read out by screen readers. */
  help?: ComponentChildren;
  /** What is wrong with the field's value. */
  error?: string | undefined;
  class?: string;
}

interface FieldSettings extends Described {
  children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ComponentChildren;
}

/** A field: label, input, help and mistake, tied together for screen readers. */
export function Field({ label, help, error, children, class: more }: FieldSettings) {
  const id = useId();
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div class={`field ${more ?? ''}`} data-wrong={error ? 'true' : undefined}>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': Boolean(error) })}
      {help && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {error && (
        <p class="mistake" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface TextSettings extends Described {
  value: string;
  onText: (text: string) => void;
  type?: 'text' | 'password' | 'url' | 'number' | 'search' | 'datetime-local' | 'date' | 'time';
  autocomplete?: string;
  required?: boolean;
  maxLength?: number;
  min?: number | string;
  max?: number | string;
  step?: number | string;
  unit?: string;
  placeholder?: string;
  disabled?: boolean;
  name?: string;
}

/** A field for one value that is typed: text, a number, a password, a date and others. */
export function TextField(settings: TextSettings) {
  const { label, help, error, class: more, value, onText, unit, type = 'text', ...others } = settings;
  // Each type of input has attributes of its own; those given here suit all types.
  const attributes = { ...others, type } as ComponentProps<'input'>;
  return (
    <Field label={label} help={help} error={error} {...(more ? { class: more } : {})}>
      {(ids) => (
        <span class="with-unit">
          <input {...attributes} {...ids} value={value} onInput={(event) => onText(event.currentTarget.value)} />
          {unit && <span class="unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

interface ChoiceSettings<Value extends string> extends Described {
  value: Value;
  choices: readonly { value: Value; text: string }[];
  /** Called with a new choice. The field shows the choice until the returned promise settles. */
  onChoice: (value: Value) => unknown;
  disabled?: boolean;
}

/** A field with one choice out of several. */
export function ChoiceField<Value extends string>(settings: ChoiceSettings<Value>) {
  const { label, help, error, class: more, value, choices, onChoice, disabled } = settings;
  const [shown, choose] = usePending(value, onChoice);
  return (
    <Field label={label} help={help} error={error} {...(more ? { class: more } : {})}>
      {(ids) => (
        <select
          {...ids}
          disabled={disabled}
          value={shown}
          onChange={(event) => choose(event.currentTarget.value as Value)}
        >
          {choices.map((one) => (
            <option key={one.value} value={one.value}>
              {one.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface TickSettings {
  label: ComponentChildren;
  help?: ComponentChildren;
  error?: string | undefined;
  value: boolean;
  /** Called with the new state. The field shows it until the returned promise settles. */
  onTick: (value: boolean) => unknown;
  disabled?: boolean;
}

/** A field that is on or off. */
export function TickField({ label, help, error, value, onTick, disabled }: TickSettings) {
  const id = useId();
  const [shown, tick] = usePending(value, onTick);
  return (
    <div class="field tick">
      <input
        id={id}
        type="checkbox"
        checked={shown}
        disabled={disabled}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => tick(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {help && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {error && <p class="mistake">{error}</p>}
    </div>
  );
}
