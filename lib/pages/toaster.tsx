import { useEffect, useRef } from 'preact/hooks';
import { texts } from './pages-texts.ts';
import { toasts, untell } from './toasts.ts';

/** Shows toasts, also above an open dialog; screen readers read them out. */
export function Toaster() {
  const place = useRef<HTMLDivElement>(null);
  const all = toasts.value;
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    // The popover that is shown last is above all others. It is shown even when empty, since screen readers read out
    // only changes of what is already there.
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
