import { z } from 'zod';
import { msOfW3c, w3cOf } from '@amphi/lib/opencast/dates.ts';
import type { Catalog } from '@amphi/lib/opencast/dublin-core.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { jsonField } from '../fields.ts';
import type { Words } from '../../catalogue/event-rows.ts';

/** Field of a catalog in Opencast's forms (facts/opencast 3.1). */
interface FieldSpec {
  id: string;
  label: string;
  type: 'text' | 'text_long' | 'mixed_text' | 'ordered_text' | 'date' | 'start_date' | 'start_time' | 'duration';
  /** Its name in our descriptions; without one the field is only shown. */
  key?: keyof Words;
  readOnly?: true;
  required?: true;
  /** Other names by which it may be sent. */
  also?: readonly string[];
}

/** Catalog of Opencast's forms. */
export interface CatalogSpec {
  flavor: string;
  title: string;
  fields: readonly FieldSpec[];
}

const label = (kind: 'EVENTS' | 'SERIES', name: string): string => `EVENTS.${kind}.DETAILS.METADATA.${name}`;
const event = (name: string): string => label('EVENTS', name);
const series = (name: string): string => label('SERIES', name);

/** Catalog of an event. */
export const EPISODE: CatalogSpec = {
  flavor: 'dublincore/episode',
  title: 'EVENTS.EVENTS.DETAILS.CATALOG.EPISODE',
  fields: [
    { id: 'title', label: event('TITLE'), type: 'text', key: 'title', required: true },
    { id: 'subjects', label: event('SUBJECT'), type: 'mixed_text', key: 'subjects', also: ['subject'] },
    { id: 'description', label: event('DESCRIPTION'), type: 'text_long', key: 'description' },
    { id: 'language', label: event('LANGUAGE'), type: 'text', key: 'language' },
    { id: 'rightsHolder', label: event('RIGHTS'), type: 'text', key: 'rightsHolder' },
    { id: 'license', label: event('LICENSE'), type: 'text', key: 'license' },
    { id: 'isPartOf', label: event('SERIES'), type: 'text' },
    { id: 'creator', label: event('PRESENTERS'), type: 'mixed_text', key: 'creators', also: ['creators', 'presenter'] },
    {
      id: 'contributor',
      label: event('CONTRIBUTORS'),
      type: 'mixed_text',
      key: 'contributors',
      also: ['contributors'],
    },
    { id: 'startDate', label: event('START_DATE'), type: 'start_date' },
    { id: 'startTime', label: event('START_TIME'), type: 'start_time' },
    { id: 'duration', label: event('DURATION'), type: 'duration' },
    { id: 'location', label: event('LOCATION'), type: 'text' },
    { id: 'source', label: event('SOURCE'), type: 'text', key: 'source' },
    { id: 'created', label: event('CREATED'), type: 'date', readOnly: true },
    { id: 'publisher', label: event('PUBLISHER'), type: 'mixed_text', key: 'publishers', also: ['publishers'] },
    { id: 'identifier', label: event('ID'), type: 'text', readOnly: true },
  ],
};

/** Catalog of a series. */
export const SERIES: CatalogSpec = {
  flavor: 'dublincore/series',
  title: 'EVENTS.SERIES.DETAILS.CATALOG.SERIES',
  fields: [
    { id: 'title', label: series('TITLE'), type: 'text', key: 'title', required: true },
    { id: 'subjects', label: series('SUBJECT'), type: 'mixed_text', key: 'subjects', also: ['subject'] },
    { id: 'description', label: series('DESCRIPTION'), type: 'text_long', key: 'description' },
    { id: 'language', label: series('LANGUAGE'), type: 'text', key: 'language' },
    { id: 'rightsHolder', label: series('RIGHTS'), type: 'text', key: 'rightsHolder' },
    { id: 'license', label: series('LICENSE'), type: 'text', key: 'license' },
    {
      id: 'creator',
      label: series('ORGANIZERS'),
      type: 'mixed_text',
      key: 'creators',
      also: ['creators', 'organizers'],
    },
    {
      id: 'contributor',
      label: series('CONTRIBUTORS'),
      type: 'mixed_text',
      key: 'contributors',
      also: ['contributors'],
    },
    { id: 'publisher', label: series('PUBLISHERS'), type: 'mixed_text', key: 'publishers', also: ['publishers'] },
    { id: 'createdBy', label: series('CREATED_BY'), type: 'text', readOnly: true },
    { id: 'identifier', label: series('ID'), type: 'text', readOnly: true },
  ],
};

