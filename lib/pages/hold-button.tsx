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
 * Does what it says when it was held for a second, by finger, mouse, space bar or enter; whoever cannot hold (a screen
 * reader's press has no length) presses twice.
 */
export function HoldButton({ children, kind = 'danger', onHeld, disabled, id, class: more }: HoldSettings) {
  const hold = useSignal<Hold>({ phase: 'idle' });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** The click that follows a hold by finger or key is no press of its own. */
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
  /** Whoever goes away makes no click of it. */
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
