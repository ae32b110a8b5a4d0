import assert from 'node:assert/strict';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import type { Known, KnownEvent } from '#central/timetable/import/known.ts';
import { importKeyOf, type ImportPlan, type PlanOptions } from '#central/timetable/import/plan.ts';
import type { Wanted } from '#central/timetable/import/wanted.ts';
import { hallName } from '#test/support/semester.ts';

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

let ids = 0;

export const options: PlanOptions = {
  zone: paris,
  nowMs: Date.UTC(2026, 7, 1),
  unknownHalls: 'refuse',
  cancelMissing: false,
  newSeriesId: () => `series-${++ids}`,
};
const halls = Array.from({ length: 9 }, (_, n) => ({ agentId: hallName(n) }));
export const nothing: Known = { events: [], halls, series: [] };

/** What the server would have after it. */
export function done(plan: ImportPlan, known: Known): Known {
  assert.deepEqual([plan.mistakes, plan.conflicts], [[], []]);
  const gone = new Set(plan.steps.flatMap((step) => (step.what === 'create' ? [] : [step.event])));
  const events = plan.steps.flatMap((step): KnownEvent[] => {
    if (step.what === 'cancel') return [];
    const { line: _line, cancelled: _cancelled, ...wanted } = step.wanted;
    const id = step.what === 'create' ? `event-${++ids}` : step.event.id;
    const before = step.what === 'create' ? { presenters: [], recorded: false } : step.event;
    return [
      {
        ...before,
        ...wanted,
        id,
        presenters: wanted.presenters ?? before.presenters,
        importKey: importKeyOf(step.wanted, id),
      },
    ];
  });
  return {
    halls: [...known.halls, ...plan.newHalls],
    series: [...known.series, ...plan.newSeries],
    events: [...known.events.filter((event) => !gone.has(event)), ...events],
  };
}
/** How many steps of each kind. */
export const counts = ({ steps }: ImportPlan): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(steps, ({ what }) => what)].map(([what, of]) => [what, of.length]));
