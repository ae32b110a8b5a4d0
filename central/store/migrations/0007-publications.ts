import { sql, type Kysely } from 'kysely';

/** Adds what is published, and the words by which it is found. The columns are explained in `tables.ts`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
}

const STATEMENTS: readonly string[] = [
  `create table publications (
    id text primary key,
    event text not null,
    channel text not null,
    version integer not null,
    workflow bigint,
    url text not null,
    mime_type text not null default 'text/html',
    made_at timestamptz not null default now(),
    ended_at timestamptz,
    is_retracted boolean not null default false
  )`,
  `create unique index publications_now on publications (event, channel) where ended_at is null`,
  `create index publications_event on publications (event, channel)`,
  `create index publications_channel on publications (channel, made_at)`,
  `create index publications_ended on publications (ended_at) where ended_at is not null`,
  `create table publication_elements (
    publication text not null references publications on delete cascade,
    id text not null,
    kind text not null check (kind in ('track', 'catalog', 'attachment')),
    flavor text not null,
    tags text[] not null default '{}',
    file_name text not null,
    path text not null,
    mime_type text not null,
    size_bytes bigint not null,
    md5 text not null,
    start_ms integer,
    duration_ms integer,
    streams jsonb,
    problem text,
    url text,
    transport text,
    primary key (publication, id)
  )`,
  `create index publication_elements_id on publication_elements (id)`,
  `create index publication_elements_path on publication_elements (path)`,
  `create table publication_streams (
    publication text not null references publications on delete cascade,
    path text not null,
    content text,
    primary key (publication, path)
  )`,
  `create index publication_streams_path on publication_streams (path)`,
  `create table publication_texts (
    publication text not null references publications on delete cascade,
    position integer not null,
    kind text not null check (kind in ('slide', 'caption')),
    element text not null,
    start_ms integer not null,
    duration_ms integer not null,
    text text not null,
    words tsvector not null,
    primary key (publication, position)
  )`,
  `create index publication_texts_words on publication_texts using gin (words)`,
  // Letters without accents, small, with a blank for all other signs: normalize() is of PostgreSQL 13 and needs no extension.
  `create function amphi_plain(text) returns text language sql immutable parallel safe return
    regexp_replace(replace(replace(lower(replace(replace(
      regexp_replace(normalize($1, NFKD), '[\\u0300-\\u036f]', '', 'g'), 'Œ', 'oe'), 'Æ', 'ae')), 'œ', 'oe'), 'æ', 'ae'),
      '[\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u2000-\\u206f]+', ' ', 'g')`,
  // Longer texts than 100 000 letters are searched in their first part.
  `create function amphi_words(text) returns tsvector language sql immutable parallel safe return
    to_tsvector('pg_catalog.french', amphi_plain(left($1, 100000))) ||
    to_tsvector('pg_catalog.english', amphi_plain(left($1, 100000))) ||
    to_tsvector('pg_catalog.simple', amphi_plain(left($1, 100000)))`,
  // A word or a phrase, whose last word may go on.
  `create function amphi_query(text) returns tsquery language sql immutable parallel safe return
    case when trim(amphi_plain($1)) = '' then ''::tsquery else
      phraseto_tsquery('pg_catalog.french', amphi_plain($1)) || phraseto_tsquery('pg_catalog.english', amphi_plain($1)) ||
      to_tsquery('pg_catalog.simple', replace(trim(amphi_plain($1)), ' ', ' <-> ') || ':*') end`,
  `create function amphi_is_filler(text) returns boolean language sql immutable parallel safe return
    numnode(phraseto_tsquery('pg_catalog.french', amphi_plain($1))) = 0 or
    numnode(phraseto_tsquery('pg_catalog.english', amphi_plain($1))) = 0`,
  `create function amphi_terms(jsonb) returns text language sql immutable parallel safe return
    (select string_agg(term->>'value', ' ') from jsonb_array_elements($1) as term)`,
  ...wordsOf('event', 'events', `concat_ws(' ', new.id, new.title, new.agent, amphi_terms(new.terms))`),
  ...wordsOf('series', 'series', `concat_ws(' ', new.id, new.title, amphi_terms(new.terms))`),
  // A publication outlives its event as the note that it was taken back.
  `create function amphi_end_publications() returns trigger language plpgsql as $$ begin
    delete from publication_elements where publication in (select id from publications where event = old.id);
    delete from publication_texts where publication in (select id from publications where event = old.id);
    update publications set ended_at = coalesce(ended_at, now()), is_retracted = true where event = old.id;
    return null;
  end $$`,
  `create trigger end_publications after delete on events for each row execute function amphi_end_publications()`,
];

/** Statements that keep the words of each row of a table. */
function wordsOf(name: string, table: string, text: string): string[] {
  return [
    `create table ${name}_words (id text primary key references ${table} on delete cascade, words tsvector not null)`,
    `create index ${name}_words_words on ${name}_words using gin (words)`,
    `create function amphi_keep_${name}_words() returns trigger language plpgsql as $$ begin
      insert into ${name}_words values (new.id, amphi_words(${text}))
        on conflict (id) do update set words = excluded.words;
      return null;
    end $$`,
    `create trigger keep_words_of_new after insert on ${table} for each row execute function amphi_keep_${name}_words()`,
    `create trigger keep_words after update of ${name === 'event' ? 'title, terms, agent' : 'title, terms'} on ${table}
      for each row execute function amphi_keep_${name}_words()`,
    `insert into ${name}_words select new.id, amphi_words(${text}) from ${table} as new`,
  ];
}
