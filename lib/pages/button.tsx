import type { ComponentChildren } from 'preact';
import { useSignal } from '@preact/signals';

export interface ButtonSettings {
  children: ComponentChildren;
  /** `main`: what is mostly done here; `record`, `danger`: what cannot be taken back; `quiet`: among text. */
  kind?: 'plain' | 'main' | 'record' | 'danger' | 'quiet';
  /** While it runs the button takes no other press. */
  onPress?: () => unknown;
  submit?: boolean;
  disabled?: boolean;
  /** For a button that is one of several states. */
  pressed?: boolean;
  current?: boolean;
  label?: string;
  title?: string;
  class?: string;
  id?: string;
}

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
