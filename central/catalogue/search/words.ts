import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../store/connect.ts';
import { BadRequest } from '../bad-request.ts';
import { everyWord, type Condition } from '../filters.ts';
import { SAID } from '../list-events.ts';
import { ENGAGE } from '../published/publications.ts';

/** Words of one search; one with more is refused, since each is looked for everywhere. */
const MOST_WORDS = 30;
/** Letters of a word or phrase that are looked for; the others are ignored. */
const MOST_LETTERS = 200;

/** A word of a search, or a phrase in quotes. */
interface Word {
  text: string;
  /** Whether it has `*` or `?` elsewhere than at its end: then it is compared letter by letter, in titles and people. */
  isPattern: boolean;
}

/** Words and phrases of a search. Throws BadRequest for too many. */
export function wordsIn(text: string): Word[] {
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, phrase, word]) => ({
      text: (phrase ?? word ?? '').slice(0, MOST_LETTERS),
      isPattern: word !== undefined && /[*?]/.test(word.replace(/\*$/, '')),
    }))
    .filter((word) => word.text.trim() !== '');
  if (words.length > MOST_WORDS) throw new BadRequest(`a search has ${MOST_WORDS} words at most`);
  return words;
}

/** What a search looks for: each of its queries must be found, in French or English stems, accents ignored. */
export interface Sought {
  queries: RawBuilder<unknown>[];
  patterns: readonly string[];
}

/**
 * Reads a search. Words without a meaning of their own, such as `la` or `the`, are left out beside others. Throws
 * BadRequest for too many words.
 */
export async function soughtBy(database: Database, text: string): Promise<Sought> {
  const words = wordsIn(text);
  const patterns = words.filter(({ isPattern }) => isPattern).map((one) => one.text);
  const plain = words.filter(({ isPattern }) => !isPattern).map((one) => one.text);
  if (plain.length === 0) return { queries: [], patterns };
  const { rows } = await sql<{ word: string; filler: boolean; empty: boolean }>`
    select word, amphi_is_filler(word) as filler, trim(amphi_plain(word)) = '' as empty
    from unnest(${plain}::text[]) as word`.execute(database);
  const told = rows.filter(({ filler }) => !filler);
  // Signs alone, such as %, are compared as they are.
  const signs = rows.filter(({ empty }) => empty).map(({ word }) => word);
  const sought = told.length > 0 ? told : rows.filter(({ empty }) => !empty);
  return { queries: sought.map(({ word }) => sql`amphi_query(${word})`), patterns: [...patterns, ...signs] };
}

/** Condition that an event has every word that is sought: in its own words, those of its series, or published texts. */
export const hasSought = ({ queries, patterns }: Sought): Condition[] => [
  ...queries.map(
    (query) => sql<boolean>`events.id in (
      select id from event_words where words @@ ${query}
      union select of.id from events of join series_words on series_words.id = of.series where series_words.words @@ ${query}
      union select p.event from publication_texts t join publications p on p.id = t.publication
        where p.channel = ${sql.lit(ENGAGE)} and p.ended_at is null and t.words @@ ${query})`,
  ),
  ...patterns.map((pattern) => everyWord(SAID, pattern)),
];

/** Condition that a series has every word that is sought. */
export const seriesHasSought = ({ queries, patterns }: Sought, said: RawBuilder<unknown>): Condition[] => [
  ...queries.map((query) => sql<boolean>`series.id in (select id from series_words where words @@ ${query})`),
  ...patterns.map((pattern) => everyWord(said, pattern)),
];
