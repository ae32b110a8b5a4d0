import { networkOf } from '../addresses.ts';
import type { Log } from '../log.ts';
import { keepNewest } from '../newest.ts';

/** A refused attempt to log in. */
export interface RefusedTry {
  /** The way it arrived: `telnet`, `ssh`, `http` and others. */
  via: string;
  address: string;
  /** Account that was named, if it exists; it never holds a secret. */
  account: string;
  /** Reason of the refusal: `password`, `token`, `key`, `code`, `community`, or `busy`. */
  what: string;
}

/** Writes to the log who tried to log in and was refused. */
export interface Trail {
  refused(one: RefusedTry): void;
}

/**
 * Lines of one network in one period of so many milliseconds; further tries are counted, and reported with the first
 * line of the next period.
 */
const MOST_LINES = 10;
const PERIOD_MS = 60_000;
/** Number of networks that are remembered; with more, the oldest is reported and forgotten. */
const MOST_NETWORKS = 1000;

interface Tries {
  sinceMs: number;
  lines: number;
  untold: number;
}

/** Opens the trail; its time is monotonic. Many wrong tries cannot fill the log, and each is counted in it. */
export function openTrail(log: Log, nowMs: () => number = () => performance.now()): Trail {
  const known = new Map<string, Tries>();
  const tell = (network: string, { untold }: Tries): void => {
    if (untold > 0) log.warn({ network, tries: untold }, 'further tries to get in were refused');
  };
  return {
    refused({ via, address, account, what }) {
      const network = networkOf(address);
      const before = known.get(network);
      const isOver = before !== undefined && nowMs() - before.sinceMs > PERIOD_MS;
      if (before && isOver) tell(network, before);
      const tries = before && !isOver ? before : { sinceMs: nowMs(), lines: 0, untold: 0 };
      const forgotten = keepNewest(known, network, tries, MOST_NETWORKS);
      if (tries.lines < MOST_LINES) {
        tries.lines++;
        log.warn({ via, address, account, what }, 'a try to get in was refused');
      } else {
        tries.untold++;
        // Each power of ten is logged at once, so that a long attack is seen while it lasts.
        if (/^10+$/.test(String(tries.untold + MOST_LINES)))
          log.warn({ network, tries: tries.untold }, 'tries to get in go on');
      }
      if (forgotten) tell(...forgotten);
    },
  };
}
