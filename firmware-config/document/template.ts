import { isMap, isPair, isScalar, isSeq, visit, type Document } from 'yaml';
import { z } from 'zod';
import { givenSchema } from '../schema/config.ts';
import { aboutKey } from './document.ts';
import { columnName } from './hosts.ts';
import { configLeaves, type Schema } from '../words/leaves.ts';
import { checkedText } from './text.ts';

/** A document with placeholders, and its files. */
export const templateSchema = givenSchema.extend({
  /** Files by their names in the box's overlays folder. */
  files: z
    .record(
      z.string().regex(/^(?!\.)[^/\\]{1,200}$/, 'must be the name of a file'),
      z.string().min(1, 'must be a file'),
    )
    .optional(),
});
/** A template whose placeholders are replaced. */
export type FilledTemplate = z.infer<typeof templateSchema>;

/** A placeholder: `{{column}}`, or `{{column|text for an empty cell}}`. */
const PLACEHOLDER = /\{\{\s*([^{}|]+?)\s*(?:\|([^{}]*))?\}\}/g;

/** The columns that a template needs: those without a text for empty cells. */
export const placeholdersIn = (text: string): string[] => [
  ...new Set(
    [...withoutRemarks(text).matchAll(PLACEHOLDER)]
      .filter(([, , standard]) => standard === undefined)
      .map(([, name = '']) => columnName(name)),
  ),
];

const withoutRemarks = (text: string): string => text.replaceAll(/^\s*#.*$/gm, '');

/**
 * A template with the values of one box. Throws a ConfigError with all mistakes, at their places in the template. A
 * value that is only a placeholder becomes a number or a boolean if the schema needs one.
 */
export const fillTemplate = (text: string, name: string, values: ReadonlyMap<string, string>): FilledTemplate =>
  checkedText(templateSchema, text, { name, about: aboutKey, prepare: (document) => fill(document, values) });

function fill(document: Document, values: ReadonlyMap<string, string>): void {
  visit(document, {
    Scalar(_key, node, path) {
      if (typeof node.value !== 'string') return;
      const filled = node.value.replaceAll(
        PLACEHOLDER,
        (_, column: string, standard?: string) => values.get(columnName(column)) || (standard ?? ''),
      );
      if (filled === node.value) return;
      const isAlone = node.value.replace(PLACEHOLDER, '').trim() === '';
      node.value = isAlone ? typed(filled, keyOf(path)) : filled;
    },
  });
}

/** The key of a node: `device.inputs.N.name`. */
function keyOf(path: readonly unknown[]): string {
  const parts = path.flatMap((one, index) => {
    if (isPair(one)) return isScalar(one.key) ? [String(one.key.value)] : [];
    return isSeq(one) && (isMap(path[index + 1]) || isScalar(path[index + 1])) ? ['[]'] : [];
  });
  return parts
    .join('.')
    .replaceAll('.[]', '[]')
    .replaceAll(/\.\d+(?=\.|$)/g, '.N');
}

const isNumeric = ({ type, const: one, anyOf = [] }: Schema): boolean =>
  type === 'number' || type === 'integer' || typeof one === 'number' || anyOf.some(isNumeric);

function typed(text: string, key: string): string | number | boolean {
  const schemas = configLeaves.find((leaf) => leaf.key === key)?.schemas ?? [];
  if (schemas.some(isNumeric) && /^-?\d+([.,]\d+)?$/.test(text)) return Number(text.replace(',', '.'));
  if (schemas.some(({ type }) => type === 'boolean')) return TRUTHS.get(text.toLowerCase()) ?? text;
  return text;
}

const TRUTHS = new Map<string, boolean>(
  Object.entries({
    true: true,
    yes: true,
    oui: true,
    1: true,
    x: true,
    false: false,
    no: false,
    non: false,
    0: false,
    '': false,
  }),
);
