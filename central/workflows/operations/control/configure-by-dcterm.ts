import type { Term } from '@amphi/lib/opencast/dublin-core.ts';
import { episodeTerms, seriesTerms } from '../../../catalogue/dublin-core.ts';
import { eventNamed } from '../../../catalogue/events.ts';
import { seriesNamed } from '../../../catalogue/series.ts';
import type { Database } from '../../../store/connect.ts';
import { OperationFailed, type Operation, type OperationNeeds } from '../../run/operation.ts';

/** Keys that are no names of variables. */
const OWN = new Set(['dccatalog', 'dcterm', 'match-value', 'default-value']);

/** `configure-by-dcterm`: sets variables if a field of the event's or the series' description has a value, as it is now. */
export const configureByDcterm = ({ database }: Pick<OperationNeeds, 'database'>): Operation => ({
  id: 'configure-by-dcterm',
  weight: 'light',
  async run({ keys, workflow: { event }, log }) {
    const [catalog, name, wanted] = ['dccatalog', 'dcterm', 'match-value'].map((key) => keys.needed(key)) as [
      string,
      string,
      string,
    ];
    const terms = catalog === 'series' ? await termsOfSeries(database, event) : await termsOfEvent(database, event);
    const values = terms.filter((term) => isNamed(term, name)).map(({ value }) => value);
    const found = values.length > 0 ? values : [keys.text('default-value')];
    if (!found.includes(wanted)) {
      const is = values.length > 0 ? JSON.stringify(values.join(', ').slice(0, 200)) : 'missing';
      return { kind: 'skip', why: `${name} of the ${catalog} is ${is}, not ${JSON.stringify(wanted)}` };
    }
    const variables = new Map(keys.all().filter(([key]) => !OWN.has(key)));
    log(`${name} of the ${catalog} is ${JSON.stringify(wanted)}: ${[...variables.keys()].join(', ')} set`);
    return { kind: 'done', variables };
  },
});

async function termsOfEvent(database: Database, id: string): Promise<Term[]> {
  const event = await eventNamed(database, id);
  if (!event) throw new OperationFailed(`there is no event ${id} any more`);
  return episodeTerms(event);
}

/** Description of the event's series; none: it has no series, or one that is not known here. */
async function termsOfSeries(database: Database, event: string): Promise<Term[]> {
  const id = (await eventNamed(database, event))?.series;
  const series = id ? await seriesNamed(database, id) : undefined;
  return series ? seriesTerms(series) : [];
}

/** Whether a term has a name, which may be written with its namespace: `{http://purl.org/dc/terms/}title`. */
const isNamed = (term: Term, name: string): boolean =>
  name.startsWith('{') ? `{${term.namespace}}${term.name}` === name : term.name === name;
