import { readFile, stat } from 'node:fs/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { parseAccessList } from '@amphi/lib/opencast/access-list.ts';
import { catalogOf, parseTerms, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import type { NewSeries } from '../catalogue/series.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { AclEntry } from '../store/tables.ts';
import type { StoredElement } from './elements.ts';

/** Flavor of the Dublin Core catalog of an event. */
export const EPISODE = 'dublincore/episode';
/** Flavor of the Dublin Core catalog of a series. */
export const SERIES = 'dublincore/series';
const EPISODE_ACCESS = 'security/xacml+episode';
const SERIES_ACCESS = 'security/xacml+series';

/** Contents of the catalogs that came with a recording. */
export interface BroughtCatalogs {
  /** Catalog of the event as XML; undefined: none came. */
  episode: string | undefined;
  series: NewSeries[];
  /** Access list of the event (`security/xacml+episode`); undefined: none came, or none that can be read. */
  acl: AclEntry[] | undefined;
}

/** Reads the catalogs of an event and of its series. Throws BadRequest for a series that cannot be read. */
export async function readCatalogs(store: MediaStore, rows: readonly StoredElement[]): Promise<BroughtCatalogs> {
  const textOf = ({ path }: StoredElement): Promise<string> => textAt(store, path);
  const accessIn = async (flavor: string): Promise<AclEntry[] | undefined> => {
    const row = rows.find((one) => one.flavor === flavor);
    return row && accessOf(await textOf(row));
  };
  const seriesAccess = await accessIn(SERIES_ACCESS);
  const episode = rows.find(({ flavor }) => flavor === EPISODE);
  const series: NewSeries[] = [];
  for (const row of rows.filter(({ flavor }) => flavor === SERIES)) {
    const terms = termsIn(await textOf(row));
    const { identifier, title } = catalogOf(terms);
    if (identifier && title) series.push({ id: identifier, title, terms, acl: seriesAccess ?? [] });
  }
  return { episode: episode && (await textOf(episode)), series, acl: await accessIn(EPISODE_ACCESS) };
}

/** Size of a catalog or an access list, in bytes; a larger file is refused. */
const MOST_BYTES = 4 << 20;

/** Text of a small file. Throws BadRequest for one that is too large to be a catalog. */
async function textAt(store: MediaStore, path: string): Promise<string> {
  const { size } = await stat(store.at(path));
  if (size > MOST_BYTES) throw new BadRequest(`a catalog has ${MOST_BYTES} bytes at most, this one has ${size}`);
  return textOfBytes(await readFile(store.at(path)));
}

/** Entries of an access list; undefined if it cannot be read: the recording is taken anyway, and only admins see it. */
function accessOf(text: string): AclEntry[] | undefined {
  try {
    return parseAccessList(text);
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

/** Terms of a catalog. Throws BadRequest if it cannot be read. */
export function termsIn(text: string): Term[] {
  try {
    return parseTerms(text);
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`the catalog of the episode cannot be read: ${error.message}`);
    throw error;
  }
}
