/** Work that is done one after the other, in the order in which it was asked for. */
export interface InTurn {
  /** Does `work` when all before it is over, and gives what comes of it. What fails is told to its asker; the next goes on. */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /** Resolves when all that was asked for until now is over. */
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
