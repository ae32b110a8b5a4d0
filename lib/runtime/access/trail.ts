import { networkOf } from '../addresses.ts';
import type { Log } from '../log.ts';
import { keepNewest } from '../newest.ts';

/** A try to get in that was refused. */
export interface RefusedTry {
  /** The way it came: `telnet`, `ssh`, `http` and others. */
  via: string;
  address: string;
  /** Account that was named, if it exists; never a secret. */
  account: string;
  /** What was wrong: `password`, `token`, `key`, `code`, `community`, or `busy`. */
  what: string;
}

/** The trail of who tried to get in, in the log. */
export interface Trail {
  refused(one: RefusedTry): void;
}

/** Lines of one network in one period; further tries are counted, and told together with the first of the next. */
const MOST_LINES = 10;
const PERIOD_MS = 60_000;
/** Networks that are remembered; beyond them the oldest is told and forgotten. */
const MOST_NETWORKS = 1000;

interface Tries {
  sinceMs: number;
  lines: number;
  untold: number;
}

/** Opens the trail; its time is monotonic. So many wrong tries cannot fill the log, and none leaves no mark. */
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
        // A power of ten is told at once, so that a long attack is seen while it goes on.
        if (/^10+$/.test(String(tries.untold + MOST_LINES)))
          log.warn({ network, tries: tries.untold }, 'tries to get in go on');
      }
      if (forgotten) tell(...forgotten);
    },
  };
}
