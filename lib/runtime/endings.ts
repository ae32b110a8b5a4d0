/** Ends that nobody waits for at once: whoever closes the whole waits for them as well. */
export interface Endings {
  add(end: Promise<void> | undefined): void;
  /** Resolves when all that was added has ended; rejects if one that had not ended yet failed. */
  all(): Promise<void>;
}

/** Opens a list of ends; what has ended leaves it by itself. */
export function openEndings(): Endings {
  const running = new Set<Promise<void>>();
  return {
    add(end) {
      if (!end) return;
      running.add(end);
      const gone = (): void => void running.delete(end);
      end.then(gone, gone);
    },
    all: async () => void (await Promise.all(running)),
  };
}
