import { z } from 'zod';
import type { Log } from '#lib/runtime/log.ts';
import { SOURCES } from './command.ts';
import { FAULT_KINDS, Fault } from './faults.ts';
import type { Hall } from './hall.ts';

const when = {
  atSeconds: z.number().nonnegative(),
  source: z.enum([...SOURCES, 'all']),
};
const begins = Fault.options.map((option) => option.extend({ ...when, forSeconds: z.number().positive().optional() }));
const ends = z.strictObject({
  ...when,
  fault: z.literal('back'),
  what: z.enum(FAULT_KINDS as [string, ...string[]]).optional(),
});

/** A list of faults with their times: `{"atSeconds": 20, "source": "camera", "fault": "kill", "forSeconds": 5}`. */
export const Scenario = z.array(z.discriminatedUnion('fault', [ends, ...begins])).max(10_000);
/** A scenario. */
export type Scenario = z.infer<typeof Scenario>;

/** Reads a scenario from JSON text; throws an error with each mistake and its place. */
export function parseScenario(text: string): Scenario {
  const parsed = Scenario.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`the scenario is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Plays a scenario from now on; the returned function ends that, and current faults stay. */
export function playScenario(scenario: Scenario, hall: Hall, log: Log): () => void {
  const timers = scenario.flatMap((entry) => {
    const sources = entry.source === 'all' ? SOURCES : [entry.source];
    const act = (seconds: number, what: string, change: (source: (typeof SOURCES)[number]) => Promise<void>) =>
      setTimeout(() => {
        log.info({ source: entry.source, what }, 'scenario');
        for (const source of sources) change(source).catch((error: unknown) => log.error({ err: error }, 'scenario'));
      }, seconds * 1000);
    if (entry.fault === 'back')
      return [act(entry.atSeconds, 'back', (source) => hall.clear(source, entry.what as Fault['fault']))];
    const { atSeconds, source: _, forSeconds, ...rest } = entry;
    const fault = Fault.parse(rest);
    const begin = act(atSeconds, fault.fault, (source) => hall.fault(source, fault));
    const over = atSeconds + (forSeconds ?? 0);
    return forSeconds
      ? [begin, act(over, `${fault.fault} ends`, (source) => hall.clear(source, fault.fault))]
      : [begin];
  });
  return () => timers.forEach((timer) => clearTimeout(timer));
}
