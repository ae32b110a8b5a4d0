import type { CatalogueKey, CatalogueRow } from './catalogue-row.ts';
import { CONTROL_ROWS } from './control-rows.ts';
import { MEDIA_ROWS } from './media-rows.ts';
import { PREPARE_ROWS } from './prepare-rows.ts';
import { PUBLISH_ROWS } from './publish-rows.ts';

/** All operations that are known, by their names of today. */
export const CATALOGUE: readonly CatalogueRow[] = [
  ...PREPARE_ROWS,
  ...MEDIA_ROWS,
  ...PUBLISH_ROWS,
  ...CONTROL_ROWS,
].toSorted((one, other) => (one.id < other.id ? -1 : 1));

/** Finds operations. */
export interface Catalogue {
  /** The operation of an id, also an old one; undefined: it is unknown. */
  find(id: string): CatalogueRow | undefined;
  /** All ids, also old ones. */
  ids: readonly string[];
}

/** Opens a catalogue of operations. */
export function openCatalogue(rows: readonly CatalogueRow[] = CATALOGUE): Catalogue {
  const byId = new Map(rows.flatMap((row) => [row.id, ...row.aliases].map((id): [string, CatalogueRow] => [id, row])));
  return { find: (id) => byId.get(id), ids: [...byId.keys()] };
}

/** Whether a key of the catalogue is the key of a definition: `source-flavor-part-N` is `source-flavor-part-12`. */
export function fitsKey({ name }: CatalogueKey, key: string): boolean {
  if (name === key) return true;
  if (!/-(N|NAME)(-|$)/.test(name)) return false;
  const [begin = '', end = ''] = name.split(/NAME|N(?=-|$)/);
  const inside = key.slice(begin.length, key.length - end.length);
  if (!key.startsWith(begin) || !key.endsWith(end) || begin.length + end.length > key.length) return false;
  return name.includes('NAME') ? /^[\w.-]+$/.test(inside) : /^\d{1,3}$/.test(inside);
}
