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
  /** `agent/doors/<name>.ts` is what it runs. */
  name: 'control' | 'streams';
  log: Log;
  lines: LogLines;
}

/**
 * What a door may ask of the core: a quarter of its thread's time, in turns that no picture is late for. What is more waits in
 * the door.
 */
const LIMITS = { turnMs: 4, restMs: 12, mostBytes: 8 << 20, mostCalls: 32, mostAsked: 64 } as const;

/** Lines of a door's log that are kept in a second; of more it is said how many were left out. */
const MOST_LINES = 300;
const SECOND_MS = 1000;
/** The youngest objects of a door, in MB. */
const SEMI_SPACE_MB = 1;
/** So long a door may take to end. Both together leave the recorder its time before the box is ended. */
const CLOSE_MS = 2500;

/** Starts a door as a process of its own that gives way to the core, and again whenever it ends. */
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
    // No line of its log: what Node says when it ends badly.
    else log.warn({ door, line: line.slice(0, 1000) }, 'a door says');
  };
}
