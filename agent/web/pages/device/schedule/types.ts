import type { ScheduleAnswer } from '../../../views/schedule-source.ts';

/** `GET /schedule` */
export type Schedule = ScheduleAnswer;
export type Booked = Schedule['events'][number];
export type HandOver = Schedule['handOvers'][number];

export interface Check {
  what: string;
  ok: boolean;
  text: string;
}
