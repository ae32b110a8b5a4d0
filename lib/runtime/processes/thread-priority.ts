import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Of a thread that works for others: what keeps time goes first. */
const NICENESS = 5;

/**
 * Makes the thread that calls this give way to the others of its process (nice). Linux has a niceness of each thread
 * (setpriority(2)), and names the thread that asks (`/proc/thread-self`, proc(5)); elsewhere nothing happens.
 */
export function giveWayHere(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICENESS);
  } catch {
    // This machine has no such thing, and the thread has its share like all others.
  }
}
