/**
 * Learns how often each agent calls, so that an agent that calls every five minutes is not taken for gone after one.
 */
export interface Rhythm {
  heard(name: string, nowMs: number): void;
  /** Silence after which an agent counts as gone, in milliseconds. */
  patienceMs(name: string, configuration: Readonly<Record<string, string>>): number;
  forget(name: string): void;
}

/** Time in ms within which several calls (state, configuration, calendar) count as one. */
const TOGETHER_MS = 5000;
/**
 * Longest silence in ms that counts as a gap between calls; after a longer one the agent was away, and it is not
 * remembered.
 */
const LONGEST_MS = 30 * 60_000;
/** Gaps between calls that are remembered for an agent; beyond this the oldest is forgotten. */
const REMEMBERED = 5;
/** Silence after which an agent counts as gone, as a multiple of its longest remembered gap. */
const GAPS = 2.5;
const MINUTE_MS = 60_000;
/** Property by which agents announce how often they ask for their calendar, in minutes (facts/opencast 1.4). */
const POLLING = 'capture.schedule.remote.polling.interval';

/** Opens the rhythms of all agents. No agent counts as gone before `leastMs` of silence. */
export function openRhythm(leastMs: number): Rhythm {
  const known = new Map<string, { lastMs: number; gapsMs: number[] }>();
  return {
    heard(name, nowMs) {
      const one = known.get(name) ?? { lastMs: nowMs, gapsMs: [] };
      const gapMs = nowMs - one.lastMs;
      const isGap = gapMs >= TOGETHER_MS && gapMs <= LONGEST_MS;
      known.set(name, { lastMs: nowMs, gapsMs: isGap ? [...one.gapsMs, gapMs].slice(-REMEMBERED) : one.gapsMs });
    },
    patienceMs(name, configuration) {
      const announcedMs = Number(configuration[POLLING]) * MINUTE_MS;
      const gaps = known.get(name)?.gapsMs ?? [];
      // The announced interval counts until the real one is known from calls.
      const isAnnounced = gaps.length === 0 && announcedMs > 0 && announcedMs <= LONGEST_MS;
      return Math.max(leastMs, GAPS * (isAnnounced ? announcedMs : Math.max(0, ...gaps)));
    },
    forget: (name) => void known.delete(name),
  };
}
