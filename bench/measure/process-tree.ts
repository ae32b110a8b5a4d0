import { readdirSync, readFileSync } from 'node:fs';

/** A process and what it has used, from Linux's /proc (proc(5)). */
export interface ProcessUse {
  pid: number;
  argv: readonly string[];
  /** User and system time of the process, and of its children that have ended and were waited for. */
  cpuSeconds: number;
}

/** Linux reports times in units of 1/100 s (USER_HZ) on all machines that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A process and all its descendants. A process that has just ended is left out: its parent has its time. */
export function processTree(root: number): ProcessUse[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = new Map(all.flatMap((name) => readStat(Number(name)) ?? []).map((stat) => [stat.pid, stat]));
  const isOurs = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && isOurs(stats.get(pid)?.parent));
  return [...stats.values()]
    .filter(({ pid }) => isOurs(pid))
    .map(({ pid, cpuSeconds }) => ({ pid, cpuSeconds, argv: readText(pid, 'cmdline').split('\0') }));
}

/** The time that a process and all its descendants, also those that have ended, have used so far. */
export const cpuSecondsOf = (root: number): number =>
  processTree(root).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);

/** Memory of a process and all its descendants in MB (PSS: shared memory is divided among its users). */
export const pssMegabytesOf = (root: number): number => processTree(root).reduce((sum, { pid }) => sum + pssOf(pid), 0);

/** PSS of one process in MB; 0 once it has ended. */
export const pssOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readText(pid, 'smaps_rollup'))?.[1] ?? 0) / 1024;

function readStat(pid: number): { pid: number; parent: number; cpuSeconds: number } | undefined {
  const text = readText(pid, 'stat');
  // The name, in parentheses, may contain any character.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 15) return undefined;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** The text of a process's file in /proc; '' for a process that has ended. */
function readText(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
