import { useEffect, useRef } from 'preact/hooks';
import { texts } from './pages-texts.ts';
import { toasts, untell } from './toasts.ts';

/** Where short words are shown, also over an open dialog, and told to those who hear the page. */
export function Toaster() {
  const place = useRef<HTMLDivElement>(null);
  const all = toasts.value;
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    // What is shown last lies over everything else. It is there before it says anything, or nobody would be told.
    if (current.matches(':popover-open')) current.hidePopover();
    current.showPopover();
  }, [all]);
  return (
    <div ref={place} class="toaster" popover="manual" role="status" aria-live="polite">
      {all.map(({ id, kind, text }) => (
        <p key={id} class="toast" data-kind={kind}>
          <span>{text}</span>
          {kind === 'trouble' && (
            <button type="button" class="button quiet close" aria-label={texts.close} onClick={() => untell(id)}>
              ×
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
