import { ConditionError, splitCondition, type Operator, type Relation, type Token } from './condition-tokens.ts';
import type { NamedVariable } from './variables.ts';

/**
 * Conditions of operations (facts/opencast 3.8). Opencast replaces variables first and reads the result; here the
 * condition is read first, so that a value is never read as a condition.
 */
export type Condition =
  | { kind: 'and' | 'or'; all: readonly Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'relation'; left: Condition; sign: Relation; right: Condition }
  /** Values that are calculated from left to right, without precedence, as in Opencast. */
  | { kind: 'sum'; first: Condition; rest: readonly { sign: Operator; value: Condition }[] }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  /** Text in quotes; variables in it are replaced. */
  | { kind: 'text'; text: string }
  | { kind: 'variable'; variable: NamedVariable };

/** Number of brackets in one another; a condition with more is refused. */
const MOST_BRACKETS = 50;

/** Reads a condition. Throws a `ConditionError` with the column of the mistake and what would be right. */
export function parseCondition(text: string): Condition {
  const reader = new ConditionReader(splitCondition(text));
  const condition = reader.either();
  reader.expectEnd();
  return truth(condition, 1);
}

class ConditionReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  either(): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#negated()));
  }

  expectEnd(): void {
    const token = this.#now();
    if (token.kind === 'close') throw new ConditionError(token.column, 'this bracket closes nothing');
    if (token.kind !== 'end') throw new ConditionError(token.column, 'AND, OR or a comparison is missing before this');
  }

  #joined(kind: 'and' | 'or', next: () => Condition): Condition {
    const from = this.#now().column;
    const first = next();
    if (this.#now().kind !== kind) return first;
    const all = [truth(first, from)];
    while (this.#now().kind === kind) {
      this.#at += 1;
      const column = this.#now().column;
      all.push(truth(next(), column));
    }
    return { kind, all };
  }

  #negated(): Condition {
    let times = 0;
    for (; this.#now().kind === 'not'; this.#at += 1) times += 1;
    const column = this.#now().column;
    const value = this.#compared();
    if (times === 0) return value;
    const of = truth(value, column);
    return times % 2 === 0 ? of : { kind: 'not', of };
  }

  #compared(): Condition {
    const from = this.#now().column;
    const left = this.#sum();
    const token = this.#now();
    if (token.kind !== 'relation') return left;
    this.#at += 1;
    const column = this.#now().column;
    const right = this.#sum();
    const again = this.#now();
    if (again.kind === 'relation') throw new ConditionError(again.column, 'two comparisons need AND between them');
    return { kind: 'relation', left: operand(left, from), sign: token.sign, right: operand(right, column) };
  }

  #sum(): Condition {
    const from = this.#now().column;
    const first = this.#value();
    const rest: { sign: Operator; value: Condition }[] = [];
    for (let token = this.#now(); token.kind === 'operator'; token = this.#now()) {
      this.#at += 1;
      const column = this.#now().column;
      rest.push({ sign: token.sign, value: operand(this.#value(), column) });
    }
    return rest.length === 0 ? first : { kind: 'sum', first: operand(first, from), rest };
  }

  #value(): Condition {
    const token = this.#now();
    this.#at += 1;
    if (token.kind === 'open') return this.#inBrackets(token.column);
    if (token.kind === 'number') return { kind: 'number', value: token.value };
    if (token.kind === 'boolean') return { kind: 'boolean', value: token.value };
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind === 'variable') return { kind: 'variable', variable: token.variable };
    if (token.kind === 'operator' && token.sign === '-') return this.#negative(token.column);
    throw new ConditionError(
      token.column,
      token.kind === 'end' ? 'a value is missing at the end' : 'a value is missing before this',
    );
  }

  #negative(column: number): Condition {
    const value = this.#now();
    if (value.kind !== 'number') throw new ConditionError(column, 'a minus sign stands before a number');
    this.#at += 1;
    return { kind: 'number', value: -value.value };
  }

  #inBrackets(column: number): Condition {
    if (++this.#depth > MOST_BRACKETS)
      throw new ConditionError(column, `more than ${MOST_BRACKETS} brackets in one another`);
    const inside = this.either();
    if (this.#now().kind !== 'close') throw new ConditionError(column, 'this bracket is not closed');
    this.#at += 1;
    this.#depth -= 1;
    return inside;
  }

  #now(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token;
  }
}

/** A part that must be true or false. */
function truth(part: Condition, column: number): Condition {
  if (['number', 'text', 'sum'].includes(part.kind))
    throw new ConditionError(
      column,
      'this value must be compared with another, such as == 1: alone it is neither true nor false',
    );
  return part;
}

/** A part that is compared or calculated with. */
function operand(part: Condition, column: number): Condition {
  if (['and', 'or', 'not', 'relation'].includes(part.kind))
    throw new ConditionError(column, 'a condition cannot be compared or calculated with: only values can');
  return part;
}
