import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasEnded, isOver, newRun, type PlannedOperation, type Run } from '#central/workflows/run/run.ts';
import { step, type RunEvent } from '#central/workflows/run/step.ts';
import { seeded } from '#test/support/seeded.ts';

const operation = (id: string, waitsFor: number[] = [], more: Partial<PlannedOperation> = {}): PlannedOperation => ({
  id,
  description: '',
  configuration: new Map(),
  waitsFor,
  failOnError: true,
  maxAttempts: 1,
  when: [],
  isAgain: false,
  retryStrategy: 'none',
  ...more,
});

const HANDLERS = new Map([['partial-error', [operation('email'), operation('cleanup', [0])]]]);
const handlerOf = (definition: string) => HANDLERS.get(definition);

/** A run that is driven by events; `sent` has all that was handed out, by id. */
function driven(planned: readonly PlannedOperation[]) {
  let run: Run = newRun(planned, new Map([['who', 'a teacher']]));
  const sent: string[] = [];
  const at = (id: string): number => run.operations.findIndex((one) => one.id === id);
  const tell = (event: RunEvent): void => {
    const next = step(run, event, handlerOf);
    run = next.run;
    sent.push(...next.send.map((position) => run.operations[position]!.id));
  };
  return {
    sent,
    tell,
    take: (id: string) => tell({ kind: 'taken', position: at(id) }),
    done: (id: string, variables?: Record<string, string>) =>
      tell({
        kind: 'done',
        position: at(id),
        life: run.operations[at(id)]!.life,
        variables: variables && new Map(Object.entries(variables)),
      }),
    fail: (id: string, reason = 'ffmpeg ended with 1') =>
      tell({ kind: 'failed', position: at(id), life: run.operations[at(id)]!.life, reason }),
    pause: (id: string) => tell({ kind: 'pause', position: at(id), life: run.operations[at(id)]!.life }),
    states: () => run.operations.map(({ id, state }) => `${id} ${state}`),
    of: (id: string) => run.operations[at(id)]!,
    get run() {
      return run;
    },
  };
}

/** inspect, then encode and waveform side by side, then publish. */
const CHAIN = [
  operation('inspect'),
  operation('encode', [0], { exceptionHandler: 'partial-error' }),
  operation('waveform', [0], { failOnError: false }),
  operation('publish', [1]),
];

describe('a run', () => {
  test('hands out what nothing holds up, side by side, and succeeds when all have ended', () => {
    const run = driven(CHAIN);
    run.tell({ kind: 'begin' });
    assert.deepEqual(run.sent, ['inspect']);
    run.take('inspect');
    run.done('inspect', { width: '1280' });
    assert.deepEqual(run.sent, ['inspect', 'encode', 'waveform']);
    run.take('encode');
    run.done('encode');
    assert.deepEqual(run.sent.at(-1), 'publish', 'publish does not wait for the waveform');
    run.take('publish');
    run.done('publish');
    assert.equal(run.run.state, 'running');
    run.take('waveform');
    run.fail('waveform');
    assert.equal(run.run.state, 'succeeded');
    assert.equal(run.of('waveform').reason, 'ffmpeg ended with 1');
    assert.deepEqual(
      run.run.variables,
      new Map([
        ['who', 'a teacher'],
        ['width', '1280'],
      ]),
    );
  });

  test('that fails leaves out what has not begun, and what handles failures follows in its order', () => {
    const run = driven(CHAIN);
    run.tell({ kind: 'begin' });
    run.take('inspect');
    run.done('inspect');
    run.take('encode');
    run.take('waveform');
    run.fail('encode');
    assert.equal(run.run.state, 'failing');
    assert.deepEqual(run.states(), [
      'inspect succeeded',
      'encode failed',
      'waveform running',
      'publish skipped',
      'email instantiated',
      'cleanup instantiated',
    ]);
    assert.deepEqual(run.sent.at(-1), 'email');
    run.take('email');
    run.fail('email', 'no SMTP server');
    assert.deepEqual(run.sent.at(-1), 'cleanup');
    run.take('cleanup');
    run.done('cleanup');
    assert.equal(run.run.state, 'failing', 'the waveform is still at work');
    run.done('waveform');
    assert.equal(run.run.state, 'failed');
    run.tell({ kind: 'retry' });
    assert.deepEqual(run.states(), [
      'inspect succeeded',
      'encode instantiated',
      'waveform succeeded',
      'publish instantiated',
    ]);
    assert.deepEqual(run.sent.at(-1), 'encode');
  });

  test('tries an operation again as often as it may, at once or when a person says so', () => {
    const run = driven([
      operation('fetch', [], { maxAttempts: 3, retryStrategy: 'retry' }),
      operation('encode', [0], { maxAttempts: 2, retryStrategy: 'hold' }),
    ]);
    run.tell({ kind: 'begin' });
    for (let attempt = 0; attempt < 2; attempt++) {
      run.take('fetch');
      run.fail('fetch');
    }
    assert.deepEqual(run.sent, ['fetch', 'fetch', 'fetch']);
    run.take('fetch');
    run.done('fetch');
    run.take('encode');
    run.fail('encode', 'the disk is full');
    assert.deepEqual(
      [run.run.state, run.of('encode').state, run.of('encode').reason],
      ['paused', 'retry', 'the disk is full'],
    );
    run.tell({ kind: 'resume', variables: new Map([['profile', 'low']]) });
    run.take('encode');
    run.fail('encode');
    assert.equal(run.run.state, 'failed');
    assert.equal(run.run.variables.get('profile'), 'low');
  });

  test('waits for a person, and hands nothing out while it is suspended', () => {
    const run = driven([operation('inspect'), operation('editor', [0]), operation('publish', [1])]);
    run.tell({ kind: 'begin' });
    run.tell({ kind: 'suspend' });
    run.take('inspect');
    assert.equal(run.of('inspect').state, 'instantiated', 'no worker takes it');
    run.tell({ kind: 'resume' });
    assert.deepEqual(run.sent, ['inspect', 'inspect']);
    run.take('inspect');
    run.tell({ kind: 'suspend' });
    run.done('inspect');
    assert.deepEqual([run.run.state, run.sent.length], ['paused', 2], 'what was at work is counted');
    run.tell({ kind: 'resume' });
    run.take('editor');
    run.pause('editor');
    assert.equal(run.run.state, 'paused');
    run.tell({ kind: 'resume' });
    assert.deepEqual(run.sent.at(-1), 'publish');
  });

  test('an operation that waits for a person may be done once more when the run goes on', () => {
    const run = driven([operation('editor'), operation('publish', [0])]);
    run.tell({ kind: 'begin' });
    run.take('editor');
    const { life } = run.of('editor');
    const variables = new Map([['asked', 'true']]);
    run.tell({ kind: 'pause', position: 0, life, variables, again: true });
    assert.deepEqual([run.run.state, run.run.variables.get('asked')], ['paused', 'true']);
    run.tell({ kind: 'resume' });
    assert.deepEqual(run.sent, ['editor', 'editor']);
    run.take('editor');
    run.done('editor');
    assert.deepEqual(run.sent.at(-1), 'publish');
  });

  test('that is stopped takes no result any more, and may be retried', () => {
    const run = driven(CHAIN);
    run.tell({ kind: 'begin' });
    run.take('inspect');
    const { life } = run.of('inspect');
    run.tell({ kind: 'stop' });
    run.tell({ kind: 'done', position: 0, life });
    assert.deepEqual([run.run.state, run.of('inspect').state], ['stopped', 'skipped']);
    run.tell({ kind: 'retry' });
    run.take('inspect');
    run.tell({ kind: 'done', position: 0, life });
    assert.equal(run.of('inspect').state, 'running', 'the worker from before the stop is not believed');
    run.done('inspect');
    assert.equal(run.of('inspect').state, 'succeeded');
  });

  test('goes on with another worker when one is gone, and gives an operation up that ends them all', () => {
    const run = driven([operation('encode', [], { maxAttempts: 2, retryStrategy: 'retry' })]);
    run.tell({ kind: 'begin' });
    run.take('encode');
    const { life } = run.of('encode');
    run.take('encode');
    run.tell({ kind: 'done', position: 0, life });
    assert.equal(run.of('encode').state, 'running', 'the first one was taken for dead');
    for (let more = 0; more < 3; more++) run.take('encode');
    assert.deepEqual([run.of('encode').state, run.of('encode').attempts], ['instantiated', 1]);
    assert.match(run.of('encode').reason ?? '', /ended 4 times/);
    for (let more = 0; more < 5; more++) run.take('encode');
    assert.equal(run.run.state, 'failed');
  });

  test('of nothing succeeds at once', () => {
    const run = driven([]);
    run.tell({ kind: 'begin' });
    assert.equal(run.run.state, 'succeeded');
  });
});

