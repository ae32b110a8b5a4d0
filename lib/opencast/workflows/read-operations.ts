import { parseCondition } from './condition.ts';
import { ConditionError } from './condition-tokens.ts';
import type { Configuration, OperationDefinition, RetryStrategy, When } from './definition.ts';
import { quoted, type Mistakes } from './mistakes.ts';
import { isEmpty, openNamedParts, type Part, type NamedParts } from './part.ts';

/** Number of operations of a definition; one with more is refused. The longest of Opencast has 30. */
export const MOST_OPERATIONS = 300;
/** Number of configuration keys of an operation; one with more is refused. */
const MOST_KEYS = 200;
/** Number of characters of a configuration's value; a longer one is refused. */
const LONGEST_VALUE = 64 * 1024;
/** Number of characters of a configuration's key; a longer one is refused. */
const LONGEST_KEY = 200;

const KEYS: readonly string[] = [
  'id',
  'description',
  'if',
  'unless',
  'fail-on-error',
  'exception-handler-workflow',
  'max-attempts',
  'retry-strategy',
  'configurations',
];
const STRATEGIES: readonly RetryStrategy[] = ['none', 'retry', 'hold'];

/** The operations of a definition. `line` is that of the definition, for one without operations. */
export function operationsOf(part: Part | undefined, line: number, mistakes: Mistakes): OperationDefinition[] {
  if (part === undefined) {
    mistakes.add(line, 'operations are missing: what the workflow does, in order');
    return [];
  }
  if (isEmpty(part)) return [];
  if (part.kind !== 'list') {
    mistakes.add(part.line, 'operations must be a list: each begins with - id:');
    return [];
  }
  if (part.parts.length > MOST_OPERATIONS) mistakes.add(part.line, `there are more than ${MOST_OPERATIONS} operations`);
  return part.parts.slice(0, MOST_OPERATIONS).map((one) => operationOf(one, mistakes));
}

function operationOf(part: Part, mistakes: Mistakes): OperationDefinition {
  if (part.kind !== 'map')
    mistakes.add(part.line, `an operation must have keys, such as id, not only ${quoted(part.text)}`);
  if (part.name !== '' && part.name !== 'operation')
    mistakes.add(part.line, `only <operation> may stand in operations, not <${part.name.slice(0, 40)}>`);
  const reader = openNamedParts(part, 'an operation', KEYS, mistakes);
  const id = reader.text('id') ?? '';
  if (id === '' && part.kind === 'map')
    mistakes.add(part.line, 'id is missing: the name of the operation, such as encode');
  const exceptionHandler = reader.text('exception-handler-workflow');
  return {
    id,
    line: part.line,
    description: reader.text('description') ?? '',
    when: [...whenOf(reader, 'if', mistakes), ...whenOf(reader, 'unless', mistakes)],
    failOnError: booleanOf(reader, 'fail-on-error', true, mistakes),
    ...(exceptionHandler === undefined ? {} : { exceptionHandler }),
    maxAttempts: attemptsOf(reader, mistakes),
    retryStrategy: strategyOf(reader, mistakes),
    configurations: configurationsOf(reader.part('configurations'), mistakes),
  };
}

function whenOf(reader: NamedParts, name: 'if' | 'unless', mistakes: Mistakes): When[] {
  const text = reader.text(name);
  if (text === undefined) return [];
  try {
    return [{ text, unless: name === 'unless', condition: parseCondition(text) }];
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    mistakes.add(reader.part(name)?.line ?? 1, `${name} ${quoted(text)}, ${error.message}`);
    return [];
  }
}

function booleanOf(reader: NamedParts, name: string, or: boolean, mistakes: Mistakes): boolean {
  const text = reader.text(name)?.toLowerCase();
  if (text === undefined || text === 'true' || text === 'false') return text === undefined ? or : text === 'true';
  mistakes.add(reader.part(name)?.line ?? 1, `${name} must be true or false, not ${quoted(text)}`);
  return or;
}

function attemptsOf(reader: NamedParts, mistakes: Mistakes): number {
  const text = reader.text('max-attempts') ?? '1';
  const number = /^-?\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number === -1 || number >= 1) return number;
  const line = reader.part('max-attempts')?.line ?? 1;
  mistakes.add(line, `max-attempts must be a number from 1 on, or -1 for no end, not ${quoted(text)}`);
  return 1;
}

function strategyOf(reader: NamedParts, mistakes: Mistakes): RetryStrategy {
  const text = reader.text('retry-strategy') ?? 'none';
  const known = STRATEGIES.find((one) => one === text.toLowerCase());
  if (known === undefined) {
    const line = reader.part('retry-strategy')?.line ?? 1;
    mistakes.add(line, `retry-strategy must be one of ${STRATEGIES.join(', ')}, not ${quoted(text)}`);
  }
  return known ?? 'none';
}

/** Configurations as a list of maps with one key each, or as one map. */
function configurationsOf(part: Part | undefined, mistakes: Mistakes): Configuration[] {
  if (part === undefined || isEmpty(part)) return [];
  if (part.kind === 'text') mistakes.add(part.line, 'configurations must be a list: each begins with - key: value');
  const pairs = part.parts.flatMap((one) => (part.kind === 'list' && one.kind === 'map' ? one.parts : [one]));
  if (pairs.length > MOST_KEYS) mistakes.add(part.line, `there are more than ${MOST_KEYS} configurations`);
  const seen = new Set<string>();
  return pairs.slice(0, MOST_KEYS).map((pair) => {
    const { name: key, line, text: value } = pair;
    const why = whyWrong(pair, seen);
    if (why !== undefined) mistakes.add(line, why);
    seen.add(key);
    return { key, value: value.trim(), line };
  });
}

function whyWrong({ name, kind, text }: Part, seen: ReadonlySet<string>): string | undefined {
  if (name === '') return `a configuration needs a key, not only ${quoted(text)}`;
  if (name.length > LONGEST_KEY) return `a key is longer than ${LONGEST_KEY} characters`;
  if (seen.has(name)) return `${quoted(name)} is there twice in this operation`;
  if (kind !== 'text') return `the value of ${quoted(name)} must be a text, not a list or a map`;
  return text.length > LONGEST_VALUE
    ? `the value of ${quoted(name)} is longer than ${LONGEST_VALUE} characters`
    : undefined;
}
