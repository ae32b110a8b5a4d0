import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import { yamlOf } from '#firmware-config/text.ts';
import type { BoxConfig, Taken } from './settings-document.ts';

/**
 * A configuration on trial: unless somebody keeps it in time, the box goes back to what it was. So one that cuts its own
 * line to the box is undone, by the box, also when it was started anew meanwhile.
 */
export interface Trial {
  /** Takes up a configuration for a while. Refused while another is on trial. */
  begin(name: string, seconds: number, take: () => Promise<Taken>): Promise<Taken>;
  /** It is good. Anything else than the name of what is on trial does nothing. */
  keep(name: string): Promise<void>;
  /** Somebody imposed another configuration: there is nothing to go back to. */
  end(): void;
  close(): Promise<void>;
}

export interface TrialOptions {
  config: BoxConfig;
  /** A file there says what to go back to. */
  folder: string;
  /** The box is what it was before. */
  onWentBack: (name: string, taken: Taken) => void;
  log: Log;
}

interface Pending {
  name: string;
  untilMs: number;
  /** The document before. */
  before: string;
}

const FILE = 'config-trial.json';
/** A recording may be in the way. */
const AGAIN_MS = 5000;

/** Goes on with a trial that a restart or a power cut interrupted. */
export async function openTrial({ config, folder, onWentBack, log }: TrialOptions): Promise<Trial> {
  const file = join(folder, FILE);
  let pending = await readPending(file, log);
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  const failed = (error: unknown): Taken => {
    log.error({ err: error }, 'trial of a configuration');
    return { outcome: 'refused', code: 'E22', mistakes: [], changes: [] };
  };
  const inTurn = (act: () => Promise<unknown>): Promise<unknown> =>
    (writing = writing.then(act).catch((error: unknown) => log.error({ err: error }, 'trial of a configuration')));
  const end = (): void => {
    clearTimeout(timer);
    pending = undefined;
    void inTurn(() => rm(file, { force: true }));
  };
  const arm = (waitMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void goBack(), Math.max(0, waitMs));
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
  if (pending) arm(pending.untilMs - Date.now());

  return {
    async begin(name, seconds, take) {
      if (pending) {
        const mistake = `${pending.name} is on trial: keep it (remove the file), or wait until it ends`;
        return { outcome: 'refused', code: 'E22', mistakes: [mistake], changes: [] };
      }
      const before = yamlOf(config.document());
      pending = { name, untilMs: Date.now() + seconds * 1000, before };
      // On disk before anything changes: a power cut does not make it last.
      await inTurn(() => writeFileAtomically(file, JSON.stringify(pending), 0o600));
      const taken = await take();
      if (taken.outcome === 'applied') arm(seconds * 1000);
      else end();
      return taken;
    },
    async keep(name) {
      if (pending?.name === name) end();
      await writing;
    },
    end,
    async close() {
      clearTimeout(timer);
      await writing;
    },
  };
}

async function readPending(file: string, log: Log): Promise<Pending | undefined> {
  try {
    const pending = JSON.parse(await readFile(file, 'utf8')) as Pending;
    return typeof pending.before === 'string' && Number.isFinite(pending.untilMs) ? pending : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err: error }, 'a trial cannot be read');
    return undefined;
  }
}
