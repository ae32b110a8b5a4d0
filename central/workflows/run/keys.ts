import { fitsKey } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import type { CatalogueRow } from '@amphi/lib/opencast/workflows/catalogue/catalogue-row.ts';
import { substituted, type Variables } from '@amphi/lib/opencast/workflows/variables.ts';
import { OperationFailed, type Keys } from './operation.ts';

/** Opens the keys of an operation by its row of the catalogue. Throws `OperationFailed` for a value of a wrong type. */
export function openKeys(row: CatalogueRow, values: ReadonlyMap<string, string>): Keys {
  const parsed = new Map([...values].map(([key, text]) => [key, valueOf(row, key, text)]));
  const withDefault = (name: string): unknown => {
    const own = parsed.get(name);
    if (own !== undefined && own !== '') return own;
    const known = row.keys.find((one) => one.name === name);
    return known?.default === undefined ? undefined : valueOf(row, name, known.default);
  };
  const text = (name: string): string | undefined => {
    const value = values.get(name)?.trim();
    return value === undefined || value === '' ? row.keys.find((one) => one.name === name)?.default : value;
  };
  return {
    text,
    needed(name) {
      const value = text(name);
      if (value === undefined) throw new OperationFailed(`${row.id}: the key ${name} is missing`);
      return value;
    },
    list(name) {
      const value = withDefault(name);
      return value === undefined ? [] : typeof value === 'string' ? [value] : (value as string[]);
    },
    number: (name) => withDefault(name) as number | undefined,
    flag: (name) => withDefault(name) === true,
    all: (name) =>
      [...values].filter(([key]) => name === undefined || fitsKey({ name } as CatalogueRow['keys'][0], key)),
  };
}

/**
 * The values of the keys of an operation with their variables filled in. Conditions stay as they are written: the value of a
 * variable must never be read as a part of one.
 */
export const filledIn = (
  row: CatalogueRow,
  configuration: ReadonlyMap<string, string>,
  variables: Variables,
): Map<string, string> =>
  new Map(
    [...configuration].map(([key, text]) => {
      const isCondition = row.keys.find((one) => fitsKey(one, key))?.type.withVariables === true;
      return [key, isCondition ? text : substituted(text, variables)];
    }),
  );

function valueOf(row: CatalogueRow, key: string, text: string): unknown {
  const known = row.keys.find((one) => fitsKey(one, key));
  if (known === undefined || text.trim() === '') return text;
  const read = known.type.schema.safeParse(text.trim());
  if (read.success) return read.data;
  throw new OperationFailed(
    `${row.id}: ${key} ${read.error.issues[0]?.message ?? 'is wrong'}, not ${JSON.stringify(text.slice(0, 80))}`,
  );
}
