import type { ComponentChildren } from 'preact';
import { useSignal } from '@preact/signals';

export interface ButtonSettings {
  children: ComponentChildren;
  /**
   * `main`: the usual action of its place; `record`, `danger`: an action that cannot be undone; `quiet`: a button
   * inside text.
   */
  kind?: 'plain' | 'main' | 'record' | 'danger' | 'quiet';
  /** Called for a press. If it gives a promise, the button takes no other press until the promise has settled. */
  onPress?: () => unknown;
  submit?: boolean;
  disabled?: boolean;
  /** Whether it is pressed, for a button that switches something or is one of several choices. */
  pressed?: boolean;
  current?: boolean;
  label?: string;
  title?: string;
  class?: string;
  id?: string;
}

/** A button. While the promise of its action has not settled, it shows that and takes no press. */
export function Button(settings: ButtonSettings) {
  const { children, kind = 'plain', onPress, submit, disabled, pressed, current, label, title } = settings;
  const busy = useSignal(false);
  const press = async (): Promise<void> => {
    if (busy.value || !onPress) return;
    busy.value = true;
    try {
      await onPress();
    } finally {
      busy.value = false;
    }
  };
  return (
    <button
      id={settings.id}
      type={submit ? 'submit' : 'button'}
      class={`button ${kind} ${settings.class ?? ''}`}
      disabled={disabled}
      aria-busy={busy.value}
      aria-pressed={pressed}
      aria-current={current ? 'true' : undefined}
      aria-label={label}
      title={title}
      onClick={() => void press()}
    >
      {children}
    </button>
  );
}
