import type { ScheduleView } from '#agent/device/schedule-view.ts';
import type { Sentence } from '#lib/sentences/sentence.ts';

/** The answer of `GET /schedule`. */
export interface Schedule extends Omit<ScheduleView, 'sources' | 'handOvers'> {
  sources: Said<
    Omit<ScheduleView['sources'][number], 'complaints'> & { complaints: Said<{ uid?: string; text: string }>[] }
  >[];
  handOvers: Said<ScheduleView['handOvers'][number]>[];
}
type Said<Carrier> = Carrier & { said?: Sentence };
export type Booked = Schedule['events'][number];
export type HandOver = Schedule['handOvers'][number];

export interface Check {
  what: string;
  ok: boolean;
  text: string;
  said?: Sentence;
}
