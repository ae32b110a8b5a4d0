import { faultSentences } from '#lib/sentences/faults.ts';
import { inWords, type Language, type Sentence } from '#lib/sentences/sentence.ts';
import { recordingTime } from '../recording-time.ts';
import type { Fault } from './fault.ts';

/** What is known about the times of a recording. */
export interface FaultTimes {
  /** Length of the recording: a fault that fills it is told so. */
  durationMs?: number;
  /** Wall clock at the beginning, in milliseconds since 1970; without it times of the recording are told. */
  startsAtMs?: number;
  /** IANA's name of the time zone; needed with `startsAtMs`. */
  timeZone?: string;
}

const KEYS = {
  'no sound track': ['noSoundTrack', 'noSoundTrack'],
  'no sound': ['noSound', 'noSoundAtAll'],
  'too quiet': ['tooQuiet', 'tooQuietAtAll'],
  clipped: ['clipped', 'clippedAtAll'],
  'no picture': ['noPicture', 'noPicture'],
  black: ['black', 'blackAtAll'],
  frozen: ['frozen', 'frozenAtAll'],
} as const satisfies Record<Fault['what'], readonly [string, string]>;

/** Milliseconds at both ends that a fault may leave, and fill the recording all the same. */
const ENDS_MS = 2500;

/** A fault as a sentence with its key, for what people read in their own language. */
export function sentenceOfFault({ what, fromMs, toMs }: Fault, times: FaultTimes = {}): Sentence {
  const [some, all] = KEYS[what];
  const { durationMs = Infinity } = times;
  const isAll = fromMs <= ENDS_MS && toMs >= durationMs - ENDS_MS;
  const clock = clockOf(fromMs, toMs, times);
  return isAll ? { key: all, values: {} } : { key: some, values: { from: clock(fromMs), to: clock(toMs) } };
}

/** A fault in words: `no sound from 10:02 to 10:14`. */
export const wordsOfFault = (fault: Fault, language: Language, times: FaultTimes = {}): string =>
  inWords(sentenceOfFault(fault, times), faultSentences, language) ?? fault.what;

/** Times of day, with seconds if the fault is shorter than two minutes; else times of the recording. */
function clockOf(fromMs: number, toMs: number, { startsAtMs, timeZone }: FaultTimes): (ms: number) => string {
  if (startsAtMs === undefined || timeZone === undefined) return recordingTime;
  const isShort = toMs - fromMs < 120_000;
  const format = new Intl.DateTimeFormat('fr-FR', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    ...(isShort ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23',
  });
  return (ms) => format.format(startsAtMs + ms);
}
