/** `GET /schedule` */

export interface Booked {
  id: string;
  source: 'box' | 'opencast' | 'ical';
  from?: string;
  title: string;
  presenters: readonly string[];
  series?: string;
  startsAtMs: number;
  endsAtMs: number;
  records?: readonly { fromMs: number; toMs: number }[];
  state: 'upcoming' | 'recording' | 'stopped by hand' | 'over';
}

export interface HandOver {
  recording: string;
  name: string;
  title: string;
  booking?: string;
  step: string;
  attempt: number;
  nextAtMs?: number;
  waitsFor?: string;
  error?: string;
  held: boolean;
  sentBytes?: number;
  totalBytes?: number;
  deliveredAtMs?: number;
}

export interface Schedule {
  sources: readonly {
    name: string;
    place: string;
    goodAtMs?: number;
    error?: string;
    events: number;
    complaints: readonly { uid?: string; text: string }[];
  }[];
  server?: { url: string; agent: string; error?: string };
  events: readonly Booked[];
  overlaps: readonly { event: string; to: string; lostMs: number }[];
  handOvers: readonly HandOver[];
}

export interface Check {
  what: string;
  ok: boolean;
  text: string;
}
