/** Configuration panel: what a person may set when a workflow is started. */
export interface Panel {
  /** Panel of Opencast before version 12, as it was written. It is foreign HTML with scripts: never sent as a page. */
  html?: string;
  /** Panel of version 12 and newer, as it was written. */
  json?: string;
  /** Fields of both, in their order, each name once; those of JSON count first. */
  fields: readonly PanelField[];
}

/** Field of a panel. Its value becomes a variable of its name. */
export interface PanelField {
  name: string;
  type: PanelFieldType;
  /** Words beside the field; without words the name. */
  label: string;
  /** Value that it has before a person changes it; a check box has `true` or `false`. */
  defaultValue: string;
  /** Values to choose from, of `radio` and `select`. */
  options: readonly PanelOption[];
  /** Heading of its group; undefined: none. */
  legend?: string;
}

/** A value to choose. */
export interface PanelOption {
  value: string;
  label: string;
}

/** Kinds of fields. `hidden` is not shown: only its default counts. */
export const PANEL_FIELD_TYPES = [
  'checkbox',
  'radio',
  'number',
  'text',
  'datetime-local',
  'select',
  'textarea',
  'hidden',
] as const;
export type PanelFieldType = (typeof PANEL_FIELD_TYPES)[number];

/** The type of a word; an unknown one is a text, as in browsers. */
export const fieldTypeOf = (word: string): PanelFieldType =>
  PANEL_FIELD_TYPES.find((type) => type === word.toLowerCase()) ?? 'text';

/** Number of fields of a panel; one with more is refused. */
export const MOST_FIELDS = 200;
/** Number of characters of a panel; a longer one is refused. */
export const LONGEST_PANEL = 64 * 1024;

/** Fields with each name once. Radio buttons with one name become one field, whose options they are. */
export function joinedFields(found: readonly PanelField[]): PanelField[] {
  const byName = new Map<string, PanelField>();
  for (const field of found) {
    const known = byName.get(field.name);
    if (known === undefined) byName.set(field.name, field);
    else if (known.type === 'radio' && field.type === 'radio') byName.set(field.name, withOption(known, field));
  }
  return [...byName.values()];
}

const withOption = (known: PanelField, more: PanelField): PanelField => ({
  ...known,
  defaultValue: known.defaultValue || more.defaultValue,
  options: [...known.options, ...more.options],
});
