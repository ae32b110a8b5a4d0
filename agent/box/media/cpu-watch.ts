import { cpus } from 'node:os';
import type { Device } from '#agent/device/device.ts';

/** Time of all processors since the machine started, in any unit: while they worked, and in all. */
export interface Work {
  busy: number;
  all: number;
}

const EVERY_MS = 5000;
/** Load, from 0 to 1, above which the alarm is raised if two checks in a row find it; the alarm ends below CALM. */
const BUSY = 0.95;
const CALM = 0.85;
/**
 * Load, from 0 to 1, above which frames that were left out count as a lack of processor time. Below it they have
 * another cause, such as an encoder that ended.
 */
const RATHER_BUSY = 0.7;
/** Time in ms for which the alarm stays after frames were left out. */
const DROPS_TOLD_MS = 30_000;

/**
 * Gives a function that raises the alarm cpu_usage when the processors are fully loaded, or when frames are left out
 * under high load. It may be called at any rate; it checks every 5 s. The alarm ends when the load is low and no frame
 * was left out for half a minute.
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
