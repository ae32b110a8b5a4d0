import { formatExtent, w3cOf } from '@amphi/lib/opencast/dates.ts';
import { DCTERMS_NAMESPACE, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { episodeTerms, seriesTerms } from '../../../catalogue/dublin-core.ts';
import type { ListedSeries } from '../../../catalogue/list-series.ts';
import { recordedPackage } from '../../../catalogue/media-package.ts';
import type { FoundEpisode } from '../../../catalogue/search/found-episodes.ts';
import type { AclEntry } from '../../../store/tables.ts';
import { withMember } from '../long-answers.ts';
import { segmentsJson } from './segments.ts';
import { mediaPackageJson } from './media-package-json.ts';

/**
 * Answers in the shape of Opencast from 16 on (facts/opencast 3.3): always an array, Dublin Core as lists, roles by
 * action.
 */

/** Page of results as JSON; each result is already written. */
export const foundJson = (
  { offset, total, limit }: { offset: number; limit: number; total: number },
  results: readonly string[],
): string => withMember(JSON.stringify({ offset, total, limit }), '}', 'result', `[${results.join(',')}]`);

/** Recorded event as JSON. `base` is the URL of this server for the client. */
export const episodeResult = (episode: FoundEpisode, base: string): object => {
  const { event, files } = episode;
  const series = event.seriesTitle === null ? undefined : { title: event.seriesTitle };
  const extent = event.durationMs === null ? {} : { extent: [formatExtent(event.durationMs)] };
  const segments = segmentsJson(episode, base);
  return {
    mediapackage: mediaPackageJson(recordedPackage(event, series, files, base)),
    org: event.organization,
    acl: rolesByAction(event.accessList),
    dc: { ...termLists(episodeTerms(event)), ...extent, modified: [w3cOf(event.modified_at.getTime())] },
    ...(segments === undefined ? {} : { segments }),
  };
};

/** Series as JSON. */
export const seriesResult = (series: ListedSeries): object => ({
  org: series.organization,
  acl: rolesByAction(series.acl),
  dc: {
    created: [w3cOf(series.created_at.getTime())],
    ...termLists(seriesTerms(series)),
    modified: [w3cOf(series.modified_at.getTime())],
  },
});

/**
 * Values of terms as lists, by name. Names of terms and actions are foreign text, so these objects are made from pairs.
 */
const termLists = (terms: readonly Term[]): object =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        terms.filter(({ namespace }) => namespace === DCTERMS_NAMESPACE),
        ({ name }) => name,
      ),
    ].map(([name, all]) => [name, all.map(({ value }) => value)]),
  );

const rolesByAction = (acl: readonly AclEntry[]): object =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        acl.filter(({ allow }) => allow),
        ({ action }) => action,
      ),
    ].map(([action, all]) => [action, all.map(({ role }) => role)]),
  );
