/** Limits how many pieces of work run at the same time; the others wait in order. */
export interface Turnstile {
  /** Runs `act` in its turn. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
}

/**
 * Makes a turnstile for `atOnce` at the same time. The default of 2 leaves threads of the process for the recording,
 * which comes first.
 */
export function openTurnstile(atOnce = 2): Turnstile {
  const queue: (() => void)[] = [];
  let busy = 0;
  return {
    async inTurn(act) {
      if (busy >= atOnce) await new Promise<void>((resolve) => void queue.push(resolve));
      else busy += 1;
      try {
        return await act();
      } finally {
        const next = queue.shift();
        if (next) next();
        else busy -= 1;
      }
    },
  };
}
