import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { texts } from './pages-texts.ts';

interface DialogSettings {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
  wide?: boolean;
}

/**
 * A question above the page, shown as long as it is rendered. Escape and the close button call `onClose`; the focus
 * then goes back to where it was.
 */
export function Dialog({ title, children, onClose, wide }: DialogSettings) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      class={wide ? 'wide' : ''}
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="button quiet close" aria-label={texts.close} onClick={onClose}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}
