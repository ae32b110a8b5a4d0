/** Collects undos and runs them once, last first. `close()` is idempotent and waits for all of them. */
export interface Scope {
  defer(undo: () => unknown): void;
  close(): Promise<void>;
}

/** An undo that throws does not keep the others from running; the first error is thrown at the end. */
export function openScope(): Scope {
  const undos: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (let undo = undos.pop(); undo; undo = undos.pop()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  };
  return {
    defer: (undo) => void undos.push(undo),
    close: () => (closing ??= run()),
  };
}
