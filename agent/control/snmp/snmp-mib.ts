/**
 * All objects that SNMP managers can read, as a sorted list. Pure. Amphi's own objects are described in
 * `AMPHI-MIB.txt`.
 */
import { firstWhere } from '#lib/runtime/lists/bisect.ts';
import type { Binding, Oid, SnmpValue } from './snmp-packets.ts';

/** A network interface with its counters. */
export interface SnmpInterface {
  name: string;
  isLoopback: boolean;
  mtuBytes: number;
  speedMbps: number;
  mac: Buffer;
  isUp: boolean;
  in: { bytes: number; packets: number; errors: number; dropped: number };
  out: { bytes: number; packets: number; errors: number; dropped: number };
}

/** The facts from which the objects are made. */
export interface SnmpFacts {
  description: string;
  name: string;
  contact: string;
  location: string;
  /** Milliseconds since the box started. */
  upMs: number;
  recording: { state: 'stopped' | 'setup' | 'recording' | 'paused' | 'finalizing'; elapsedMs: number };
  inputs: readonly { number: number; name: string; hasSignal: boolean; isSelected: boolean }[];
  disks: readonly { name: string; freeMB: number; totalMB: number; isUsable: boolean }[];
  alarms: readonly { name: string; level: 'warning' | 'critical' | 'info' | 'emergency' }[];
  interfaces: readonly SnmpInterface[];
}

/** The branch of Amphi's objects, below net-snmp's branch for private use, since Amphi has no number of its own. */
export const amphiOid: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 351];
const SYSTEM: Oid = [1, 3, 6, 1, 2, 1, 1];
const INTERFACES: Oid = [1, 3, 6, 1, 2, 1, 2];
const MORE_OF_INTERFACES: Oid = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1];
/** The value of sysServices for a host with applications (RFC 1213). */
const SERVICES = 72;

const states = ['stopped', 'setup', 'recording', 'paused', 'finalizing'];
const levels = ['info', 'warning', 'critical', 'emergency'];

const integer = (value: number): SnmpValue => ({ type: 'integer', value });
const gauge = (value: number): SnmpValue => ({ type: 'gauge', value });
const counter = (value: number): SnmpValue => ({ type: 'counter', value });
const text = (value: string | Buffer): SnmpValue => ({ type: 'text', value });
const truth = (value: boolean): SnmpValue => integer(value ? 1 : 2);

/** The objects of a table with a row for each item; rows are numbered from 1. */
function table<Item>(
  base: Oid,
  items: readonly Item[],
  columns: Record<number, (item: Item, row: number) => SnmpValue>,
): Binding[] {
  return Object.entries(columns).flatMap(([column, value]) =>
    items.map((item, at) => ({ oid: [...base, Number(column), at + 1], value: value(item, at + 1) })),
  );
}

const scalars = (base: Oid, values: Record<number, SnmpValue>): Binding[] =>
  Object.entries(values).map(([number, value]) => ({ oid: [...base, Number(number), 0], value }));

/** All objects in the order of their identifiers, in which a manager walks through them. */
export function mibOf(facts: SnmpFacts): Binding[] {
  const all = [
    ...scalars(SYSTEM, {
      1: text(facts.description),
      2: { type: 'oid', value: amphiOid },
      3: { type: 'ticks', value: facts.upMs / 10 },
      4: text(facts.contact),
      5: text(facts.name),
      6: text(facts.location),
      7: integer(SERVICES),
    }),
    ...interfacesOf(facts.interfaces),
    ...amphi(facts),
  ];
  return all.toSorted((a, b) => compare(a.oid, b.oid));
}

function interfacesOf(interfaces: readonly SnmpInterface[]): Binding[] {
  return [
    { oid: [...INTERFACES, 1, 0], value: integer(interfaces.length) },
    ...table([...INTERFACES, 2, 1], interfaces, {
      1: (_one, row) => integer(row),
      2: ({ name }) => text(name),
      3: ({ isLoopback }) => integer(isLoopback ? 24 : 6),
      4: ({ mtuBytes }) => integer(mtuBytes),
      5: ({ speedMbps }) => gauge(speedMbps * 1e6),
      6: ({ mac, isLoopback }) => text(isLoopback ? '' : mac),
      7: ({ isUp }) => truth(isUp),
      8: ({ isUp }) => truth(isUp),
      10: (one) => counter(one.in.bytes),
      11: (one) => counter(one.in.packets),
      13: (one) => counter(one.in.dropped),
      14: (one) => counter(one.in.errors),
      16: (one) => counter(one.out.bytes),
      17: (one) => counter(one.out.packets),
      19: (one) => counter(one.out.dropped),
      20: (one) => counter(one.out.errors),
    }),
    ...table(MORE_OF_INTERFACES, interfaces, {
      1: ({ name }) => text(name),
      6: (one) => ({ type: 'counter64', value: BigInt(Math.floor(one.in.bytes)) }),
      10: (one) => ({ type: 'counter64', value: BigInt(Math.floor(one.out.bytes)) }),
      15: ({ speedMbps }) => gauge(speedMbps),
    }),
  ];
}

function amphi({ recording, inputs, disks, alarms }: SnmpFacts): Binding[] {
  return [
    ...scalars([...amphiOid, 1], {
      1: integer(states.indexOf(recording.state)),
      2: gauge(recording.elapsedMs / 1000),
    }),
    ...table([...amphiOid, 2, 1], inputs, {
      2: ({ number }) => integer(number),
      3: ({ name }) => text(name),
      4: ({ hasSignal }) => truth(hasSignal),
      5: ({ isSelected }) => truth(isSelected),
    }),
    ...table([...amphiOid, 3, 1], disks, {
      2: ({ name }) => text(name),
      3: ({ freeMB }) => gauge(freeMB),
      4: ({ totalMB }) => gauge(totalMB),
      5: ({ isUsable }) => truth(isUsable),
    }),
    ...scalars([...amphiOid, 4], { 1: gauge(alarms.length) }),
    ...table([...amphiOid, 4, 2, 1], alarms, {
      2: ({ name }) => text(name),
      3: ({ level }) => integer(levels.indexOf(level)),
    }),
  ];
}

/** Compares two identifiers: negative if `a` comes first in a walk, 0 if they are equal. */
export function compare(a: Oid, b: Oid): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The object with an identifier; if there is none, a value that says so. */
export function valueAt(mib: readonly Binding[], oid: Oid): Binding {
  const found = mib[firstFrom(mib, oid)];
  if (found && compare(found.oid, oid) === 0) return found;
  const isKnown = mib.some((one) => compare(one.oid.slice(0, -1), oid.slice(0, -1)) === 0);
  return { oid, value: { type: isKnown ? 'noSuchInstance' : 'noSuchObject' } };
}

/** The next object after an identifier; after the last one, a value that says so. */
export function valueAfter(mib: readonly Binding[], oid: Oid): Binding {
  const at = firstFrom(mib, oid);
  const here = mib[at];
  const next = here && compare(here.oid, oid) === 0 ? mib[at + 1] : here;
  return next ?? { oid, value: { type: 'endOfMib' } };
}

/** Index of the first object at or after an identifier. */
const firstFrom = (mib: readonly Binding[], oid: Oid): number =>
  firstWhere(mib.length, (n) => compare(mib[n]!.oid, oid) >= 0);
