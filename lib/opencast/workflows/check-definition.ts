import { fitsKey, type Catalogue } from './catalogue/catalogue.ts';
import type { CatalogueRow } from './catalogue/catalogue-row.ts';
import type { Configuration, Definition, OperationDefinition } from './definition.ts';
import { openMistakes, quoted, type Mistake } from './mistakes.ts';
import { didYouMean } from './part.ts';

/** What is wrong with a definition that could be read. */
export interface Checked {
  /** Operations that the catalogue does not have: the definition cannot run. */
  unknown: readonly Mistake[];
  /** Keys that an operation does not have or needs, and values of a wrong type. */
  mistakes: readonly Mistake[];
}

/** Compares a definition with the catalogue of operations. Values with variables are not judged. */
export function checkDefinition({ operations }: Pick<Definition, 'operations'>, catalogue: Catalogue): Checked {
  const unknown = openMistakes();
  const mistakes = openMistakes();
  for (const operation of operations) {
    const row = catalogue.find(operation.id);
    if (row === undefined)
      unknown.add(
        operation.line,
        `there is no operation ${quoted(operation.id)}${didYouMean(operation.id, catalogue.ids)}`,
      );
    else for (const { line, what } of mistakesOf(operation, row)) mistakes.add(line, `${operation.id}: ${what}`);
  }
  return { unknown: unknown.list(), mistakes: mistakes.list() };
}

function mistakesOf({ line, configurations }: OperationDefinition, row: CatalogueRow): Mistake[] {
  const missing = row.keys
    .filter(
      ({ name, required, instead }) => required && !configurations.some(({ key }) => key === name || key === instead),
    )
    .map(({ name, help }) => ({ line, what: `${name} is missing: ${help}` }));
  return [...missing, ...configurations.flatMap((one) => mistakeOf(one, row))];
}

function mistakeOf({ key, value, line }: Configuration, row: CatalogueRow): Mistake[] {
  const known = row.keys.find((one) => fitsKey(one, key));
  if (known === undefined) {
    const names = row.keys.map(({ name }) => name);
    return row.anyKey === undefined ? [{ line, what: `it has no key ${quoted(key)}${didYouMean(key, names)}` }] : [];
  }
  // A key without value counts as one that is not there.
  if (value === '' || (value.includes('${') && !known.type.withVariables)) return [];
  const parsed = known.type.schema.safeParse(value);
  if (parsed.success) return [];
  return [{ line, what: `${key} ${parsed.error.issues[0]?.message ?? 'is wrong'}, not ${quoted(value)}` }];
}
