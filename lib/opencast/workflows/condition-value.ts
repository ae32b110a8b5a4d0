import type { Condition } from './condition.ts';
import type { Operator, Relation } from './condition-tokens.ts';
import type { OperationDefinition } from './definition.ts';
import { quoted } from './mistakes.ts';
import { substituted, valueOf, type NamedVariable, type Variables } from './variables.ts';

/** Result of a condition, or the reason why there is none, in words. */
export type Truth = { value: boolean } | { why: string };

/** Whether all conditions of an operation hold. One without conditions is always done. */
export function whetherDone({ when }: Pick<OperationDefinition, 'when'>, variables: Variables): Truth {
  for (const { condition, unless, text } of when) {
    const truth = evaluateCondition(condition, variables);
    if ('why' in truth) return { why: `${quoted(text)}: ${truth.why}` };
    if (truth.value === unless) return { value: false };
  }
  return { value: true };
}

/** Evaluates a condition as Opencast does (facts/opencast 3.8): a variable without value and default is false. */
export function evaluateCondition(condition: Condition, variables: Variables): Truth {
  try {
    return { value: truthOf(condition, variables) };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return { why: error.message };
  }
}

class NoValue extends Error {}

function truthOf(condition: Condition, variables: Variables): boolean {
  const { kind } = condition;
  if (kind === 'and') return condition.all.every((one) => truthOf(one, variables));
  if (kind === 'or') return condition.all.some((one) => truthOf(one, variables));
  if (kind === 'not') return !truthOf(condition.of, variables);
  if (kind === 'boolean') return condition.value;
  if (kind !== 'relation') return truthOfAtom(condition, variables);
  return compared(atomOf(condition.left, variables), condition.sign, atomOf(condition.right, variables));
}

function truthOfAtom(condition: Condition, variables: Variables): boolean {
  const value = atomOf(condition, variables);
  if (value === 'true' || value === 'false') return value === 'true';
  const of = condition.kind === 'variable' ? `\${${condition.variable.name}}` : 'the value';
  throw new NoValue(`${of} is ${quoted(String(value))}, which is neither true nor false`);
}

/** A number or a text; true and false are texts when they are compared. */
type Atom = number | string;

function atomOf(condition: Condition, variables: Variables): Atom {
  const { kind } = condition;
  if (kind === 'number') return condition.value;
  if (kind === 'boolean') return String(condition.value);
  if (kind === 'text') return substituted(condition.text, variables, 'false');
  if (kind === 'variable') return atomOfVariable(condition.variable, variables);
  if (kind !== 'sum') throw new Error(`${kind} is no operand`);
  return condition.rest.reduce(
    (sum, { sign, value }) => calculated(sum, sign, atomOf(value, variables)),
    atomOf(condition.first, variables),
  );
}

/** The value of a variable is data: a number if it looks like one, the text in it if it is quoted, else a text. */
function atomOfVariable(variable: NamedVariable, variables: Variables): Atom {
  const text = (valueOf(variable, variables) ?? 'false').trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const inside = /^'((?:''|[^'])*)'$/.exec(text)?.[1];
  return inside === undefined ? text : inside.replaceAll("''", "'");
}

function calculated(left: Atom, sign: Operator, right: Atom): Atom {
  if (sign === '+' && (typeof left === 'string' || typeof right === 'string')) return `${left}${right}`;
  if (typeof left === 'string' || typeof right === 'string')
    throw new NoValue(`${quoted(String(typeof left === 'string' ? left : right))} is no number: ${sign} needs two`);
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  return sign === '*' ? left * right : left / right;
}

/** Numbers are compared as numbers, anything else as texts. */
function compared(left: Atom, sign: Relation, right: Atom): boolean {
  const numbers = typeof left === 'number' && typeof right === 'number';
  const [a, b] = numbers ? [left, right] : [String(left), String(right)];
  if (sign === '==') return a === b;
  if (sign === '!=') return a !== b;
  if (sign === '<') return a < b;
  if (sign === '<=') return a <= b;
  return sign === '>' ? a > b : a >= b;
}
