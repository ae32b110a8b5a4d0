/** How often each agent says something: one that calls every five minutes is not gone after one. */
export interface Rhythm {
  heard(name: string, nowMs: number): void;
  /** Silence after which an agent counts as gone, in milliseconds. */
  patienceMs(name: string, configuration: Readonly<Record<string, string>>): number;
  forget(name: string): void;
}

/** Calls that come together (state, configuration, calendar) are one. */
const TOGETHER_MS = 5000;
/** A longer silence is no rhythm: the agent was away. */
const LONGEST_MS = 30 * 60_000;
/** Gaps between calls that are remembered, the newest. */
const REMEMBERED = 5;
/** So many gaps may pass without a call. */
const GAPS = 2.5;
const MINUTE_MS = 60_000;
/** What agents announce: so often they ask for their calendar, in minutes (facts/opencast 1.4). */
const POLLING = 'capture.schedule.remote.polling.interval';

/** Opens the rhythms of all agents; none is gone before `leastMs`. */
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
      // Before its rhythm is known, an agent is believed what it announced.
      const isAnnounced = gaps.length === 0 && announcedMs > 0 && announcedMs <= LONGEST_MS;
      return Math.max(leastMs, GAPS * (isAnnounced ? announcedMs : Math.max(0, ...gaps)));
    },
    forget: (name) => void known.delete(name),
  };
}
