import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** Children of a box that was killed are found again by this variable of their environment. */
const MARK = 'AMPHI_BOX';

/** From now on every child of this process carries the box's mark. */
export function markChildren(box: string): void {
  process.env[MARK] = box;
}

/** Kills programs of these names that an earlier life of this box started and left; gives their process ids. */
export async function killLeftovers(box: string, programs: readonly string[]): Promise<number[]> {
  const killed: number[] = [];
  for (const entry of await readdir('/proc').catch(() => [])) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !(await isLeftover(pid, box, programs))) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed.push(pid);
    } catch (error) {
      // It ended by itself in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return killed;
}

async function isLeftover(pid: number, box: string, programs: readonly string[]): Promise<boolean> {
  try {
    if (!programs.includes(basename(await readlink(`/proc/${pid}/exe`)))) return false;
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
    return environment.split('\0').includes(`${MARK}=${Buffer.from(box, 'utf8').toString('latin1')}`);
  } catch {
    // Gone already, or not ours to read.
    return false;
  }
}
