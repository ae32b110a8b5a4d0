/** Does one piece of work after the other, in the order in which they were asked for. */
export interface InTurn {
  /**
   * Runs `work` when all work before it is done, and gives its result. If it fails, only its caller gets the error; the
   * next one runs.
   */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /** Resolves when all work that was asked for until now is done. */
  idle(): Promise<void>;
}

/** Opens a queue of work. */
export function openInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const done = last.then(work);
      last = done.catch(() => undefined);
      return done;
    },
    idle: async () => void (await last),
  };
}