test('whatever happens in whatever order, twice or never: order is kept, and a run that is served ends', () => {
  const random = seeded(351);
  const below = (count: number): number => Math.floor(random() * count);
  for (let round = 0; round < 400; round++) {
    const count = 1 + below(7);
    const planned = Array.from({ length: count }, (_, at) =>
      operation(
        `op ${at}`,
        Array.from({ length: at }, (_, one) => one).filter(() => random() < 0.3),
        {
          failOnError: random() < 0.5,
          maxAttempts: 1 + below(3),
          retryStrategy: (['none', 'retry', 'hold'] as const)[below(3)]!,
          ...(random() < 0.5 ? { exceptionHandler: 'partial-error' } : {}),
        },
      ),
    );
    const run = driven(planned);
    run.tell({ kind: 'begin' });
    for (let events = 0; events < 60; events++) {
      const position = below(run.run.operations.length);
      const { life, state } = run.run.operations[position]!;
      const before = run.run;
      const kinds = ['taken', 'done', 'skipped', 'failed', 'pause', 'suspend', 'resume', 'retry'] as const;
      const kind = kinds[below(random() < 0.9 ? 5 : kinds.length)]!;
      const old = random() < 0.2 ? life - 1 : life;
      if (kind === 'taken' && state === 'instantiated' && !run.run.operations[position]!.isSent) continue;
      if (kind === 'failed') run.tell({ kind, position, life: old, reason: 'so' });
      else if (kind === 'done' || kind === 'skipped' || kind === 'pause') run.tell({ kind, position, life: old });
      else if (kind === 'taken') run.tell({ kind, position });
      else run.tell({ kind });
      for (const [at, one] of run.run.operations.entries())
        if (one.state === 'running' && before.operations[at]?.state !== 'running')
          assert.ok(
            one.waitsFor.every((other) => hasEnded(run.run.operations[other]!)),
            'it began before its turn',
          );
    }
    // From here on everything is served.
    for (let left = 0; left < 500 && !isOver(run.run); left++) {
      if (run.run.state === 'paused') run.tell({ kind: 'resume' });
      for (const [position, { state, isSent }] of run.run.operations.entries()) {
        if (state === 'instantiated' && isSent) run.tell({ kind: 'taken', position });
        const { life, state: now } = run.run.operations[position] ?? { life: 0, state: 'failed' };
        if (now === 'running') run.tell({ kind: 'done', position, life });
      }
    }
    assert.ok(isOver(run.run), JSON.stringify(run.run));
  }
});
