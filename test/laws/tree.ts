import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Text files of a project by their path from its root; laws look at nothing else, so a test can make one up. */
export type Tree = ReadonlyMap<string, string>;

const NOT_OURS = new Set(['node_modules', '.git', '.cache', 'demo-data', 'dist']);
const TEXT = /\.(ts|tsx|md|json|svg|sh|js)$|^[^.]+$/;

/** Reads the whole project. */
export function readTree(folder = root, below = ''): Tree {
  const tree = new Map<string, string>();
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (NOT_OURS.has(entry.name)) continue;
    if (entry.isDirectory()) for (const [file, text] of readTree(folder, path)) tree.set(file, text);
    else if (entry.isFile()) tree.set(path, TEXT.test(entry.name) ? readFileSync(join(folder, path), 'utf8') : '');
  }
  return tree;
}

/** The sources that laws of code apply to. */
export const sourcesOf = (tree: Tree): [path: string, text: string][] =>
  [...tree].filter(([path]) => /\.tsx?$/.test(path) && !path.includes('/fixtures/'));
