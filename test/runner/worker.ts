import { run } from 'node:test';
import type { EventData } from 'node:test';
import type { FromWorker } from './batch.ts';

/**
 * Runs the test files of its argument list in this one process and tells the parent each result.
 * A file that leaves something open keeps the process alive; that is told instead of waited for.
 */
const LEAK_AFTER_MS = 10_000;

const tell = (message: FromWorker): void => void process.send?.(message);
const names: string[] = [];
let open = 0;
let leakTimer: NodeJS.Timeout | undefined;

function watchForLeaks(): void {
  clearTimeout(leakTimer);
  if (open > 0) return;
  leakTimer = setTimeout(() => {
    tell({ kind: 'problem', text: `left open after its last test: ${process.getActiveResourcesInfo().join(', ')}` });
    process.disconnect();
    setImmediate(() => process.exit(1));
  }, LEAK_AFTER_MS).unref();
}

function tellResult(data: EventData.TestPass | EventData.TestFail, outcome: 'passed' | 'failed'): void {
  if (data.details.type === 'suite') return;
  const skipped = Boolean(data.skip) || Boolean(data.todo);
  const error = 'error' in data.details ? data.details.error : undefined;
  tell({
    kind: 'result',
    file: data.file ?? '',
    name: [...names.slice(0, data.nesting), data.name].join(' › '),
    outcome: skipped ? 'skipped' : outcome,
    durationMs: data.details.duration_ms,
    ...(error && !skipped ? { error: words(error) } : {}),
  });
}

function words(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

const stream = run({ files: process.argv.slice(2), isolation: 'none', concurrency: 1 });
stream.on('test:start', (data) => void (names[data.nesting] = data.name));
stream.on('test:enqueue', () => {
  open += 1;
  watchForLeaks();
});
stream.on('test:complete', () => {
  open -= 1;
  watchForLeaks();
});
stream.on('test:pass', (data) => tellResult(data, 'passed'));
stream.on('test:fail', (data) => tellResult(data, 'failed'));
stream.on('test:diagnostic', ({ message }) => {
  if (message.startsWith('Error:')) tell({ kind: 'problem', text: message });
});
stream.on('test:summary', () => {
  clearTimeout(leakTimer);
  tell({ kind: 'end' });
});
stream.resume();
