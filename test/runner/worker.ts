import { run } from 'node:test';
import type { EventData } from 'node:test';
import type { FromWorker } from './batch.ts';
import { isNote } from './notes.ts';

/**
 * Runs the test files of its argument list in this one process and tells the parent each result.
 * A file that leaves something open keeps the process alive; that is told instead of waited for, after so long.
 */
const LEAK_AFTER_MS = 30_000;

const tell = (message: FromWorker): void => void (process.connected && process.send?.(message));
const names: string[] = [];
let open = 0;
let leakTimer: NodeJS.Timeout | undefined;

function watchForLeaks(): void {
  clearTimeout(leakTimer);
  if (open > 0) return;
  leakTimer = setTimeout(() => {
    tell({ kind: 'problem', text: `left open after its last test: ${holdings()}` });
    process.disconnect();
    setImmediate(() => process.exit(1));
  }, LEAK_AFTER_MS).unref();
}

/** What keeps this process alive: kinds of handles and requests, with how many there are. */
function holdings(): string {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => (count > 1 ? `${count} ${kind}` : kind)).join(', ') || 'nothing';
}

const nameOf = (nesting: number, name: string): string => [...names.slice(0, nesting), name].join(' › ');

function tellResult(data: EventData.TestPass | EventData.TestFail, outcome: 'passed' | 'failed'): void {
  if (data.details.type === 'suite') return;
  const skipped = Boolean(data.skip) || Boolean(data.todo);
  const error = 'error' in data.details ? data.details.error : undefined;
  tell({
    kind: 'result',
    file: data.file ?? '',
    name: nameOf(data.nesting, data.name),
    outcome: skipped ? 'skipped' : outcome,
    durationMs: data.details.duration_ms,
    ...(error && !skipped ? { error: words(error) } : {}),
  });
}

function words(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

process.on('message', () => tell({ kind: 'holds', text: holdings() }));
// The channel alone keeps nobody alive.
process.channel?.unref();

const stream = run({ files: process.argv.slice(2), isolation: 'none', concurrency: 1 });
const startedNames: string[] = [];
stream.on('test:start', (data) => void (names[data.nesting] = data.name));
stream.on('test:dequeue', (data) => {
  startedNames[data.nesting] = data.name;
  tell({ kind: 'started', file: data.file ?? '', name: startedNames.slice(0, data.nesting + 1).join(' › ') });
});
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
stream.on('test:diagnostic', ({ message, file, nesting }) => {
  if (message.startsWith('Error:')) tell({ kind: 'problem', text: message });
  else if (isNote(message)) {
    tell({ kind: 'note', file: file ?? '', name: names.slice(0, nesting + 1).join(' › '), text: message });
  }
});
stream.on('test:summary', () => {
  clearTimeout(leakTimer);
  tell({ kind: 'end' });
});
stream.resume();
