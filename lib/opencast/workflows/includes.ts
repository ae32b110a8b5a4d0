import { configurationOf, type Definition, type OperationDefinition, type When } from './definition.ts';
import type { Mistake } from './mistakes.ts';
import { MOST_OPERATIONS } from './read-operations.ts';
import { substituted, type Variables } from './variables.ts';

/** Number of definitions in one another; more of them are a mistake. */
const MOST_LEVELS = 16;
/** Number of includes that are followed; of more, the rest is left out and told as a mistake. */
const MOST_INCLUDES = 200;

/** Operations of a definition with those of all definitions that it includes. */
export interface Included {
  operations: readonly OperationDefinition[];
  /** Includes that cannot be replaced: loops, and ids that nobody knows. Their operations stay `include`. */
  mistakes: readonly Mistake[];
}

/**
 * Replaces each `include` by the operations of the definition that it names, with the conditions of the include. `find`
 * gives the definition of an id. Variables in its `workflow-id` are those of `variables`, which are known when a run begins,
 * or their defaults; an include with others stays, and without `variables` each one with variables.
 */
export function withIncludes(
  definition: Definition,
  find: (id: string) => Definition | undefined,
  variables?: Variables,
): Included {
  const expander = new Expander(find, variables);
  const operations = expander.expand(definition.operations, { trail: [definition.id], when: [], line: undefined });
  return { operations, mistakes: expander.mistakes };
}

/** Where an expansion is. */
interface Place {
  /** Ids of the definitions that include one another, the outermost first. */
  trail: readonly string[];
  /** Conditions of the includes. */
  when: readonly When[];
  /** Line of the include in the outermost definition. */
  line: number | undefined;
}

class Expander {
  readonly mistakes: Mistake[] = [];
  readonly #find: (id: string) => Definition | undefined;
  readonly #variables: Variables | undefined;
  #operations = 0;
  #includes = 0;

  constructor(find: (id: string) => Definition | undefined, variables: Variables | undefined) {
    this.#find = find;
    this.#variables = variables;
  }

  expand(operations: readonly OperationDefinition[], place: Place): OperationDefinition[] {
    return operations.flatMap((operation) => this.#one(operation, place));
  }

  #one(operation: OperationDefinition, { trail, when, line = operation.line }: Place): OperationDefinition[] {
    const own = when.length === 0 ? operation : { ...operation, when: [...when, ...operation.when] };
    const named = configurationOf(operation, 'workflow-id');
    const id = named === undefined || !this.#variables ? named : substituted(named, this.#variables).trim();
    if (operation.id !== 'include' || id === undefined || id.includes('${')) return this.#counted(own, line);
    const found = this.#find(id);
    const why = whyNot(id, found, trail);
    if (why !== undefined) this.mistakes.push({ line, what: why });
    if (why !== undefined || !found) return this.#counted(own, line);
    this.#includes += 1;
    if (this.#includes === MOST_INCLUDES + 1)
      this.mistakes.push({ line, what: `more than ${MOST_INCLUDES} includes, with those of what it includes` });
    if (this.#includes > MOST_INCLUDES) return [];
    return this.expand(found.operations, { trail: [...trail, id], when: own.when, line });
  }

  #counted(operation: OperationDefinition, line: number): OperationDefinition[] {
    this.#operations += 1;
    if (this.#operations === MOST_OPERATIONS + 1)
      this.mistakes.push({ line, what: `with its includes it has more than ${MOST_OPERATIONS} operations` });
    return this.#operations > MOST_OPERATIONS ? [] : [operation];
  }
}

function whyNot(id: string, found: Definition | undefined, trail: readonly string[]): string | undefined {
  if (trail.includes(id)) return `this includes itself: ${[...trail, id].join(' → ')}`;
  if (trail.length >= MOST_LEVELS) return `more than ${MOST_LEVELS} definitions include one another`;
  return found ? undefined : `there is no definition ${JSON.stringify(id.slice(0, 128))} to include`;
}
