import { cpus } from 'node:os';
import type { Device } from '#agent/device/device.ts';

/** Work of all processors since the machine started, in any unit. */
export interface Work {
  busy: number;
  all: number;
}

const EVERY_MS = 5000;
/** Load at which, in two checks in a row, the alarm is raised; it ends below CALM. */
const BUSY = 0.95;
const CALM = 0.85;
/**
 * Load above which frames that were left out count as lack of processor time. Below it they have another cause, such as
 * a dead encoder.
 */
const RATHER_BUSY = 0.7;
/** Time for which the alarm stays after frames were left out. */
const DROPS_TOLD_MS = 30_000;

/**
 * Watches for cpu_usage: the processors are fully loaded, or frames are left out under high load. May be called at any
 * rate; it checks every 5 s. The alarm ends when the load is low and no frame was left out for half a minute.
 */
export function openCpuWatch(device: Device, work: () => Work = workOfMachine): (nowMs: number) => void {
  const alarm = { name: 'cpu_usage' as const, about: 'box' };
  let last: { ms: number; work: Work; dropped: number } | undefined;
  let busyLooks = 0;
  let missed: { frames: number; atMs: number } | undefined;
  return (nowMs) => {
    const before = last;
    if (before && nowMs - before.ms < EVERY_MS) return;
    const { dropped } = device.state().seen.frames;
    last = { ms: nowMs, work: work(), dropped };
    if (!before) return;
    const share = (last.work.busy - before.work.busy) / Math.max(1, last.work.all - before.work.all);
    busyLooks = share > BUSY ? busyLooks + 1 : 0;
    if (dropped > before.dropped && share > RATHER_BUSY) missed = { frames: dropped - before.dropped, atMs: nowMs };
    if (missed && nowMs - missed.atMs > DROPS_TOLD_MS) missed = undefined;
    if (missed) {
      const text = `${missed.frames} frames were left out: the processors have no time`;
      device.observe({ fact: 'alarm', raise: { ...alarm, level: 'critical', text } });
    } else if (busyLooks >= 2) {
      const text = 'the processors have no time left: frames may be left out';
      device.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text } });
    } else if (share < CALM) device.observe({ fact: 'alarm', clear: alarm });
  };
}

function workOfMachine(): Work {
  const each = cpus().map(({ times }) => times);
  const all = each.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { all, busy: all - each.reduce((sum, { idle }) => sum + idle, 0) };
}
