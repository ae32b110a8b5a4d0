import { createHash } from 'node:crypto';
import type { Complaint, SharedUids } from './calendar.ts';
import { hallWords } from './hall-words.ts';
import type { Vevent } from './vevent.ts';

/** The events with one UID: a single event, a rule with its exceptions, or, as some programs write, several events. */
export interface Family {
  /** UID; made of start and hall if the calendar gives none. */
  uid: string;
  isSaid: boolean;
  masters: Vevent[];
  exceptions: Vevent[];
  /** Whether the calendar gives this UID to several events, or did so before. */
  isShared: boolean;
  /** The start of the event that had the UID alone before it was shared; null if unknown. */
  plainMs: number | null;
}

/** Puts the events of a calendar into families. Of several versions of one event the newest counts. */
export function familiesOf(
  events: readonly Vevent[],
  known: SharedUids,
  tell: (complaint: Complaint) => void,
): Family[] {
  const shared = new Map(known);
  const groups = Map.groupBy(events, (event) => event.uid || contentUid(event));
  return [...groups].map(([uid, group]) => {
    const named = group.filter(({ replaces }) => replaces);
    const strays = group.filter(({ isStray }) => isStray);
    const whole = group.filter(({ replaces, isStray }) => !replaces && !isStray);
    const masters = newestOf(whole.length > 0 ? whole : strays, tell);
    return {
      uid,
      isSaid: group.some((event) => event.uid !== ''),
      masters,
      exceptions: whole.length > 0 ? [...named, ...strays.map(ofOwnStart)] : named,
      isShared: masters.length > 1 || shared.has(uid),
      plainMs: shared.get(uid) ?? null,
    };
  });
}

const ofOwnStart = (event: Vevent): Vevent => (event.start ? { ...event, replaces: event.start } : event);

/** The id of an event without UID: made of its start and its hall, since a hall has one event at a time. */
const contentUid = ({ start, replaces, words }: Vevent): string => {
  const content = JSON.stringify([(start ?? replaces)?.atMs, hallWords(words.location ?? '')]);
  return `no-uid-${createHash('sha256').update(content).digest('hex').slice(0, 24)}`;
};

/** Whether `one` is a newer version than `other`; of two equal versions, the later one in the file is newer. */
export function isNewer(one: Vevent, other: Vevent): boolean {
  for (const [n, number] of one.version.entries()) {
    if (number !== other.version[n]) return number > (other.version[n] ?? 0);
  }
  return one.component.line > other.component.line;
}

/** The newest of several versions of an event; undefined for none. */
export const newest = (versions: readonly Vevent[]): Vevent | undefined =>
  versions.reduce<Vevent | undefined>((best, one) => (best && !isNewer(one, best) ? best : one), undefined);

/** Start and hall of an event: two events with the same UID, start and hall are versions of one event. */
const placeOf = ({ start, words }: Vevent): string => JSON.stringify([start?.atMs, hallWords(words.location ?? '')]);

function newestOf(masters: readonly Vevent[], tell: (complaint: Complaint) => void): Vevent[] {
  const groups = areVersions(masters) ? [masters] : [...Map.groupBy(masters, placeOf).values()];
  return groups.flatMap((versions) => {
    const best = newest(versions);
    if (best && versions.length > 1) tell(versionNote(best, versions));
    return best ?? [];
  });
}

/** Several events with one title, each with a SEQUENCE of its own, are one event that was changed. */
const areVersions = (masters: readonly Vevent[]): boolean =>
  masters.length > 1 &&
  new Set(masters.map(({ version }) => version[0])).size === masters.length &&
  new Set(masters.map(({ words }) => words.title)).size === 1;

/**
 * Whether one of the versions overlaps no other: then they may be several lectures to which a program gave one UID,
 * which is reported as a doubt. A version without a start counts as overlapping all. The versions are sorted first, so
 * that the work does not grow with the square of their number.
 */
function mayBeSeveral(versions: readonly Vevent[]): boolean {
  const spans = versions.flatMap(({ start, endsAtMs }) =>
    start ? [{ fromMs: start.atMs, toMs: endsAtMs ?? start.atMs }] : [],
  );
  if (spans.length < versions.length) return false;
  spans.sort((one, other) => one.fromMs - other.fromMs);
  let reachMs = Number.NEGATIVE_INFINITY;
  return spans.some(({ fromMs, toMs }, n) => {
    const isApart = fromMs > reachMs && (spans[n + 1]?.fromMs ?? Number.POSITIVE_INFINITY) > toMs;
    reachMs = Math.max(reachMs, toMs);
    return isApart;
  });
}

const versionNote = ({ uid, words, component }: Vevent, versions: readonly Vevent[]): Complaint => ({
  ...(uid ? { uid } : {}),
  line: component.line,
  weight: mayBeSeveral(versions) ? 'doubt' : 'trifle',
  text: `"${words.title || uid}" is there in ${versions.length} versions: the newest counts`,
});
