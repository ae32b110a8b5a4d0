import { posix } from 'node:path';
import { importsOf } from '#test/laws/imports.ts';
import { sourcesOf, type Tree } from '#test/laws/tree.ts';
import type { Kind } from './files.ts';

export interface Candidate {
  /** From the root of the project. */
  path: string;
  kind: Kind;
  covers: readonly string[];
}

/**
 * The test files that a change can touch, by their path. Laws look at everything, so all of them. Of the others, those that
 * changed, that cover what changed, and that reach it:
 *
 * - a unit by its imports, and theirs, without those of types alone (the types are checked whole);
 * - what starts programs, browsers and boxes by what it, or a helper in `test/`, imports or names itself. Further in, a box
 *   reaches everything, and a small change would run all of them: that is left to a whole run.
 *
 * A file that is named (`new URL('worker.ts', …)`, a fixture, a document) counts as imported.
 */
export function reachedBy(changed: readonly string[], tree: Tree, candidates: readonly Candidate[]): string[] {
  const graph = graphOf(tree);
  const isChanged = new Set(changed);
  return candidates
    .filter(({ path, kind, covers }) => {
      if (kind === 'law') return true;
      if (changed.some((file) => covers.some((prefix) => file === prefix || file.startsWith(`${prefix}/`))))
        return true;
      const goesOn = kind === 'unit' ? () => true : (file: string) => file.startsWith('test/');
      return reaches(path, isChanged, graph, goesOn);
    })
    .map(({ path }) => path);
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function reaches(from: string, wanted: ReadonlySet<string>, graph: Graph, goesOn: (file: string) => boolean): boolean {
  const seen = new Set([from]);
  for (const file of seen) {
    if (wanted.has(file)) return true;
    if (file === from || goesOn(file)) for (const next of graph.get(file) ?? []) seen.add(next);
  }
  return false;
}

const STRING = /['"`]([\w./@-]{1,200})['"`]/g;

function graphOf(tree: Tree): Graph {
  const graph = new Map<string, Set<string>>();
  const edge = (from: string, to: string): void =>
    void (graph.get(from) ?? graph.set(from, new Set()).get(from))!.add(to);
  for (const { from, to, typeOnly } of importsOf(tree)) if (!typeOnly) edge(from, to);
  const typesOnly = new Set(importsOf(tree).flatMap(({ from, to, typeOnly }) => (typeOnly ? [`${from} ${to}`] : [])));
  for (const [from, text] of sourcesOf(tree)) {
    for (const [, named = ''] of text.matchAll(STRING)) {
      for (const to of [named, posix.join(posix.dirname(from), named)])
        if (tree.has(to) && to !== from && !typesOnly.has(`${from} ${to}`)) edge(from, to);
    }
  }
  return graph;
}
