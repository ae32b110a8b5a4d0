/**
 * Collects functions that undo something, and calls them once, the last one first. `close()` may be called twice, and
 * waits for all.
 */
export interface Scope {
  defer(undo: () => unknown): void;
  close(): Promise<void>;
}

/** Makes a scope. If one undo throws, the others still run; the first error is thrown at the end. */
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
