import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ASKED_MS, HOLD_MS, pressedOnce, type Hold } from './hold.ts';
import { texts } from './pages-texts.ts';

interface HoldSettings {
  children: ComponentChildren;
  kind?: 'record' | 'danger' | 'main';
  onHeld: () => unknown;
  disabled?: boolean;
  id?: string;
  class?: string;
}

/**
 * A button that acts when it was held for a second by finger, mouse, space bar or enter. People who cannot hold it (the
 * press of a screen reader has no length) press twice.
 */
export function HoldButton({ children, kind = 'danger', onHeld, disabled, id, class: more }: HoldSettings) {
  const hold = useSignal<Hold>({ phase: 'idle' });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** Whether the next click only follows a hold by finger or key, so that it does not count as a press. */
  const wasHeld = useRef(false);
  const idle = (): void => {
    clearTimeout(timer.current);
    hold.value = { phase: 'idle' };
  };
  const begin = (): void => {
    if (disabled || hold.value.phase === 'held') return;
    wasHeld.current = true;
    hold.value = { phase: 'held', sinceMs: performance.now() };
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      idle();
      void onHeld();
    }, HOLD_MS);
  };
  const end = (): void => {
    if (hold.value.phase === 'held') idle();
  };
  /** Ends a press without a click: the finger or the focus has left the button. */
  const leave = (): void => {
    end();
    wasHeld.current = false;
  };
  const click = (): void => {
    if (wasHeld.current) return void (wasHeld.current = false);
    const pressed = pressedOnce(hold.value, performance.now());
    clearTimeout(timer.current);
    hold.value = pressed.hold;
    if (pressed.counts) void onHeld();
    else timer.current = setTimeout(idle, ASKED_MS);
  };
  const isPress = ({ key }: KeyboardEvent): boolean => key === ' ' || key === 'Enter';
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <button
      id={id}
      type="button"
      class={`button hold ${kind} ${more ?? ''}`}
      data-phase={hold.value.phase}
      disabled={disabled}
      onPointerDown={(event) => event.button === 0 && begin()}
      onPointerUp={end}
      onPointerLeave={leave}
      onPointerCancel={leave}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => isPress(event) && !event.repeat && begin()}
      onKeyUp={(event) => isPress(event) && end()}
      onBlur={leave}
      onClick={click}
    >
      <span>{children}</span>
      <small>{hold.value.phase === 'asked' ? texts.pressAgain : texts.holdHint}</small>
    </button>
  );
}
