import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Tries, inside each process and thread of a box or server under test (`NODE_OPTIONS=--import`), whether foreign input
 * can reach the prototype of our objects by its name. Adds a line to `$AMPHI_PROTO_PROBE`: the process id, `main` or
 * `thread`, the script, and `safe` or what was reached.
 */
const file = process.env['AMPHI_PROTO_PROBE'];

function reached(): string {
  const foreign = JSON.parse('{"__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}') as Record<
    string,
    object
  >;
  const copied = Object.assign({}, foreign) as Record<string, unknown>;
  if (copied['polluted'] !== undefined) return 'the prototype of a copy';
  const name = '__proto__';
  const target: Record<string, Record<string, unknown>> = {};
  (target[name] ??= {})['polluted'] = 1;
  if (({} as Record<string, unknown>)['polluted'] === undefined) return 'safe';
  delete (Object.prototype as unknown as Record<string, unknown>)['polluted'];
  return 'the prototype of all objects';
}

if (file)
  appendFileSync(file, `${process.pid} ${isMainThread ? 'main' : 'thread'} ${process.argv[1] ?? '-'} ${reached()}\n`);
