import { z } from 'zod';
import { Fault, FAULT_KINDS, type FaultKind } from './faults.ts';

/** The sources of a hall. */
export const SOURCES = ['slides', 'camera'] as const;
/** Name of a source. */
export type SourceName = (typeof SOURCES)[number];

/** A command for some sources: a fault begins, or one fault (or all) ends. */
export interface Command {
  sources: readonly SourceName[];
  begin?: Fault;
  /** The fault that ends, or `all`. */
  end?: FaultKind | 'all';
}

/** Converts the words after a fault's name into its fields. */
const FIELDS: Partial<Record<FaultKind, (word: string) => object>> = {
  delay: (word) => ({ ms: number(word) }),
  offset: (word) => ({ ms: number(word) }),
  loss: (word) => ({ percent: number(word) }),
  slow: (word) => ({ factor: number(word) }),
  rate: (word) => ({ frameRate: number(word) }),
  drift: (word) => ({ ppm: number(word) }),
  codec: (word) => ({ codec: word }),
  resolution: (word) => {
    const [widthPx, heightPx] = word.split('x').map(number);
    return { widthPx, heightPx };
  },
};

const number = (word: string): number => (word.trim() === '' ? Number.NaN : Number(word));

/** The help text for commands. */
export const COMMAND_HELP = `commands: slides|camera|all, then
  ${FAULT_KINDS.map((kind) => kind + (FIELDS[kind] ? ` ${valueHint(kind)}` : '')).join(', ')}
  back (all well again), or back and the name of a fault`;

/**
 * Reads a line such as `camera kill`, `camera resolution 640x360`, `all back`. Throws an error that says what would be
 * right.
 */
export function parseCommand(line: string): Command {
  const [who = '', what = '', value, ...more] = line.trim().split(/\s+/);
  const sources = who === 'all' ? SOURCES : SOURCES.filter((name) => name === who);
  if (sources.length === 0) throw new Error(`no source "${who}": slides, camera or all`);
  if (more.length > 0) throw new Error(`too many words: "${more.join(' ')}"`);
  if (what === 'back') return { sources, end: endOf(value) };
  const kind = FAULT_KINDS.find((name) => name === what);
  if (!kind) throw new Error(`no fault "${what}": ${FAULT_KINDS.join(', ')}, or back`);
  const fields = FIELDS[kind];
  if (Boolean(fields) !== (value !== undefined))
    throw new Error(fields ? `${kind} needs ${valueHint(kind)}` : `${kind} takes no value`);
  const parsed = Fault.safeParse({ fault: kind, ...fields?.(value as string) });
  if (!parsed.success) throw new Error(`${kind} ${value}: ${z.prettifyError(parsed.error)}`);
  return { sources, begin: parsed.data };
}

function endOf(value: string | undefined): FaultKind | 'all' {
  if (value === undefined) return 'all';
  const kind = FAULT_KINDS.find((name) => name === value);
  if (!kind) throw new Error(`no fault "${value}": ${FAULT_KINDS.join(', ')}`);
  return kind;
}

function valueHint(kind: FaultKind): string {
  const hints: Partial<Record<FaultKind, string>> = {
    delay: 'MS',
    offset: 'MS',
    loss: 'PERCENT',
    slow: 'N',
    rate: 'FRAMES_PER_SECOND',
    drift: 'PPM',
    codec: 'CODEC',
    resolution: 'WxH',
  };
  return hints[kind] ?? '';
}
