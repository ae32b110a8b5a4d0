import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Changes {
  /** The commit with which the files are compared. */
  base: string;
  /** Paths from the root of the project: changed, added or removed, committed or not. */
  files: string[];
}

/** What changed since `since`, or since this branch left the main one. Rejects, with git's words, where there is no such commit. */
export async function changesIn(root: string, since?: string): Promise<Changes> {
  const git = async (...argv: string[]): Promise<string> =>
    (await run('git', ['-C', root, ...argv], { maxBuffer: 64 << 20 })).stdout;
  const paths = async (...argv: string[]): Promise<string[]> => (await git(...argv)).split('\0').filter(Boolean);
  const base = (await git('merge-base', 'HEAD', since ?? (await mainBranch(git)))).trim();
  const changed = await paths('diff', '--name-only', '--no-renames', '-z', base);
  const added = await paths('ls-files', '--others', '--exclude-standard', '-z');
  return { base, files: [...new Set([...changed, ...added])].toSorted() };
}

async function mainBranch(git: (...argv: string[]) => Promise<string>): Promise<string> {
  for (const name of ['origin/HEAD', 'origin/main', 'main']) {
    const known = await git('rev-parse', '--verify', '--quiet', name).catch(() => '');
    if (known) return name;
  }
  throw new Error('there is no branch main to compare with: bin/test --changed COMMIT');
}
