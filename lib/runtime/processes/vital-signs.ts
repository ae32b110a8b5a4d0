import { readdir, readFile } from 'node:fs/promises';

/** The activity of a process, by the kernel's figures. */
export type Doing =
  /** The process computes, or is ready to: it waits for a core or for the disk. */
  | 'works'
  /** The process was stopped by a signal (SIGSTOP). */
  | 'stopped'
  /** The process waits for something else, and has used no processor time since the last look. */
  | 'waits'
  | 'gone';

/** Reports the activity of one process. */
export interface VitalSigns {
  look(): Promise<Doing>;
}

/** Opens the look at a process of this machine. */
export function openVitalSigns(pid: number | undefined): VitalSigns {
  let before: number | undefined;
  return {
    async look() {
      const threads = pid === undefined ? [] : await threadsOf(pid);
      if (threads.length === 0) return 'gone';
      const ticks = threads.reduce((sum, one) => sum + one.ticks, 0);
      const grew = before !== undefined && ticks > before;
      before = ticks;
      if (threads.every(({ state }) => state === 'T' || state === 't')) return 'stopped';
      return grew || threads.some(({ state }) => state === 'R' || state === 'D') ? 'works' : 'waits';
    },
  };
}

/** State and processor time of each thread (proc(5), `/proc/PID/task/TID/stat`: fields 3, 14 and 15). */
async function threadsOf(pid: number): Promise<{ state: string; ticks: number }[]> {
  const folder = `/proc/${pid}/task`;
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(`${folder}/${name}/stat`, 'utf8').catch(() => '')));
  return texts.filter(Boolean).map((text) => {
    // The name of the program, in parentheses, may have blanks and parentheses in it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) };
  });
}
