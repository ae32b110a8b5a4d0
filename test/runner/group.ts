import { readdirSync, readFileSync } from 'node:fs';

/** A command line is cut after so many characters; the rest is not told. */
const WORDS_CHARACTERS = 160;

/** Kills all processes of a group. A group in which nobody is left is no error. */
export function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The processes of a group that have not ended, with their command lines. */
export function programsIn(group: number | undefined): { pid: number; words: string }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && isIn(entry, group))
    .map((entry) => ({ pid: Number(entry), words: commandOf(entry) }));
}

function isIn(pid: string, group: number | undefined): boolean {
  const stat = textOf(`/proc/${pid}/stat`);
  const [state, , owner] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(owner) === group && state !== 'Z';
}

const commandOf = (pid: string): string =>
  textOf(`/proc/${pid}/cmdline`).split('\0').join(' ').trim().slice(0, WORDS_CHARACTERS);

/** A process may end while it is looked at. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
