import { hasEnded, type RunOperation } from './run.ts';

/**
 * Positions of the operations that the first publication for viewers waits for, and of that itself; without one, of the
 * first of another kind. They are done first: looking for slides does not hold up what students wait for.
 */
export function awaitedOperations(operations: readonly Pick<RunOperation, 'id' | 'waitsFor'>[]): ReadonlySet<number> {
  const first = operations.findIndex(({ id }) => id === 'publish-engage');
  const other = operations.findIndex(({ id }) => id.startsWith('publish-'));
  const awaited = new Set<number>();
  const waiting = [first >= 0 ? first : other].filter((position) => position >= 0);
  for (let position = waiting.pop(); position !== undefined; position = waiting.pop()) {
    if (awaited.has(position)) continue;
    awaited.add(position);
    waiting.push(...(operations[position]?.waitsFor ?? []));
  }
  return awaited;
}

/** Whether some of these operations have not ended. */
export const isAwaiting = (operations: readonly Pick<RunOperation, 'state'>[], awaited: ReadonlySet<number>): boolean =>
  operations.some((operation, position) => awaited.has(position) && !hasEnded(operation));
