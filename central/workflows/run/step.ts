import { fresh, hasEnded, isOver, type PlannedOperation, type Run, type RunOperation, type Variables } from './run.ts';

/** A result of an operation; `life` says which worker it comes from. */
interface Result {
  position: number;
  life: number;
}

/** What happened to a run: a result of one of its operations, or what a person asks for. */
export type RunEvent =
  | { kind: 'begin' }
  /** A worker takes an operation. */
  | { kind: 'taken'; position: number }
  | (Result & { kind: 'done' | 'skipped'; variables?: Variables | undefined })
  /** The operation needs a person: the run waits until it is resumed; `again`: then the operation is done once more. */
  | (Result & { kind: 'pause'; variables?: Variables | undefined; again?: boolean | undefined })
  | (Result & { kind: 'failed'; reason: string })
  /** Its worker ends in good order and gives the operation back, as if it had never taken it. */
  | (Result & { kind: 'released' })
  | { kind: 'suspend' }
  | { kind: 'stop' }
  /** Goes on after a pause, or tries an operation again that is held. */
  | { kind: 'resume'; variables?: Variables | undefined }
  /** Tries a run that failed or was stopped again, from the operations that did not succeed. */
  | { kind: 'retry'; variables?: Variables | undefined };

/** The run after an event, and the positions of the operations that are handed to the workers now. */
export interface Step {
  run: Run;
  send: readonly number[];
}

/** Operations of the definition that handles a failure; undefined: there is no such definition. */
export type HandlerOf = (definition: string) => readonly PlannedOperation[] | undefined;

/** Workers that may end within one attempt without a result; after one more the attempt has failed. */
const MOST_CRASHES = 3;

/**
 * Decides what becomes of a run. An event that its state does not allow, such as the result of a worker that was taken for dead,
 * gives the same run, so events may arrive twice.
 */
export function step(run: Run, event: RunEvent, handlerOf: HandlerOf): Step {
  switch (event.kind) {
    case 'begin':
      return run.state === 'instantiated' ? begun(run) : same(run);
    case 'taken':
      return taken(run, event.position, handlerOf);
    case 'suspend':
      return run.state === 'running' || run.state === 'instantiated' ? same({ ...run, state: 'paused' }) : same(run);
    case 'stop':
      return isOver(run) ? same(run) : same(stopped(run));
    case 'resume':
      return run.state === 'paused' ? resumed(run, event.variables) : same(run);
    case 'retry':
      return run.state === 'failed' || run.state === 'stopped' ? retried(run, event.variables) : same(run);
    case 'done':
    case 'skipped':
    case 'pause':
    case 'failed':
    case 'released':
      return isAtWork(run, event) ? settled(run, event, handlerOf) : same(run);
  }
}

const same = (run: Run): Step => ({ run, send: [] });

const isAtWork = ({ operations }: Run, { position, life }: Result): boolean =>
  operations[position]?.state === 'running' && operations[position].life === life;

const withOperation = (run: Run, position: number, change: Partial<RunOperation>): Run => ({
  ...run,
  operations: run.operations.map((operation, at) => (at === position ? { ...operation, ...change } : operation)),
});

const withVariables = (run: Run, variables: Variables | undefined): Run =>
  variables ? { ...run, variables: new Map([...run.variables, ...variables]) } : run;

/** Hands out the first operations. The run counts as running once a worker has taken one of them. */
function begun(run: Run): Step {
  const { run: next, send } = goOn({ ...run, state: 'running' });
  return { run: next.state === 'running' ? { ...next, state: 'instantiated' } : next, send };
}

/** A worker begins with an operation. If another one had it, that one is gone. */
function taken(run: Run, position: number, handlerOf: HandlerOf): Step {
  const operation = run.operations[position];
  const mayRun = ['instantiated', 'running', 'failing'].includes(run.state);
  if (!operation || !mayRun) return same(run);
  if (run.state === 'instantiated' && operation.state === 'instantiated')
    return taken({ ...run, state: 'running' }, position, handlerOf);
  const life = operation.life + 1;
  if (operation.state === 'instantiated')
    return same(
      withOperation(run, position, {
        state: 'running',
        isSent: false,
        life,
        attempts: operation.attempts + 1,
        crashes: 0,
      }),
    );
  if (operation.state !== 'running') return same(run);
  const crashes = operation.crashes + 1;
  const next = withOperation(run, position, { life, crashes });
  if (crashes <= MOST_CRASHES) return same(next);
  return failed(next, position, `its worker ended ${crashes} times without a result`, handlerOf);
}

