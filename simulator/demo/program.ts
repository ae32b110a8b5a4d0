import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startChild } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import type { Scope } from '#lib/runtime/scope.ts';

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));
/** Milliseconds in which a program must be ready: a hall paints its pictures first, which takes minutes on a busy machine. */
const START_MS = 600_000;
const END_MS = 15_000;

/** A program to run. */
export interface ProgramSpec {
  name: string;
  argv: readonly string[];
  /** File of its log. */
  log: string;
  /** Text on stdout that shows that the program is ready. */
  ready: RegExp;
}

/**
 * Runs `bin/amphi …` until the scope is closed; gives its output when it is ready. If the program ends earlier, `stop`
 * is aborted with the reason. Rejects if it does not become ready.
 */
export async function startProgram(spec: ProgramSpec, scope: Scope, stop: AbortController): Promise<string> {
  const log = createWriteStream(spec.log);
  await once(log, 'open');
  const child = startChild({
    command: AMPHI,
    argv: spec.argv,
    takes: [1],
    env: withoutSettings(),
    onStderrLine: (line) => void log.write(`${line}\n`),
  });
  let said = '';
  child.take(1).on('data', (chunk) => void (said = (said + String(chunk)).slice(-10_000)));
  let ended = false;
  const died = child.died.then(({ reason }) => {
    if (!ended) stop.abort(new Error(`the ${spec.name} ended: ${reason}\nits log: ${spec.log}`));
  });
  scope.defer(async () => {
    ended = true;
    await child.stop(END_MS);
    await died;
    log.end();
  });
  const end = performance.now() + START_MS;
  while (!spec.ready.test(said)) {
    stop.signal.throwIfAborted();
    if (performance.now() > end) throw new Error(`the ${spec.name} does not start; its log: ${spec.log}`);
    await sleep(50);
  }
  return said;
}

/** The environment without settings for other boxes. */
const withoutSettings = (): Record<string, string> =>
  Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith('AMPHI_') && name !== 'AMPHI_LOG')
      .map((name) => [name, '']),
  );

/** The text after a word at the beginning of a line. */
export function saidOf(text: string, word: string): string {
  const found = new RegExp(`^${word} +(.+)$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`${word} was not told: ${text}`);
  return found;
}
