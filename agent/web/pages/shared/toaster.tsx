import { said } from './said.ts';
import { toasts, untell } from './toasts.ts';

/** Where short words are shown, and told to those who hear the page. */
export function Toaster() {
  return (
    <div class="toaster" role="status" aria-live="polite">
      {toasts.value.map(({ id, kind, text }) => (
        <p key={id} class="toast" data-kind={kind}>
          <span>{text}</span>
          {kind === 'trouble' && (
            <button type="button" class="button quiet close" aria-label={said.close} onClick={() => untell(id)}>
              ×
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
