import type { Identity, Occurrence } from './calendar.ts';
import type { Family } from './families.ts';
import { hallWords } from './hall-words.ts';
import type { Master } from './series.ts';
import type { Vevent, Words } from './vevent.ts';
import type { Zone } from './zones/zoned-time.ts';

/** Beginning and end, in milliseconds since 1970. */
interface Span {
  startsAtMs: number;
  endsAtMs: number;
}

/** Makes the occurrences of a family. `atMs` is the instant for which an occurrence was planned first. */
export interface OccurrenceMaker {
  /** An occurrence that its series names; `lengthMs` is its own length, if it has one. */
  ofSeries(master: Master, atMs: number, lengthMs: number | undefined): Occurrence;
  /** An exception; what the exception does not say is taken from its series. */
  ofException(one: Vevent, atMs: number, master: Master | undefined): Occurrence;
  /** An occurrence that is moved together with all others from `fromMs` on (RANGE=THISANDFUTURE). */
  ofRest(rest: Vevent, fromMs: number, atMs: number, master: Master): Occurrence;
}

/** Opens a maker for a family. `hall` is the zone in which the times in ids are written. */
export function openOccurrenceMaker(family: Family, hall: Zone): OccurrenceMaker {
  const make = (of: Vevent, span: Span, words: Words, identity: Identity): Occurrence => ({
    event: { id: idOf(family.uid, identity, hall), uid: family.uid, ...span, ...words },
    identity,
    line: of.component.line,
    cancelled: of.cancelled,
  });
  const ofException: OccurrenceMaker['ofException'] = (one, atMs, master) => {
    const startsAtMs = one.start?.atMs ?? atMs;
    const usual = master ? spanOf(master, atMs, undefined) : { startsAtMs, endsAtMs: startsAtMs };
    const span = { startsAtMs, endsAtMs: one.endsAtMs ?? startsAtMs + usual.endsAtMs - usual.startsAtMs };
    const words = master ? inherited(one.words, master.words) : one.words;
    return make(one, span, words, identityOf(family, master ?? one, atMs));
  };
  return {
    ofException,
    ofSeries: (master, atMs, lengthMs) =>
      make(master, spanOf(master, atMs, lengthMs), master.words, identityOf(family, master, atMs)),
    ofRest(rest, fromMs, atMs, master) {
      const { zone } = master;
      const { startsAtMs, endsAtMs } = ofException(rest, fromMs, master).event;
      const movedMs = zone.wallOf(startsAtMs) - zone.wallOf(fromMs);
      const atNewMs = zone.instantOf(zone.wallOf(atMs) + movedMs);
      const span = { startsAtMs: atNewMs, endsAtMs: atNewMs + endsAtMs - startsAtMs };
      return make(rest, span, inherited(rest.words, master.words), identityOf(family, master, atMs));
    },
  };
}

function spanOf({ start, endsAtMs = start.atMs, zone }: Master, atMs: number, lengthMs: number | undefined): Span {
  if (lengthMs !== undefined) return { startsAtMs: atMs, endsAtMs: atMs + lengthMs };
  if (atMs === start.atMs) return { startsAtMs: atMs, endsAtMs };
  const length = zone.wallOf(endsAtMs) - zone.wallOf(start.atMs);
  return { startsAtMs: atMs, endsAtMs: zone.instantOf(zone.wallOf(atMs) + length) };
}

function inherited(own: Words, master: Words): Words {
  const attachments = own.attachments.length > 0 ? own.attachments : master.attachments;
  return { ...master, ...own, title: own.title || master.title, attachments };
}

function identityOf({ uid, isSaid, isShared, plainMs }: Family, of: Vevent, atMs: number): Identity {
  const said = isSaid ? { uid } : {};
  const isRepeated = of.rules.length > 0 || of.extra.length > 0 || of.hasLostRule || of.replaces !== undefined;
  const isSingle = !isRepeated && of.start?.atMs === atMs;
  if (isSingle && (!isShared || plainMs === atMs)) return said;
  const hall = isShared ? hallWords(of.words.location ?? '') : '';
  return { ...said, atMs, ...(hall ? { hall } : {}) };
}

/** Id of an occurrence. It stays the same when the occurrence is moved, and when other events change. */
function idOf(uid: string, { atMs, hall }: Identity, zone: Zone): string {
  if (atMs === undefined) return uid;
  const wall = new Date(zone.wallOf(atMs)).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return [uid, wall, ...(hall === undefined ? [] : [hall.replaceAll(' ', '-')])].join(':');
}