function settled(
  run: Run,
  event: Exclude<RunEvent, { kind: 'begin' | 'taken' | 'suspend' | 'stop' | 'resume' | 'retry' }>,
  handlerOf: HandlerOf,
): Step {
  const { position } = event;
  if (event.kind === 'failed') return failed(run, position, event.reason, handlerOf);
  if (event.kind === 'released') {
    const attempts = (run.operations[position]?.attempts ?? 1) - 1;
    return goOn(withOperation(run, position, { state: 'instantiated', attempts }));
  }
  const next = withVariables(run, event.variables);
  // While a failure is handled nobody is waited for.
  const isWaiting = event.kind === 'pause' && run.state !== 'failing';
  if (isWaiting) {
    const state = event.kind === 'pause' && event.again === true ? 'retry' : 'paused';
    return same(waiting(withOperation(next, position, { state })));
  }
  const state = event.kind === 'done' ? 'succeeded' : 'skipped';
  return goOn(withOperation(next, position, { state, reason: undefined }));
}

/** A run that waits for a person; one that a person has suspended waits already. */
const waiting = (run: Run): Run => (run.state === 'running' ? { ...run, state: 'paused' } : run);

function failed(run: Run, position: number, reason: string, handlerOf: HandlerOf): Step {
  const operation = run.operations[position]!;
  const mayTryAgain = operation.maxAttempts < 0 || operation.attempts < operation.maxAttempts;
  if (mayTryAgain && operation.retryStrategy === 'retry')
    return goOn(withOperation(run, position, { state: 'instantiated', reason }));
  if (mayTryAgain && operation.retryStrategy === 'hold' && run.state !== 'failing')
    return same(waiting(withOperation(run, position, { state: 'retry', reason })));
  const next = withOperation(run, position, { state: 'failed', reason });
  if (!operation.failOnError || run.state === 'failing') return goOn(next);
  return failing(next, operation.exceptionHandler, handlerOf);
}

/** The run has failed: what has not begun is left out, and the operations that handle the failure follow. */
function failing(run: Run, handler: string | undefined, handlerOf: HandlerOf): Step {
  const left = leftOut(run.operations, ({ state }) => state !== 'running');
  const added = (handler === undefined ? [] : (handlerOf(handler) ?? [])).map((operation) => {
    // A failure of one of these is told, and the others are still done.
    const planned = { ...operation, failOnError: false };
    return fresh({ ...planned, waitsFor: operation.waitsFor.map((position) => position + left.length) }, true);
  });
  return goOn({ ...run, state: 'failing', operations: [...left, ...added] });
}

const leftOut = (
  operations: readonly RunOperation[],
  isMeant: (operation: RunOperation) => boolean,
): readonly RunOperation[] =>
  operations.map((operation) =>
    !hasEnded(operation) && isMeant(operation) ? { ...operation, state: 'skipped', isSent: false } : operation,
  );

/** Results of operations that are still at work do not count any more. */
const stopped = (run: Run): Run => ({ ...run, state: 'stopped', operations: leftOut(run.operations, () => true) });

function resumed(run: Run, variables: Variables | undefined): Step {
  const operations = run.operations.map((operation): RunOperation => {
    if (operation.state === 'paused') return { ...operation, state: 'succeeded' };
    if (operation.state === 'retry') return { ...operation, state: 'instantiated' };
    // The workers have dropped what they were handed meanwhile.
    return { ...operation, isSent: false };
  });
  return goOn(withVariables({ ...run, operations, state: 'running' }, variables));
}

/** What succeeded is kept. What handled the failure goes. */
function retried(run: Run, variables: Variables | undefined): Step {
  const operations = run.operations
    .filter(({ isHandler }) => !isHandler)
    .map((operation): RunOperation =>
      operation.state === 'succeeded' ? operation : { ...operation, state: 'instantiated', attempts: 0, isSent: false },
    );
  return goOn(withVariables({ ...run, operations, state: 'running' }, variables));
}

/** Hands out every operation whose predecessors have ended, and ends the run when nothing is left. */
function goOn(run: Run): Step {
  if (run.state !== 'running' && run.state !== 'failing') return same(run);
  const { operations } = run;
  if (operations.every(hasEnded)) return same({ ...run, state: run.state === 'running' ? 'succeeded' : 'failed' });
  const isReady = ({ state, isSent, waitsFor }: RunOperation): boolean =>
    state === 'instantiated' && !isSent && waitsFor.every((position) => hasEnded(operations[position]!));
  const send = operations.flatMap((operation, position) => (isReady(operation) ? [position] : []));
  const sent = operations.map((operation) => (isReady(operation) ? { ...operation, isSent: true } : operation));
  return { run: { ...run, operations: sent }, send };
}
