import type { Catalogue } from './catalogue/catalogue.ts';
import type { Definition } from './definition.ts';
import { ANY_FLAVOR, ANY_TAG, meets, touchesOf, type Made, type Touches, type VariablesSet } from './effects.ts';
import type { Selection } from './selection.ts';

/** Which operations of a definition wait for which. */
export interface Graph {
  /** One entry for each operation, in the order of the definition. */
  operations: readonly GraphNode[];
}

/** An operation of the graph. */
export interface GraphNode {
  /** Operations that it waits for, by their places in the definition; those that these wait for are left out. */
  needs: readonly Edge[];
  /**
   * Operations whose results it takes if they are there, and does not wait for: they may fail, and a publication does
   * without them. What they make later has to be published afterwards.
   */
  later: readonly Edge[];
}

/** Reason why an operation waits for another. */
export interface Edge {
  on: number;
  /** Flavor, tag or other thing that both have in common, in words. */
  because: string;
}

/**
 * The graph of a definition: an operation waits for an earlier one only where flavors, tags or variables of both meet, or
 * where one of them has to come after everything. A publication does not wait for what may fail, unless nothing else makes
 * what it publishes. Includes must have been replaced (`withIncludes`).
 *
 * An operation sees the elements of earlier operations only: who runs the graph has to leave out those that an operation
 * with a greater number has made meanwhile. So nobody waits because elements are added; who changes elements waits for
 * those that read them as they are.
 */
export function graphOf({ operations }: Pick<Definition, 'operations'>, catalogue: Catalogue): Graph {
  const touches = operations.map((operation) => touchesOf(operation, catalogue));
  const reached: Set<number>[] = [];
  const mayFail: boolean[] = [];
  const nodes = touches.map((own, at): GraphNode => {
    const found = earlier(touches, at);
    const optional = own.publishes ? lessNeeded(own, found, { touches, mayFail }) : new Set<number>();
    const needs = withoutIndirect(
      found.filter(({ on }) => !optional.has(on)),
      reached,
      at,
    );
    mayFail.push(!operations[at]?.failOnError || isOfOptional(found, mayFail));
    return { needs, later: found.filter(({ on }) => optional.has(on) && !reached[at]?.has(on)).map(edgeOf) };
  });
  return { operations: nodes };
}

interface Found extends Edge {
  /** Whether the later operation reads what the earlier one makes, and nothing else joins them. */
  result: boolean;
}

const edgeOf = ({ on, because }: Found): Edge => ({ on, because });

/** All earlier operations that an operation depends on, the nearest first. */
function earlier(touches: readonly Touches[], at: number): Found[] {
  const [own] = touches.slice(at);
  if (!own) return [];
  return touches
    .slice(0, at)
    .flatMap((other, on): Found[] => {
      const strict = whyInOrder(other, own);
      const because = strict ?? (own.inspects ? undefined : whyRead(own.reads, other.makes));
      return because === undefined ? [] : [{ on, because, result: strict === undefined }];
    })
    .toReversed();
}

/** The reason why two operations keep their order, except that the later one reads what the earlier one makes. */
function whyInOrder(before: Touches, after: Touches): string | undefined {
  if (after.order === 'all' || after.order === 'last') return 'everything before';
  if (before.order === 'all') return 'everything after';
  if (before.order === 'gate') return 'a person';
  if (before.also !== undefined && before.also === after.also) return before.also;
  if (before.inspects && after.reads.length > 0) return 'files that are looked at';
  if (after.inspects && before.brings) return 'files from outside';
  return whyVariable(before, after) ?? whyChanged(before, after);
}

function whyVariable(before: Touches, after: Touches): string | undefined {
  const name =
    common(before.sets, after.uses) ?? common(after.sets, before.uses) ?? common(before.sets, after.sets.names);
  return name === undefined ? undefined : `\${${name}}`;
}

/** A variable that is set, and in a list of names. */
function common({ names, like }: VariablesSet, others: ReadonlySet<string>): string | undefined {
  for (const name of others) if (names.has(name) || like?.test(name)) return name;
  return undefined;
}

/** The reason why a later operation would change what an earlier one still reads. */
function whyChanged(before: Touches, after: Touches): string | undefined {
  if (!after.changes || before.inspects) return undefined;
  const old = after.reads.flatMap(({ flavors, tags }) =>
    (flavors.length > 0 ? flavors : [ANY_FLAVOR]).map((flavor) => ({ flavor, tags })),
  );
  return whyRead(before.reads, [...after.makes, ...old]);
}

/** Flavor or tag by which a selection may name what was made. */
function whyRead(reads: readonly Selection[], makes: readonly Made[]): string | undefined {
  for (const selection of reads) {
    const made = makes.find((one) => meets(selection, one));
    if (made) return selection.tags.find((tag) => made.tags.includes(tag)) ?? made.flavor;
  }
  return undefined;
}

interface Known {
  touches: readonly Touches[];
  mayFail: readonly boolean[];
}

/**
 * Operations whose results a publication can do without: they may fail, and each flavor and tag that they serve is served
 * by one that must not fail, too.
 */
function lessNeeded(own: Touches, found: readonly Found[], { touches, mayFail }: Known): Set<number> {
  const optional = new Set(found.filter(({ on, result }) => result && mayFail[on]).map(({ on }) => on));
  for (const term of own.reads.flatMap(termsOf)) {
    const makers = found.filter(({ on }) => touches[on]?.makes.some((made) => meets(term, made))).map(({ on }) => on);
    if (makers.every((on) => mayFail[on])) for (const on of makers) optional.delete(on);
  }
  return optional;
}

/** A selection as several with one flavor or one tag each. */
const termsOf = ({ flavors, tags }: Selection): Selection[] => [
  ...flavors.map((flavor): Selection => ({ flavors: [flavor], tags: [], mode: 'or' })),
  ...tags
    .filter((tag) => !tag.startsWith('-') && tag !== ANY_TAG)
    .map((tag): Selection => ({ flavors: [], tags: [tag], mode: 'or' })),
];

/** Whether all results that an operation reads are of operations that may fail. */
function isOfOptional(found: readonly Found[], mayFail: readonly boolean[]): boolean {
  const results = found.filter(({ result }) => result);
  return results.length > 0 && results.every(({ on }) => mayFail[on]);
}

/** Edges without those that follow from others. Writes down all that the operation waits for in `reached`. */
function withoutIndirect(found: readonly Found[], reached: Set<number>[], at: number): Edge[] {
  const all = new Set<number>();
  const direct: Edge[] = [];
  for (const one of found) {
    if (all.has(one.on)) continue;
    direct.push(edgeOf(one));
    all.add(one.on);
    for (const on of reached[one.on] ?? []) all.add(on);
  }
  reached[at] = all;
  return direct.toReversed();
}
