import type { Catalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import type { OperationDefinition } from '@amphi/lib/opencast/workflows/definition.ts';
import { graphOf, type GraphNode } from '@amphi/lib/opencast/workflows/graph.ts';
import type { PlannedOperation } from './run/run.ts';

/**
 * The operations of a run of these operations of a definition, whose includes were replaced. They wait for each other as the
 * graph says; a publication that does not wait for what may fail is followed by one that repeats it with what came later.
 */
export function planOf(operations: readonly OperationDefinition[], catalogue: Catalogue): PlannedOperation[] {
  const { operations: nodes } = graphOf({ operations }, catalogue);
  const planned: PlannedOperation[] = [];
  /** Places in the run of each operation of the definition: a publication that is repeated has two. */
  const places: number[][] = [];
  for (const [at, operation] of operations.entries()) {
    const { needs, later } = nodes[at] as GraphNode;
    const waitsFor = needs.flatMap(({ on }) => places[on] ?? []);
    const own = [planned.length];
    planned.push(plannedOf(operation, waitsFor));
    if (later.length > 0) {
      own.push(planned.length);
      const after = [own[0] as number, ...later.flatMap(({ on }) => places[on] ?? [])];
      planned.push({ ...plannedOf(operation, after), failOnError: false, isAgain: true });
    }
    places.push(own);
  }
  return planned;
}

const plannedOf = (
  {
    id,
    description,
    when,
    failOnError,
    exceptionHandler,
    maxAttempts,
    retryStrategy,
    configurations,
  }: OperationDefinition,
  waitsFor: readonly number[],
): PlannedOperation => ({
  id,
  description,
  when,
  configuration: new Map(configurations.map(({ key, value }) => [key, value])),
  waitsFor,
  failOnError,
  exceptionHandler,
  maxAttempts,
  retryStrategy,
  isAgain: false,
});
