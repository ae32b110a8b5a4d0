/** Lets so many of our reads and writes through at a time, however many transfers there are. */
export interface Turnstile {
  /** Runs it when it is its turn. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
}

/** `atOnce` 2: the recording uses the same threads of the process, and comes first. */
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
