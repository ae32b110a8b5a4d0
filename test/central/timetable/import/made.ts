import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import type { KnownEvent } from '#central/timetable/import/known.ts';
import type { Wanted } from '#central/timetable/import/wanted.ts';

/** Lectures and events for tests, each as it is said and otherwise the same. */

export const paris = ianaZone('Europe/Paris') ?? UTC;
/** An instant as UTC says it: `2026-09-14T06:30`. */
export const utc = (text: string): number => Date.parse(`${text}Z`);

/** Monday, 14 September 2026, 08:30 to 10:30 in Paris. */
const slot = { agentId: 'Amphi_A', startsAtMs: utc('2026-09-14T06:30'), endsAtMs: utc('2026-09-14T08:30') };

export const wantedOf = (some: Partial<Wanted>): Wanted => ({ line: 2, title: 'Anatomie', ...slot, ...some });
export const eventOf = (some: Partial<KnownEvent>): KnownEvent => ({
  id: 'event',
  title: 'Anatomie',
  presenters: [],
  recorded: false,
  ...slot,
  ...some,
});
