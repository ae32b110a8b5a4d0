import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Makes the thread that calls this give way to the others of its process (nice, 0 to 19). Linux has a niceness of each thread
 * (setpriority(2)), and names the thread that asks (`/proc/thread-self`, proc(5)); elsewhere nothing happens.
 */
export function giveWayHere(niceness: number): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), niceness);
  } catch {
    // This machine has no such thing, and the thread has its share like all others.
  }
}
