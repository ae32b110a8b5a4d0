import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import type { RouteModule } from '../../services.ts';
import { READERS } from '../base.ts';
import { filtersOf, isTrue, pageOf, sortingOf, type Query } from '../paging.ts';
import { notFound } from '../replies.ts';
import { operationJson } from './workflow-json.ts';

type Listed = { Querystring: Query };
type ById = { Params: { id: string }; Querystring: Query };

/** Serves `/api/workflow-definitions` (facts/opencast 3.1, 3.4). */
export const definitionsApi: RouteModule = (app, { workflows: { definitions } }) => {
  app.get<Listed>('/api/workflow-definitions', READERS, async ({ query, apiMinor }) => {
    const { limit, offset } = pageOf(query);
    const tags = filtersOf(query, apiMinor)
      .flat()
      .filter(({ name }) => name === 'tag');
    const found = definitions
      .offered()
      .filter(({ tags: own }) => tags.every(({ value }) => own.includes(value)))
      .toSorted(ordered(query));
    return found
      .slice(offset, limit === undefined ? undefined : offset + limit)
      .map((one) => definitionJson(one, query));
  });
  app.get<ById>('/api/workflow-definitions/:id', READERS, async ({ params, query }, reply) => {
    const found = definitions.find(params.id);
    return found
      ? definitionJson(found, query)
      : notFound(reply, `Cannot find workflow definition with id '${params.id}'.`);
  });
};

/** Number that makes display orders positive, so that their texts sort as they do. */
const MOST_ORDER = 1e10;

/** Keys that definitions can be sorted by. */
const DEFINITION_KEYS: ReadonlyMap<string, (one: Definition) => string> = new Map([
  ['identifier', ({ id }: Definition) => id],
  ['title', ({ title }: Definition) => title],
  ['displayorder', ({ displayOrder }: Definition) => String(displayOrder + MOST_ORDER).padStart(12, '0')],
]);

/** Compares definitions by the order of a query. Throws BadRequest for an unknown order. */
function ordered(query: Query): (one: Definition, other: Definition) => number {
  const sorting = sortingOf(query).map(({ by, descending }) => {
    const of = DEFINITION_KEYS.get(by);
    if (!of) throw new BadRequest(`Unknown search criterion in request: ${by}`);
    return { of, sign: descending ? -1 : 1 };
  });
  return (one, other) => {
    for (const { of, sign } of sorting) {
      if (of(one) !== of(other)) return of(one) < of(other) ? -sign : sign;
    }
    return 0;
  };
}

const definitionJson = ({ id, title, description, tags, panel, operations }: Definition, query: Query): object => ({
  identifier: id,
  title,
  description,
  tags,
  ...(isTrue(query, 'withconfigurationpanel') ? { configuration_panel: panel.html ?? '' } : {}),
  ...(isTrue(query, 'withconfigurationpaneljson') ? { configuration_panel_json: panel.json ?? '' } : {}),
  ...(isTrue(query, 'withoperations') ? { operations: operations.map(operationJson) } : {}),
});
