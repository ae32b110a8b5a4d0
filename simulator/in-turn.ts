/** Makes a function that runs acts one after the other, whether the one before succeeded or not. */
export function inTurn(): (act: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return async (act) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    try {
      await act();
    } finally {
      resolve();
    }
  };
}
