/** Collects the ends of what nobody waits for at once; the owner waits for all of them when it closes. */
export interface Endings {
  add(end: Promise<void> | undefined): void;
  /** Resolves when everything that was added has ended; rejects if something that was still running fails. */
  all(): Promise<void>;
}

/** Opens a list of endings; one that has ended leaves the list. */
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
