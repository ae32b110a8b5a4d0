import type { InputSeen, RecordingSeen, Wanted } from '#agent/device/state.ts';

/** A lecture that is planned, as far as a lectern shows it. */
export interface PlannedLecture {
  title: string;
  presenter: string;
  startsAtMs: number;
  endsAtMs: number;
}

/** What a lectern shows. */
export interface LecternView {
  hall: string;
  nowMs: number;
  recording: {
    state: RecordingSeen['state'];
    elapsedMs: number;
    startedAtMs?: number | undefined;
    endsAtMs?: number | undefined;
    /** The timetable started it. */
    booked: boolean;
  };
  title: string;
  presenter: string;
  /** The next one that is planned. */
  next?: PlannedLecture | undefined;
  signal: Record<'A' | 'B', InputSeen['status']>;
  sound: { muted: boolean; leftDb: number; rightDb: number };
  layout: number;
  swapped: boolean;
  layouts: {
    number: number;
    name: string;
    windows: Pick<Wanted['layout']['windows'][number], 'channel' | 'rect' | 'z'>[];
  }[];
  troubles: { name: string; about: string; level: string }[];
  may: Record<'start' | 'stop' | 'pause' | 'resume' | 'mark' | 'extend', boolean>;
}
