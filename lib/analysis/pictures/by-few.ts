import { onAllProcessors } from '#lib/runtime/processes/on-all-processors.ts';

/** Stills that are taken by one FFmpeg, which has as many decoders. */
const TOGETHER = 6;

/** Takes stills a few at a time, on each processor. Rejects with the first failure, when all have ended. */
export async function byFew<Item>(items: readonly Item[], act: (few: readonly Item[]) => Promise<void>): Promise<void> {
  const few = Array.from({ length: Math.ceil(items.length / TOGETHER) }, (_none, at) =>
    items.slice(at * TOGETHER, (at + 1) * TOGETHER),
  );
  await onAllProcessors(few, async (some) => {
    await act(some);
    return undefined;
  });
}
