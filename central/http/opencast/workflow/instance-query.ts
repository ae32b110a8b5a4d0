import { BadRequest } from '../../../catalogue/bad-request.ts';
import type { Filter } from '../../../catalogue/filters.ts';
import type { WorkflowSearch } from '../../../workflows/find-workflows.ts';
import { valueOf, valuesOf, type SearchQuery } from '../search/search-query.ts';

/** Workflows of one answer; further ones are on the next pages. */
const MOST_WORKFLOWS = 500;

/** Parameters that select events, and the filters that they stand for. */
const OF_EVENTS: readonly (readonly [string, string])[] = [
  ['q', 'textFilter'],
  ['seriesId', 'series'],
  ['seriesTitle', 'series_name'],
  ['creator', 'presenters'],
  ['contributor', 'contributors'],
  ['language', 'language'],
  ['license', 'license'],
  ['title', 'title'],
  ['subject', 'subject'],
];

/** Search for `instances.json?state=&mp=&q=&count=&startPage=`; `-RUNNING` means all states but this one. */
export function workflowSearch(query: SearchQuery): WorkflowSearch {
  const states = valuesOf(query, 'state').map((state) => state.toLowerCase());
  const events = OF_EVENTS.flatMap(([parameter, name]): Filter[] => {
    const value = valueOf(query, parameter);
    return value === undefined ? [] : [{ name, value }];
  });
  return {
    states: states.filter((state) => !state.startsWith('-')),
    notStates: states.filter((state) => state.startsWith('-')).map((state) => state.slice(1)),
    definition: valueOf(query, 'workflowdefinition'),
    event: valueOf(query, 'mp'),
    events,
    sort: valueOf(query, 'sort'),
  };
}

/** Page of the list, with 20 workflows by default. Throws BadRequest. */
export function workflowPage(query: SearchQuery): { count: number; startPage: number } {
  const number = (name: string): number => {
    const text = valueOf(query, name) ?? '0';
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw new BadRequest(`${name} must be a whole number, not ${JSON.stringify(text.slice(0, 40))}`);
  };
  return { count: Math.min(number('count') || 20, MOST_WORKFLOWS), startPage: number('startPage') };
}
