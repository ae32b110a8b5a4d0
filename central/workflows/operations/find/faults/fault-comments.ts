import type { Fault } from '@amphi/lib/analysis/faults/fault.ts';
import { wordsOfFault } from '@amphi/lib/analysis/faults/fault-words.ts';
import { reasonNamed } from '../../../../catalogue/comments/reasons.ts';
import type { Database } from '../../../../store/connect.ts';
import { tellOnce } from '../tell-once.ts';

/** A fault of a recording. */
export interface FoundFault {
  fault: Fault;
  /** Length of the track that has it. */
  durationMs: number;
  /** Flavor of that track; undefined: the recording as a whole has it. */
  track: string | undefined;
}

/** When a recording began, in milliseconds since 1970; undefined: not known, and times of the recording are told. */
interface Began {
  startsAtMs?: number | undefined;
}

/** Time zone of this server, in which people read times of day. */
const TIME_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A fault in words, with the track that has it. */
export function toldIn(
  language: 'fr' | 'en',
  { fault, durationMs, track }: FoundFault,
  { startsAtMs }: Began = {},
): string {
  const clock = startsAtMs === undefined ? {} : { startsAtMs, timeZone: TIME_ZONE };
  const words = wordsOfFault(fault, language, { durationMs, ...clock });
  return track === undefined ? words : `${words} (${track})`;
}

/** Faults that get a comment each; of more the last comment says how many there are. */
const MOST_COMMENTS = 10;

/**
 * Writes faults as comments on an event, in French and English. What is said already, also in a comment that somebody has
 * resolved, is not said again.
 */
export async function tellFaults(
  within: Database,
  event: string,
  faults: readonly FoundFault[],
  began: Began,
): Promise<void> {
  const told = faults.slice(0, MOST_COMMENTS).map((one) => ({
    text: `${toldIn('fr', one, began)}\n${toldIn('en', one, began)}`,
    reason: reasonNamed(ofSound(one.fault) ? 'AUDIO_ISSUE' : 'VIDEO_ISSUE'),
  }));
  const more = faults.length - told.length;
  const rest = `et ${more} autres défauts, dans le journal du traitement\nand ${more} more faults, in the log of the workflow`;
  const all = more > 0 ? [...told, { text: rest, reason: reasonNamed('REVIEW') }] : told;
  await tellOnce(within, event, all);
}

const ofSound = ({ what }: Fault): boolean =>
  what === 'no sound track' || what === 'no sound' || what === 'too quiet' || what === 'clipped';
