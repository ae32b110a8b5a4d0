import { join } from 'node:path';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import { yamlOf } from '#firmware-config/document/text.ts';
import type { BoxConfig, Taken } from './settings-document.ts';

/**
 * A configuration on trial: unless it is kept in time, the box returns to the former one. So a configuration that makes
 * the box unreachable for the person who stored it is undone, even if the box restarted meanwhile.
 */
export interface Trial {
  /** Applies a configuration for some seconds. Refuses while another one is on trial. */
  begin(name: string, seconds: number, take: () => Promise<Taken>): Promise<Taken>;
  /** Keeps the configuration on trial for good, if it has this name; another name changes nothing. */
  keep(name: string): Promise<void>;
  /** Ends the trial because another configuration was applied; there is nothing to return to. */
  end(): void;
  close(): Promise<void>;
}

/** Options of `openTrial`. */
export interface TrialOptions {
  config: BoxConfig;
  /** Folder of the file with the former configuration. */
  folder: string;
  /** Called when the box has returned to the former configuration. */
  onWentBack: (name: string, taken: Taken) => void;
  log: Log;
}

interface Pending {
  name: string;
  untilMs: number;
  /** The settings before the trial, as YAML. */
  before: string;
}

const FILE = 'config-trial.json';
/**
 * Longest trial in ms. A file that says more was written while the clock was wrong; its trial is cut to this length.
 */
const LONGEST_MS = 3_600_000;
/** Wait in ms between attempts to return to the former configuration while a recording prevents it. */
const AGAIN_MS = 5000;

/** Opens the trial, and continues one that a restart or a power cut interrupted. */
export async function openTrial({ config, folder, onWentBack, log }: TrialOptions): Promise<Trial> {
  const kept = openJsonFile<Pending | undefined>({
    path: join(folder, FILE),
    check: pendingIn,
    otherwise: undefined,
    what: 'a configuration on trial',
    mode: 0o600,
    log,
  });
  let pending = await kept.read();
  let timer: NodeJS.Timeout | undefined;

  const failed = (error: unknown): Taken => {
    log.error({ err: error }, 'trial of a configuration');
    return { outcome: 'refused', code: 'E22', mistakes: [], changes: [] };
  };
  const told = (done: Promise<unknown>): Promise<unknown> =>
    done.catch((error: unknown) => log.error({ err: error }, 'trial of a configuration'));
  const end = (): void => {
    clearTimeout(timer);
    pending = undefined;
    void told(kept.remove());
  };
  const arm = (waitMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void goBack().catch((error: unknown) => failed(error)), Math.max(0, waitMs));
  };
  const goBack = async (): Promise<void> => {
    if (!pending) return;
    const { name, before } = pending;
    const taken = await config.take(before, name).catch(failed);
    log.warn({ name, outcome: taken.outcome, code: taken.code }, 'nobody kept a configuration that was on trial');
    if (taken.code === 'E22') return arm(AGAIN_MS);
    end();
    onWentBack(name, taken);
  };
  if (pending) arm(Math.min(pending.untilMs - Date.now(), LONGEST_MS));

  return {
    async begin(name, seconds, take) {
      if (pending) {
        const mistake = `${pending.name} is on trial: keep it (remove the file), or wait until it ends`;
        return { outcome: 'refused', code: 'E22', mistakes: [mistake], changes: [] };
      }
      const before = yamlOf(config.document());
      pending = { name, untilMs: Date.now() + seconds * 1000, before };
      // The trial is written to disk before any setting changes, so that a power cut cannot make it permanent.
      await told(kept.write(pending));
      const taken = await take();
      if (taken.outcome === 'applied') arm(seconds * 1000);
      else end();
      return taken;
    },
    async keep(name) {
      if (pending?.name === name) end();
      await kept.close();
    },
    end,
    async close() {
      clearTimeout(timer);
      await kept.close();
    },
  };
}

function pendingIn(kept: unknown): Pending {
  const { name, untilMs, before } = kept as Partial<Pending>;
  if (typeof name !== 'string' || typeof before !== 'string' || !Number.isFinite(untilMs))
    throw new Error('it is no trial');
  return kept as Pending;
}
