import { readdirSync, readFileSync } from 'node:fs';
import { sleep } from '#lib/runtime/clock.ts';
import { cpuSecondsOf } from '../measure/process-tree.ts';
import { startClipBox } from '../rig/clip-box.ts';

/** What the search costs a box that records, in parts (0 to 1) of one processor. */
export interface BoxCost {
  /** The thread that looks for slides. */
  thread: number;
  /** The looks, on the thread of the frame clock. */
  looks: number;
  /** The box with all its programs. */
  box: number;
}

/** Milliseconds until the start of the recording, with what it compiles, is over. */
const SETTLE_MS = 8000;
/** Looks in a second: one in 14 frames of 15. */
const LOOKS_PER_SECOND = 15 / 14;

/**
 * Measures the search in a box that records slides and camera, for so many seconds. `lookMs` is what a look takes. The thread is the one
 * that begins with the recording.
 */
export async function boxCost(seconds: number, lookMs: number): Promise<BoxCost> {
  const box = await startClipBox();
  try {
    await box.untilLive([1, 3]);
    await sleep(SETTLE_MS);
    const before = new Set(threadsOf(box.pid));
    await box.ask('POST', '/recording/start', {});
    await sleep(SETTLE_MS);
    const began = threadsOf(box.pid).filter((thread) => !before.has(thread));
    const threadNow = (): number => began.reduce((sum, thread) => sum + cpuOfThread(box.pid, thread), 0);
    if (began.length === 0) throw new Error('no thread looks for slides');
    const [thread, all, startMs] = [threadNow(), cpuSecondsOf(box.pid), performance.now()];
    await sleep(seconds * 1000);
    const lasted = (performance.now() - startMs) / 1000;
    return {
      thread: (threadNow() - thread) / lasted,
      looks: (lookMs * LOOKS_PER_SECOND) / 1000,
      box: (cpuSecondsOf(box.pid) - all) / lasted,
    };
  } finally {
    await box.close();
  }
}

const threadsOf = (pid: number): string[] => readdirSync(`/proc/${pid}/task`);

/** Seconds of processor time of a thread (proc(5)); 0 once it has ended. Its schedstat has nanoseconds. */
function cpuOfThread(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
  } catch {
    return 0;
  }
}
