import { backoff, type Backoff } from '#lib/runtime/backoff.ts';
import type { RelayTrouble } from '#lib/rtsp/relay/trouble.ts';

/** The waits between tries of a source, by what went wrong. */
export interface InputWaits {
  /** Milliseconds until the next try. */
  next(trouble: RelayTrouble['kind'] | undefined): number;
  /** The source has a picture. */
  reset(): void;
}

/** Refused logins in a row from which on tries wait for minutes, since cameras lock an account after a few more. */
const QUICK_LOGINS = 3;

/** Makes the waits of a source. */
export function openInputWaits(): InputWaits {
  const usual = backoff([300, 500, 1000, 1000, 2000]);
  const afterLogins = backoff([60_000, 120_000, 300_000]);
  const afterRedirects = backoff([2000, 5000, 10_000, 30_000, 60_000]);
  let logins = 0;
  const of = (kind: RelayTrouble['kind'] | undefined): Backoff => {
    if (kind === 'redirects') return afterRedirects;
    return kind === 'login' && ++logins >= QUICK_LOGINS ? afterLogins : usual;
  };
  return {
    next: (kind) => of(kind).next(),
    reset() {
      logins = 0;
      for (const waits of [usual, afterLogins, afterRedirects]) waits.reset();
    },
  };
}
