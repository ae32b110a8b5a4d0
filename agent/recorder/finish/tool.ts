import { startChild } from '#lib/runtime/processes/child.ts';

/** A run of a program. */
export interface ToolRun {
  command: string;
  argv: readonly string[];
  cwd?: string;
  /** Text for its standard input. */
  input?: string;
  /** Ends it early. */
  signal?: AbortSignal;
}

const MAX_OUTPUT_BYTES = 4 << 20;

/**
 * Runs a program at low priority, so that it takes nothing from the live processes. Gives its standard output; throws
 * an Error with the program's own words if it fails or is ended.
 */
export async function runTool(run: ToolRun): Promise<string> {
  const child = startChild({
    command: 'nice',
    argv: ['-n', '15', run.command, ...run.argv],
    takes: [1],
    feeds: [0],
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
  });
  const stop = (): void => void child.stop(500);
  run.signal?.addEventListener('abort', stop);
  if (run.signal?.aborted) stop();
  child.feed(0).end(run.input ?? '');
  try {
    const [output, death] = await Promise.all([readAll(child.take(1)), child.died]);
    if (death.code !== 0) throw new Error(`${run.command}: ${death.reason}`);
    return output;
  } finally {
    run.signal?.removeEventListener('abort', stop);
  }
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
