/** The state of a recording. */
export type LampState = 'stopped' | 'setup' | 'recording' | 'paused' | 'finalizing';

/** The state of a recording as a form, so that colour is not needed to see it: ring, disc, bars, broken ring. */
export function Lamp({ state }: { state: LampState }) {
  return (
    <svg class="lamp" data-state={state} viewBox="0 0 24 24" aria-hidden="true">
      {state === 'recording' && <circle class="fill" cx="12" cy="12" r="9" />}
      {state === 'stopped' && <circle class="line" cx="12" cy="12" r="8" />}
      {state === 'paused' && <path class="fill" d="M5 4h5v16H5zM14 4h5v16h-5z" />}
      {(state === 'setup' || state === 'finalizing') && <path class="line turns" d="M12 4a8 8 0 1 1-8 8" />}
    </svg>
  );
}
