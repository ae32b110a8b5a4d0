import { readFile } from 'node:fs/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { parseCatalog, type Catalog } from '@amphi/lib/opencast/dublin-core.ts';
import { parseMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { Services } from '../services.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { elementsBrought } from '../../intake/elements.ts';
import type { Words } from '../../catalogue/event-rows.ts';

/** Descriptions of an event in its media package, before anything is recorded. */
export interface PackageWords {
  id: string;
  words: Words & { title: string };
  seriesId: string | undefined;
}

/** Reads the media package of a scheduler's form; its episode catalog has priority. Throws BadRequest. */
export async function packageWords(
  services: Pick<Services, 'database' | 'store'>,
  text: string,
): Promise<PackageWords> {
  const found = parsed(text);
  const catalog = await episodeOf(services, found.id);
  const {
    identifier: _identifier,
    isPartOf,
    temporal: _temporal,
    spatial: _spatial,
    extentMs: _extent,
    ...said
  } = catalog ?? wordsIn(found);
  const title = said.title || found.title;
  if (!title) throw new BadRequest('the media package has no title, and no episode catalog with one was brought');
  return { id: found.id, words: { ...said, title }, seriesId: isPartOf ?? found.series };
}

function parsed(text: string): MediaPackage {
  try {
    return parseMediaPackage(text);
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`Could not parse media package: ${error.message}`);
    throw error;
  }
}

const wordsIn = ({
  title = '',
  series,
  creators,
  contributors,
  subjects,
  language,
  license,
}: MediaPackage): Catalog => ({
  title,
  creators,
  contributors,
  subjects,
  publishers: [],
  ...(series ? { isPartOf: series } : {}),
  ...(language ? { language } : {}),
  ...(license ? { license } : {}),
});

/** Episode catalog that was sent for a package, if there is one that can be read. */
async function episodeOf(
  { database, store }: Pick<Services, 'database' | 'store'>,
  id: string,
): Promise<Catalog | undefined> {
  const [element] = await elementsBrought(database, id, { flavor: 'dublincore/episode' });
  if (!element) return undefined;
  const bytes = await readFile(store.at(element.path)).catch(() => undefined);
  try {
    return bytes === undefined ? undefined : parseCatalog(textOfBytes(bytes));
  } catch {
    return undefined;
  }
}
