import { fileURLToPath } from 'node:url';
import type { Device } from '#agent/device/device.ts';
import type { Log, LogLines } from '#lib/runtime/log.ts';
import type { Calls } from '#lib/runtime/processes/peer.ts';
import { superviseProcess, type SupervisedOptions } from '#lib/runtime/processes/supervised.ts';
import type { Scope } from '#lib/runtime/scope.ts';

export interface DoorOptions<Theirs extends Calls, Mine extends Calls> extends Pick<
  SupervisedOptions<Theirs, Mine>,
  'serve' | 'heapMB' | 'niceness'
> {
  device: Device;
  /** Name of the door; the process runs `agent/doors/<name>-door.ts`. */
  name: 'control' | 'streams';
  log: Log;
  lines: LogLines;
}

/**
 * Limits of what a door may ask of the core. Its calls get a quarter of the core's time: turns of 4 ms, which delay no
 * picture, each with a rest of 12 ms. Calls that are more wait in the door; a message of more than 8 MiB ends the
 * connection.
 */
const LIMITS = { turnMs: 4, restMs: 12, mostBytes: 8 << 20, mostCalls: 32, mostAsked: 64 } as const;

/** Lines of a door's log that are kept in a second; further lines are left out, and their number is logged. */
const MOST_LINES = 300;
const SECOND_MS = 1000;
/** Size in MB of a door's heap for new objects (V8's semi-space). */
const SEMI_SPACE_MB = 1;
/**
 * Time in ms that a door may take to end; then it is killed. The two doors together take less than the time in which
 * the box must close, so the recorder has the rest.
 */
const CLOSE_MS = 2500;

/** Starts a door as a process of its own, at lower priority than the core, and again whenever it ends. */
export function startDoorProcess<Theirs extends Calls, Mine extends Calls>(
  { name, device, lines, ...options }: DoorOptions<Theirs, Mine>,
  scope: Scope,
): void {
  const door = superviseProcess<Theirs, Mine>({
    ...options,
    name,
    entry: fileURLToPath(new URL(`../${name}-door.ts`, import.meta.url)),
    semiSpaceMB: SEMI_SPACE_MB,
    limits: LIMITS,
    onState: (trouble) => tellDoor(device, name, trouble),
    onLine: boundedLines(name, options.log, lines),
  });
  scope.defer(() => door.close(CLOSE_MS));
}

function tellDoor(device: Device, name: string, trouble: string | undefined): void {
  const alarm = { name: 'fault' as const, about: name };
  if (trouble === undefined) return device.observe({ fact: 'alarm', clear: alarm });
  const text = `the process "${name}" ended, and is started again: ${trouble}`;
  device.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text } });
}

function boundedLines(door: string, log: Log, lines: LogLines): (line: string) => void {
  let begunMs = 0;
  let count = 0;
  return (line) => {
    const nowMs = performance.now();
    if (nowMs - begunMs > SECOND_MS) {
      if (count > MOST_LINES) log.warn({ door, lines: count - MOST_LINES }, 'lines of a door were left out');
      begunMs = nowMs;
      count = 0;
    }
    if (++count > MOST_LINES) return;
    if (line.startsWith('{')) lines.write(`${line}\n`);
    // A line that is no JSON is no line of the log: Node prints such lines when it crashes.
    else log.warn({ door, line: line.slice(0, 1000) }, 'a door says');
  };
}
