import { availableParallelism } from 'node:os';

/**
 * Does pieces of work side by side, one on each processor, in their order. When `act` rejects, or gives a reason to stop,
 * no further one is begun. Resolves or rejects only when all that were begun have ended: with the first reason to stop
 * (undefined: all is done), or the first failure.
 */
export async function onAllProcessors<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<string | undefined>,
): Promise<string | undefined> {
  const waiting = [...items];
  let reason: string | undefined;
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const stop = await act(item).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
      if (stop === undefined) continue;
      reason ??= stop;
      waiting.length = 0;
    }
  };
  const lanes = Array.from({ length: Math.min(availableParallelism(), items.length) }, lane);
  const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return reason;
}