/** Values of a catalog that do not come from the descriptions, by the id of the field. */
export type Told = Readonly<Record<string, string>>;

/** Fields of a catalog as JSON. */
export const fieldsJson = (spec: CatalogSpec, words: Catalog, told: Told): object[] =>
  spec.fields.map(({ id, label: words_, type, key, readOnly = false, required = false }) => {
    const several = type === 'mixed_text';
    const value = key === undefined ? told[id] : words[key];
    return { id, label: words_, type, value: value ?? (several ? [] : ''), readOnly, required };
  });

/** All catalogs as JSON; `title` is the label that Opencast gives, `label` the one of its documentation. */
export const catalogsJson = (spec: CatalogSpec, words: Catalog, told: Told): object[] => [
  { label: spec.title, flavor: spec.flavor, title: spec.title, fields: fieldsJson(spec, words, told) },
];

/** Values of an episode's catalog that come from its times and place. */
export const toldOf = (of: {
  id: string;
  series: string | null;
  agent: string | null;
  startsAtMs: number;
  endsAtMs: number | undefined;
}): Told => ({
  identifier: of.id,
  isPartOf: of.series ?? '',
  location: of.agent ?? '',
  startDate: w3cOf(of.startsAtMs).slice(0, 10),
  startTime: w3cOf(of.startsAtMs).slice(11),
  created: w3cOf(of.startsAtMs),
  duration: of.endsAtMs === undefined ? '' : extentText(of.endsAtMs - of.startsAtMs),
});

const extentText = (ms: number): string =>
  [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map((of) => String(Math.floor(of)).padStart(2, '0')).join(':');

const value = z.union([
  z.string(),
  z.number().transform(String),
  z.boolean().transform(String),
  z.array(z.string()),
  z.null(),
]);
const fields = z.array(z.object({ id: z.string(), value: value.optional() }));
const catalogs = z.array(z.object({ flavor: z.string(), fields }));

/** Values that a form gives: descriptions, and for an episode the series. */
export interface Saying {
  words: Words;
  seriesId?: string;
  /**
   * Date and time of an upload's recording, as they were written; for a planned event they are ignored, and its
   * schedule counts.
   */
  recorded?: { date: string | undefined; time: string | undefined };
}

/** Reads the `metadata` of a form that names its catalogs. Throws BadRequest. */
export function catalogsField(text: string, spec: CatalogSpec): Saying {
  const found = jsonField('metadata', text, catalogs).filter(({ flavor }) => flavor === spec.flavor);
  return saidBy(
    found.flatMap((one) => one.fields),
    spec,
  );
}

/** Reads the `metadata` of a form for one catalog. Throws BadRequest. */
export const valuesField = (text: string, spec: CatalogSpec): Saying =>
  saidBy(jsonField('metadata', text, fields), spec);

function saidBy(given: z.infer<typeof fields>, spec: CatalogSpec): Saying {
  const words: Record<string, string | string[]> = {};
  const told: Record<string, string> = {};
  for (const { id, value: said } of given) {
    const field = spec.fields.find((one) => one.id === id || one.also?.includes(id));
    if (!field) throw new BadRequest(`there is no field ${id} in ${spec.flavor}`);
    if (field.readOnly) continue;
    const list = [said ?? []]
      .flat()
      .map((one) => one.trim())
      .filter((one) => one !== '');
    if (!field.key) told[id] = list.join(', ');
    else words[field.key] = field.type === 'mixed_text' ? list : list.join(', ');
  }
  if (words['title'] === '') throw new BadRequest('the title must not be empty');
  return {
    words,
    ...(told['isPartOf'] === undefined ? {} : { seriesId: told['isPartOf'] }),
    ...(told['startDate'] ? { recorded: { date: told['startDate'], time: told['startTime'] } } : {}),
  };
}

/** Moment of a recording, from its date and time. Throws BadRequest. */
export function momentOf(date: string | undefined, time: string | undefined): number | undefined {
  if (!date) return undefined;
  const at = msOfW3c(date.includes('T') ? date : time ? `${date}T${time}` : date);
  if (at === undefined) throw new BadRequest(`startDate and startTime must be such as 2016-06-22 and 13:30:00Z`);
  return at;
}
