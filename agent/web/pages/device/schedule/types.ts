import type { ScheduleView } from '#agent/device/schedule-view.ts';

/** `GET /schedule` */
export type Schedule = ScheduleView;
export type Booked = Schedule['events'][number];
export type HandOver = Schedule['handOvers'][number];

export interface Check {
  what: string;
  ok: boolean;
  text: string;
}
