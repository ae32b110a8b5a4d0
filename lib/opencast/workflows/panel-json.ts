import { quoted } from './mistakes.ts';
import { fieldTypeOf, joinedFields, LONGEST_PANEL, MOST_FIELDS, type PanelField, type PanelOption } from './panel.ts';

/** Number of levels of field sets in one another; deeper ones are refused. */
const MOST_SETS = 8;

/** Thrown for a panel that cannot be read; `line` counts from the panel's first line, which is 1. */
export class PanelError extends Error {
  readonly line: number;
  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }
}

/** Reads the fields of a panel in JSON. Throws a `PanelError`. */
export function parseJsonPanel(text: string): PanelField[] {
  if (text.length > LONGEST_PANEL) throw new PanelError(1, `the panel is longer than ${LONGEST_PANEL} characters`);
  const fields: PanelField[] = [];
  const sets = valueOf(text);
  if (!Array.isArray(sets)) throw new PanelError(1, 'the panel must be a list: [{"fieldset": [ … ]}]');
  for (const set of sets) readSet(set, undefined, fields, 0);
  return joinedFields(fields);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message;
    const at = /at position (\d+)/.exec(message)?.[1];
    const line = at === undefined ? 1 : text.slice(0, Number(at)).split('\n').length;
    throw new PanelError(line, `the panel is no JSON: ${message.slice(0, 200)}`);
  }
}

/** The value of a key that we name; the object is foreign, so inherited names do not count. */
const at = (of: object, key: string): unknown => Object.getOwnPropertyDescriptor(of, key)?.value;

function readSet(set: unknown, legend: string | undefined, fields: PanelField[], level: number): void {
  if (!isObject(set)) throw new PanelError(1, `a group of the panel must be {"fieldset": [ … ]}, not ${shown(set)}`);
  const own = wordsOf(at(set, 'legend')) || legend;
  const inside = at(set, 'fieldset');
  if (inside === undefined) return;
  if (!Array.isArray(inside)) throw new PanelError(1, `a fieldset must be a list of fields, not ${shown(inside)}`);
  if (level > MOST_SETS) throw new PanelError(1, `field sets are nested deeper than ${MOST_SETS}`);
  for (const field of inside) {
    readField(field, own, fields);
    // A field may have a set of its own, which is shown while it is chosen.
    if (isObject(field) && at(field, 'fieldset') !== undefined) readSet(field, own, fields, level + 1);
  }
}

function readField(field: unknown, legend: string | undefined, fields: PanelField[]): void {
  if (!isObject(field)) throw new PanelError(1, `a field must be {"type": …, "name": …}, not ${shown(field)}`);
  const name = wordsOf(at(field, 'name'));
  if (name === '' && at(field, 'fieldset') !== undefined) return;
  if (name === '') throw new PanelError(1, `a field has no name: ${shown(field)}`);
  if (fields.length >= MOST_FIELDS) throw new PanelError(1, `the panel has more than ${MOST_FIELDS} fields`);
  const type = fieldTypeOf(wordsOf(at(field, 'type')));
  const label = wordsOf(at(field, 'label')) || name;
  const options = type === 'radio' ? [{ value: wordsOf(at(field, 'value')), label }] : optionsOf(at(field, 'options'));
  const defaultValue = defaultOf(field, type);
  fields.push({ name, type, label, defaultValue, options, ...(legend ? { legend } : {}) });
}

function defaultOf(field: object, type: PanelField['type']): string {
  const [value, checked] = [at(field, 'value'), at(field, 'checked')];
  if (type === 'checkbox') return String((checked ?? at(field, 'defaultValue') ?? value) === true || value === 'true');
  if (type === 'radio') return checked === true ? wordsOf(value) : '';
  return wordsOf(at(field, 'defaultValue') ?? value);
}

function optionsOf(list: unknown): PanelOption[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST_FIELDS).flatMap((one: unknown) => {
    if (!isObject(one)) return wordsOf(one) === '' ? [] : [{ value: wordsOf(one), label: wordsOf(one) }];
    const value = wordsOf(at(one, 'value'));
    return [{ value, label: wordsOf(at(one, 'label')) || value }];
  });
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const wordsOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
const shown = (value: unknown): string =>
  quoted(wordsOf(value) || (Array.isArray(value) ? 'a list' : (JSON.stringify(value) ?? '')));
