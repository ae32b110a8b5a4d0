import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Niceness of a thread that works for others, so that threads which keep time come first. */
const NICENESS = 5;

/**
 * Makes the calling thread give way to the other threads of its process (nice). On Linux each thread has its own
 * niceness (setpriority(2)), and `/proc/thread-self` names the calling one (proc(5)); on other systems nothing happens.
 */
export function giveWayHere(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICENESS);
  } catch {
    // The machine cannot set it, and the thread gets the same share as all others.
  }
}
