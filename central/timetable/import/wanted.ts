import { hallsIn } from '@amphi/lib/calendar/hall-words.ts';
import { IN } from '../../catalogue/imports/imported-events.ts';
import { nearNames, openHallNames, openNames, type Known, type KnownHall, type KnownSeries } from './known.ts';
import type { Lecture, Mistake } from './lecture.ts';

/** A lecture of the file, with the ids of its hall and series. */
export interface Wanted {
  line: number;
  importKey?: string;
  agentId: string;
  startsAtMs: number;
  endsAtMs: number;
  title: string;
  seriesId?: string;
  presenters?: string[];
  description?: string;
  language?: string;
  cancelled?: boolean;
}

/** What is done with a lecture in an unknown hall. */
export type UnknownHalls = 'refuse' | 'skip' | 'create';

/** Lectures whose halls and series were found, and what must be made for them. */
export interface Resolved {
  wanted: Wanted[];
  mistakes: Mistake[];
  newSeries: KnownSeries[];
  newHalls: KnownHall[];
  /** How many lectures were left out, since nothing is recorded in their hall. */
  skipped: number;
}

/** Characters and length of ids of Opencast's series and agents (facts/opencast 1.9). */
const ID = /^[\w\-.:;()]{1,128}$/;

/** Finds the hall and series of each lecture; an unknown series is made. */
export function resolveLectures(
  lectures: readonly Lecture[],
  known: Pick<Known, 'halls' | 'series'>,
  { unknownHalls, newSeriesId }: { unknownHalls: UnknownHalls; newSeriesId: () => string },
): Resolved {
  const hallOf = openHalls(known.halls, unknownHalls);
  const seriesOf = openSeries(known.series, newSeriesId);
  const resolved: Resolved = { wanted: [], mistakes: [], newSeries: seriesOf.made, newHalls: hallOf.made, skipped: 0 };
  for (const { hall, series, key, keyOfSeries, ...lecture } of lectures) {
    const halls = hallsIn(hall, (text) => hallOf.find(text, false) !== undefined);
    const unknown = halls.filter((text) => hallOf.find(text, false) === undefined);
    if (lecture.cancelled && key !== undefined && unknown.length > 0) {
      // A cancelled lecture is found by its name alone: its hall does not matter.
      const importKey = keyOfSeries ? undefined : key;
      if (importKey !== undefined) resolved.wanted.push({ ...lecture, importKey, agentId: '' });
      continue;
    }
    if (unknownHalls === 'refuse' && unknown.length > 0) {
      const wrong = unknown.map((text) => ({ line: lecture.line, message: unknownHall(text, known.halls) }));
      resolved.mistakes.push(...wrong);
      continue;
    }
    const agents = new Set(halls.flatMap((text) => hallOf.find(text, true) ?? []));
    if (agents.size === 0) resolved.skipped++;
    for (const [n, agentId] of [...agents].entries()) {
      const seriesId = series ? seriesOf.find(series) : undefined;
      const name = key === undefined ? undefined : `${keyOfSeries ? `${seriesId ?? ''}#` : ''}${key}`;
      const keyed = name === undefined ? {} : { importKey: n === 0 ? name : `${name}${IN}${agentId}` };
      resolved.wanted.push({ ...lecture, ...keyed, agentId, ...(seriesId ? { seriesId } : {}) });
    }
  }
  return resolved;
}

interface HallFinder {
  /** Gives the id for a name; an unknown name is made into a new one if `mayMake`. */
  find: (text: string, mayMake: boolean) => string | undefined;
  made: KnownHall[];
}

interface SeriesFinder {
  find: (text: string) => string;
  made: KnownSeries[];
}

function openHalls(halls: readonly KnownHall[], unknown: UnknownHalls): HallFinder {
  const made: KnownHall[] = [];
  const hallOf = openHallNames(halls, ({ agentId, names = [] }) => [...names, agentId]);
  let madeOf = openHallNames(made, ({ agentId }) => [agentId]);
  return {
    made,
    find(text, mayMake) {
      const found = (hallOf(text) ?? madeOf(text))?.agentId;
      if (found !== undefined || !mayMake || unknown !== 'create') return found;
      const agentId = text.trim();
      made.push({ agentId });
      madeOf = openHallNames(made, (hall) => [hall.agentId]);
      return agentId;
    },
  };
}

function openSeries(series: readonly KnownSeries[], newId: () => string): SeriesFinder {
  const made: KnownSeries[] = [];
  const seriesOf = openNames(series, ({ id, title }) => [title, id]);
  let madeOf = openNames(made, ({ title }) => [title]);
  return {
    made,
    find(text) {
      const found = (seriesOf(text) ?? madeOf(text))?.id;
      if (found !== undefined) return found;
      const title = text.trim();
      const one = { id: ID.test(title) ? title : newId(), title };
      made.push(one);
      madeOf = openNames(made, (of) => [of.title]);
      return one.id;
    },
  };
}

function unknownHall(hall: string, halls: readonly KnownHall[]): string {
  const names = halls.flatMap(({ agentId, names: more = [] }) => [...new Set([agentId, ...more])]);
  const near = nearNames(hall, names);
  if (near.length > 0) return `no hall is called "${hall}": is it ${near.join(' or ')}?`;
  const shown = names.slice(0, 8).join(', ');
  return `no hall is called "${hall}"; known are ${shown ? `${shown}${names.length > 8 ? ', …' : ''}` : 'none yet'}`;
}
