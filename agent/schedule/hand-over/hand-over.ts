import type { RecordingState } from '#lib/opencast/agent-state.ts';
import type { Planned } from '../timetable/timetable.ts';

/** How one recording gets to the server: where it stands, on disk after each step. */
export interface HandOver {
  version: 1;
  /** Id of the recording. */
  take: string;
  /** Absent: it was started by hand. */
  booking?: Planned;
  step: Step;
  /** Of the step `tracks`: parts that are there already. */
  tracks: number;
  /** Of the recording's parts, when the first step was done: what was begun is brought to its end. */
  parts?: readonly string[];
  /** The server's last word, from which the next step goes on. */
  mediaPackage?: string;
  mediaPackageId?: string;
  /** The last step was sent and how it ended is not known: the server is asked before it is sent again. */
  unsure?: boolean;
  /** Failures in a row. */
  attempt: number;
  nextAtMs: number;
  error?: string;
  /** Why it is not sent unless somebody asks for it. */
  held?: string;
  /** What the server is still to be told of the recording, in order. */
  tell: readonly RecordingState[];
  /** Secret part of the addresses at which the server fetches. */
  ticket?: string;
  /** Bytes of each file that the server has fetched, as [first, last]. */
  fetched?: Readonly<Record<string, readonly ByteSpan[]>>;
  createdAtMs: number;
  deliveredAtMs?: number;
  /** Id that the server gave to what it does next. */
  workflowId?: string;
}

export type ByteSpan = readonly [first: number, last: number];

/**
 * recording: is (or may be again) recorded; then, in this order, what the server is asked: `create` a media package, take
 * the `catalog`, `schedule` an event (by hand alone), the `tracks`, the `manifest`, and `ingest` it all; `fetching`: the
 * server comes for the files; `done`.
 */
export const STEPS = [
  'recording',
  'create',
  'catalog',
  'schedule',
  'tracks',
  'manifest',
  'ingest',
  'fetching',
  'done',
] as const;
export type Step = (typeof STEPS)[number];

export const newHandOver = (take: string, nowMs: number, booking?: Planned): HandOver => ({
  version: 1,
  take,
  ...(booking ? { booking } : {}),
  step: 'recording',
  tracks: 0,
  attempt: 0,
  nextAtMs: nowMs,
  createdAtMs: nowMs,
  tell: [],
});

/** With one more thing to tell; the same twice in a row is told once. */
export const telling = (handOver: HandOver, state: RecordingState): HandOver =>
  handOver.tell.at(-1) === state ? handOver : { ...handOver, tell: [...handOver.tell, state].slice(-8) };

/** The same from the beginning, as when it never was sent. */
export const afresh = (handOver: HandOver, nowMs: number): HandOver => {
  const { version, take, booking, createdAtMs, tell } = handOver;
  const kept = { version, take, createdAtMs, tell, ...(booking ? { booking } : {}) };
  return { ...kept, step: 'create', tracks: 0, attempt: 0, nextAtMs: nowMs };
};

/** The step after one, for a recording of so many parts. */
export function nextStep(step: Step, { byHand, way }: { byHand: boolean; way: 'upload' | 'fetch' }): Step {
  const skipped: readonly Step[] = [
    ...(byHand ? [] : (['schedule'] as const)),
    ...(way === 'upload' ? (['fetching'] as const) : []),
  ];
  const left = STEPS.slice(STEPS.indexOf(step) + 1).filter((one) => !skipped.includes(one));
  return left[0] ?? 'done';
}

/** Hours in which nothing is sent wait until `opens`; `19:00-07:00` goes over midnight. */
export function isOpenAt(hours: string | undefined, minuteOfDay: number): boolean {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(hours ?? '');
  if (!match) return true;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  if (from === to) return true;
  return from < to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
}

/** Spans with one more, joined where they touch. */
export function withSpan(spans: readonly ByteSpan[], span: ByteSpan): ByteSpan[] {
  const sorted = [...spans, span].toSorted((one, other) => one[0] - other[0]);
  const joined: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** All bytes of a file of this size are in the spans. */
export const isCovered = (spans: readonly ByteSpan[] | undefined, bytes: number): boolean =>
  spans?.length === 1 && spans[0]?.[0] === 0 && spans[0][1] >= bytes - 1;
