/** What is to be done, what is done and what runs now. */
export interface Progress {
  /** Adds jobs of a stage, of which so many run at once; `name` and the ms that each took last time. */
  plan(jobs: readonly { name: string; expectedMs: number }[], atOnce: number): void;
  begin(name: string): void;
  done(name: string): void;
  /** `12 of 60 files, 1:05, about 4 min left; now: media/pushes 0:21`. */
  line(): string;
}

interface Planned {
  expectedMs: number;
  atOnce: number;
}

/** More names than these do not fit on a line; the rest is counted. */
const NAMES = 3;

export function openProgress(nowMs: () => number): Progress {
  const startedMs = nowMs();
  const planned = new Map<string, Planned>();
  const running = new Map<string, number>();
  let [total, finished] = [0, 0];

  const leftOf = (name: string, { expectedMs, atOnce }: Planned): number => {
    const sinceMs = running.get(name);
    return Math.max(0, expectedMs - (sinceMs === undefined ? 0 : nowMs() - sinceMs)) / atOnce;
  };
  return {
    plan(jobs, atOnce) {
      total += jobs.length;
      for (const { name, expectedMs } of jobs) planned.set(name, { expectedMs, atOnce });
    },
    begin: (name) => void running.set(name, nowMs()),
    done(name) {
      running.delete(name);
      if (planned.delete(name)) finished += 1;
    },
    line() {
      const leftMs = [...planned].reduce((sum, [name, plan]) => sum + leftOf(name, plan), 0);
      const all = [...running].map(([name, sinceMs]) => `${name} ${clockOf(nowMs() - sinceMs)}`);
      const more = all.length > NAMES ? [`${all.length - NAMES} more`] : [];
      const now = all.length > 0 ? `; now: ${[...all.slice(0, NAMES), ...more].join(', ')}` : '';
      return `${finished} of ${total}, ${clockOf(nowMs() - startedMs)}, ${leftWords(leftMs)}${now}`;
    },
  };
}

function leftWords(ms: number): string {
  if (ms < 10_000) return 'a few seconds left';
  return ms < 90_000 ? `about ${Math.round(ms / 10_000) * 10} s left` : `about ${Math.round(ms / 60_000)} min left`;
}

/** `3:07` */
export const clockOf = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor((ms / 1000) % 60)).padStart(2, '0')}`;
