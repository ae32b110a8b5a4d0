import { readFile } from 'node:fs/promises';
import { catalogOf, parseTerms, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import type { NewSeries } from '../catalogue/series.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { StoredElement } from './elements.ts';

export const EPISODE = 'dublincore/episode';
export const SERIES = 'dublincore/series';

/** What the catalogs that were brought say. */
export interface BroughtCatalogs {
  /** The catalog of the event, XML; undefined: none was brought. */
  episode: string | undefined;
  series: NewSeries[];
}

/** Reads the catalogs of an event and of its series. Throws BadRequest for a series that cannot be read. */
export async function readCatalogs(store: MediaStore, rows: readonly StoredElement[]): Promise<BroughtCatalogs> {
  const textOf = ({ path }: StoredElement): Promise<string> => readFile(store.at(path), 'utf8');
  const episode = rows.find(({ flavor }) => flavor === EPISODE);
  const series: NewSeries[] = [];
  for (const row of rows.filter(({ flavor }) => flavor === SERIES)) {
    const terms = termsIn(await textOf(row));
    const { identifier, title } = catalogOf(terms);
    if (identifier && title) series.push({ id: identifier, title, terms, acl: [] });
  }
  return { episode: episode && (await textOf(episode)), series };
}

/** The terms of a catalog. Throws BadRequest for one that cannot be read. */
export function termsIn(text: string): Term[] {
  try {
    return parseTerms(text);
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`the catalog of the episode cannot be read: ${error.message}`);
    throw error;
  }
}
