import type { RecordingState } from '#lib/opencast/agent-state.ts';
import type { Planned } from '../timetable/timetable.ts';

/** The hand-over of one recording to the server, stored on disk after each step. */
export interface HandOver {
  version: 1;
  /** Id of the recording. */
  take: string;
  /** The booking; undefined for a recording that was started by hand. */
  booking?: Planned;
  step: Step;
  /** Number of parts that the server has, in the step `tracks`. */
  tracks: number;
  /** Number of attachments that were sent, or that the recording goes without; undefined before the first. */
  attached?: number;
  /** Whether the server does not want the recording's tracks, or perhaps a recording with them; then none is sent any more. */
  withoutTracks?: boolean;
  /** Ids of the recording's parts after the first step; all of these are sent. */
  parts?: readonly string[];
  /** The media package in the server's last answer; the next step continues with it. */
  mediaPackage?: string;
  mediaPackageId?: string;
  /**
   * Whether the last step was sent and its result is unknown; then the server is asked before the step is sent again.
   */
  unsure?: boolean;
  /**
   * Whether the event counted as recorded before this recording was sent; then only the files say whether the server
   * has it.
   */
  recordedBefore?: boolean;
  /** Number of failures in a row. */
  attempt: number;
  nextAtMs: number;
  error?: string;
  /** Reason why the recording is sent only if a person asks for it. */
  held?: string;
  /** States of the recording that the server has not been told, in order. */
  tell: readonly RecordingState[];
  /** Secret part of the addresses from which the server fetches files. */
  ticket?: string;
  /** Bytes of each file that the server has fetched, as [first, last]. */
  fetched?: Readonly<Record<string, readonly ByteSpan[]>>;
  createdAtMs: number;
  deliveredAtMs?: number;
  /** Id of the workflow that the server started. */
  workflowId?: string;
}

/** A range of bytes. */
export type ByteSpan = readonly [first: number, last: number];

/**
 * Steps of a hand-over. recording: the recording runs, or may be continued. Then the requests to the server, in this
 * order: `create` a media package, send the `catalog`, `schedule` an event (only if the recording was started by hand),
 * send the `tracks` and the `manifest`, and `ingest`; `fetching`: the server fetches the files; `done`.
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
/** A step of a hand-over. */
export type Step = (typeof STEPS)[number];

/** A hand-over that has just begun. */
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

/** The hand-over with one more state to tell; a state that is already the last is not added. */
export const telling = (handOver: HandOver, state: RecordingState): HandOver =>
  handOver.tell.at(-1) === state ? handOver : { ...handOver, tell: [...handOver.tell, state].slice(-8) };

/**
 * The hand-over at its first step, as if nothing had ever been sent. What the server does not want is not sent again; if it refused what had
 * tracks at last, these are not either.
 */
export const afresh = (handOver: HandOver, nowMs: number): HandOver => {
  const { version, take, booking, createdAtMs, tell, step, attached = 0 } = handOver;
  const withoutTracks = handOver.withoutTracks === true || (step === 'ingest' && attached > 0);
  const kept = {
    version,
    take,
    createdAtMs,
    tell,
    ...(booking ? { booking } : {}),
    ...(withoutTracks ? { withoutTracks } : {}),
  };
  return { ...kept, step: 'create', tracks: 0, attempt: 0, nextAtMs: nowMs };
};

/** The step after another. */
export function nextStep(step: Step, { byHand, way }: { byHand: boolean; way: 'upload' | 'fetch' }): Step {
  const skipped: readonly Step[] = [
    ...(byHand ? [] : (['schedule'] as const)),
    ...(way === 'upload' ? (['fetching'] as const) : []),
  ];
  const left = STEPS.slice(STEPS.indexOf(step) + 1).filter((one) => !skipped.includes(one));
  return left[0] ?? 'done';
}

/** Whether files may be sent at this minute of the day; `19:00-07:00` goes over midnight. */
export function isOpenAt(hours: string | undefined, minuteOfDay: number): boolean {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(hours ?? '');
  if (!match) return true;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  if (from === to) return true;
  return from < to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
}

/** Byte ranges with one more; ranges that touch are joined. */
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

/** Whether byte ranges contain all bytes of a file. */
export const isCovered = (spans: readonly ByteSpan[] | undefined, bytes: number): boolean =>
  spans?.length === 1 && spans[0]?.[0] === 0 && spans[0][1] >= bytes - 1;
