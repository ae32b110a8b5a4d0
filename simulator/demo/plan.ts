import { setTimeout as sleepUnless } from 'node:timers/promises';
import type { Box } from './box-and-hall.ts';
import type { Central } from './central.ts';
import { HALL, METADATA, TIME_ZONE } from './lecture-scenario.ts';
import type { Terminal } from './terminal.ts';

/** A lecture in the server's timetable. */
export interface Planned {
  event: string;
  startsAtMs: number;
  endsAtMs: number;
}

/** Milliseconds between planning and beginning; a box asks for its timetable every two seconds. */
const AHEAD_MS = 8000;
/** Milliseconds until a wait fails. */
const PATIENCE_MS = 300_000;

interface Schedule {
  events: { id: string; state: string }[];
}

/** Plans a lecture that begins in a few seconds; resolves when the box knows of it. */
export async function plan({
  central,
  box,
  seconds,
  terminal,
  signal,
  workflow = 'schedule-and-upload',
  hallName = HALL,
}: {
  central: Central;
  box: Box;
  seconds: number;
  terminal: Terminal;
  signal: AbortSignal;
  workflow?: string;
  /** Hall of the box. */
  hallName?: string;
}): Promise<Planned> {
  await untilRegistered(central, hallName, signal);
  terminal.say(`The server knows the box of ${hallName}, and its inputs.`);
  const startsAtMs = Math.ceil((Date.now() + AHEAD_MS) / 1000) * 1000;
  const endsAtMs = startsAtMs + seconds * 1000;
  const { identifier: series } = await central.form<{ identifier: string }>('/api/series', {
    metadata: catalog('dublincore/series', { title: METADATA.series }),
    acl: [],
  });
  const { identifier: event } = await central.form<{ identifier: string }>('/api/events', {
    metadata: catalog('dublincore/episode', {
      title: METADATA.title,
      creator: [METADATA.presenter],
      isPartOf: series,
      description: METADATA.course,
    }),
    acl: [],
    scheduling: { agent_id: hallName, start: iso(startsAtMs), end: iso(endsAtMs), inputs: ['Channel A', 'Channel B'] },
    processing: { workflow, configuration: {} },
  });
  terminal.say(
    `Planned: “${METADATA.title}” (${METADATA.series}) in ${hallName}, from ${timeOf(startsAtMs)} to ${timeOf(endsAtMs)}`,
  );
  await until(`the box learns of it`, signal, async () => {
    const { events } = await box.get<Schedule>('/schedule');
    return events.some(({ id }) => id === event);
  });
  terminal.say('The box has read its timetable, and waits for the second.\n');
  return { event, startsAtMs, endsAtMs };
}

const catalog = (flavor: string, values: Record<string, unknown>): object[] => [
  { flavor, fields: Object.entries(values).map(([id, value]) => ({ id, value })) },
];

const iso = (ms: number): string => new Date(ms).toISOString();
const timeOf = (ms: number): string => new Date(ms).toLocaleTimeString('fr-FR', { timeZone: TIME_ZONE });

const untilRegistered = (central: Central, hall: string, signal: AbortSignal): Promise<void> =>
  until(`the box of ${hall} registers`, signal, async () => {
    const agents = await central.get<{ agent_id: string; inputs: unknown[] }[]>('/api/agents');
    return agents.some(({ agent_id: id, inputs }) => id === hall && inputs.length > 0);
  });

/** Waits until a check succeeds. Rejects after a while, or when `signal` aborts. */
export async function until(
  what: string,
  signal: AbortSignal,
  isSo: () => Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleepUnless(100, undefined, { signal });
  }
}
