import type { Section } from '#firmware-config/schema/key.ts';
import type { Schema } from './schema.ts';

export type FormSection = Section;

/** The sections in the order of the page. */
export const FORM_SECTIONS: readonly FormSection[] = [
  'hall',
  'inputs',
  'picture',
  'sound',
  'encoders',
  'streams',
  'control',
];

/** A key of the document: its place, and its schema. */
export interface SectionKey {
  path: readonly string[];
  inner: Schema;
}

/** The keys of a section, in the order of the schema; those without a section are in `hall`. */
export function keysIn(schema: Schema, section: FormSection): SectionKey[] {
  const { device, ...others } = schema.properties ?? {};
  const keys = [
    ...Object.entries(others).map(([key, inner]) => ({ path: [key], inner })),
    ...Object.entries(device?.properties ?? {}).map(([key, inner]) => ({ path: ['device', key], inner })),
  ];
  return keys.filter(({ inner }) => (inner.section ?? 'hall') === section);
}

/** All values below a value with their keys, such as `http.port` with 80. */
export function flat(value: unknown, path = ''): [key: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key));
}
