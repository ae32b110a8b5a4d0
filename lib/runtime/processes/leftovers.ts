import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** Environment variable by which the children of a killed box are found again. */
const MARK = 'AMPHI_BOX';

/** Marks all children that this process starts later with the box's name. */
export function markChildren(box: string): void {
  process.env[MARK] = box;
}

/** Kills programs of these names that an earlier process of this box started; gives their process ids. */
export async function killLeftovers(box: string, programs: readonly string[]): Promise<number[]> {
  const killed: number[] = [];
  for (const entry of await readdir('/proc').catch(() => [])) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !(await isLeftover(pid, box, programs))) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed.push(pid);
    } catch (error) {
      // The process has ended in the meantime.
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
    // The process has ended, or may not be read.
    return false;
  }
}
