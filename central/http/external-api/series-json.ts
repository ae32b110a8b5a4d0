import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { wordsOf } from '../../catalogue/event-rows.ts';
import type { ListedSeries } from '../../catalogue/list-series.ts';
import type { Told } from './metadata.ts';

/** Series of the External API, in version v1.`minor`.0 (facts/opencast 3.1). */
export function seriesJson(series: ListedSeries, minor: number): object {
  const words = wordsOf(series);
  return {
    identifier: series.id,
    creator: series.creator ?? '',
    created: w3cOf(series.created_at.getTime()),
    title: series.title,
    subjects: words.subjects,
    organizers: words.creators,
    publishers: words.publishers,
    contributors: words.contributors,
    ...(minor < 1
      ? {}
      : {
          description: words.description ?? '',
          language: words.language ?? '',
          license: words.license ?? '',
          rightsholder: words.rightsHolder ?? '',
        }),
  };
}

/** Fields of a series' catalog that do not come from its Dublin Core. */
export const toldOfSeries = ({ id, creator }: ListedSeries): Told => ({ identifier: id, createdBy: creator ?? '' });
