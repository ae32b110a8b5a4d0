import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { wordsOf } from '../../../../catalogue/event-rows.ts';
import { eventNamed } from '../../../../catalogue/events.ts';
import { seriesNamed } from '../../../../catalogue/series.ts';
import type { Database } from '../../../../store/connect.ts';
import { languageOf, type Language } from './languages.ts';

/** What is known of a lecture before it is looked at. */
export interface KnownWords {
  title: string;
  language: Language;
  /** Words that are likely on its slides: of its description, that of its series, and of the series' own list. */
  words: string[];
}

/** Type of the element of a series that has a list of words, as a text. */
export const WORD_LIST = 'words';
/** Characters of a list of words that are read. */
const MOST_CHARACTERS = 1 << 20;

/** What is known of an event. Without the event: nothing. */
export async function knownWords(database: Database, event: string): Promise<KnownWords> {
  const row = await eventNamed(database, event);
  if (!row) return { title: '', language: languageOf(undefined), words: [] };
  const { title, language, ...rest } = wordsOf(row);
  const series = row.series === null ? undefined : await ofSeries(database, row.series);
  const texts = [title, ...textsOf(rest), ...(series?.texts ?? [])];
  return {
    title,
    language: languageOf(language ?? series?.language),
    words: texts.join('\n').match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu) ?? [],
  };
}

type Told = Pick<ReturnType<typeof catalogOf>, 'creators' | 'contributors' | 'subjects' | 'description'>;

const textsOf = ({ creators, contributors, subjects, description }: Told): string[] => [
  ...creators,
  ...contributors,
  ...subjects,
  description ?? '',
];

async function ofSeries(database: Database, id: string): Promise<{ texts: string[]; language: string | undefined }> {
  const row = await seriesNamed(database, id);
  const list = await database
    .selectFrom('series_elements')
    .select('content')
    .where('series', '=', id)
    .where('type', '=', WORD_LIST)
    .executeTakeFirst();
  const told = row && catalogOf(row.terms);
  const own = list ? textOfBytes(list.content.subarray(0, MOST_CHARACTERS)) : '';
  return { texts: [row?.title ?? '', ...(told ? textsOf(told) : []), own], language: told?.language };
}
