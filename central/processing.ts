import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { openCatalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import type { Database } from './store/connect.ts';
import type { Jobs } from './store/jobs.ts';
import type { MediaStore } from './store/media-store.ts';
import { openDefinitions } from './workflows/definitions.ts';
import { openOperations } from './workflows/operations/operations.ts';
import { startWorker } from './workflows/run/worker.ts';
import { SHIPPED } from './workflows/shipped-definitions.ts';
import { openWorkflows, QUEUES, type Workflows } from './workflows/workflows.ts';

/** What the processing of recordings is opened with. */
interface ProcessingNeeds {
  database: Database;
  store: MediaStore;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  ffmpeg: string;
  ffprobe: string;
  /** Folder of the administrator's definitions. */
  folder: string;
  /** Definition where none is named. */
  standard: string;
  /** Heavy operations that a worker does at the same time. */
  heavyAtOnce: number;
}

/** Workflows of a server, and its work on them. */
interface Processing {
  workflows: Workflows;
  /** Begins to do operations; the result ends that, and waits for those at work. */
  startWorking: () => Promise<() => Promise<void>>;
}

/** Light operations that a worker does at the same time: they wait for disks and other programs more than they calculate. */
const LIGHT_AT_ONCE = 4;

/** Opens the workflows of a server with the operations that it has. */
export async function openProcessing(needs: ProcessingNeeds): Promise<Processing> {
  const { folder, standard, heavyAtOnce, ...shared } = needs;
  const catalogue = openCatalogue();
  const operationOf = openOperations(shared);
  const has = (id: string): boolean => operationOf(id) !== undefined;
  const definitions = await openDefinitions({ folders: [SHIPPED, folder], catalogue, has, log: needs.log });
  const queueOf = (id: string): string => QUEUES[operationOf(catalogue.find(id)?.id ?? id)?.weight ?? 'light'];
  const workflows = await openWorkflows({ ...shared, definitions, has, queueOf, standard });
  return {
    workflows,
    startWorking: () =>
      startWorker({
        ...shared,
        catalogue,
        operationOf,
        queueOf,
        handlerOf: (id) => definitions.handler(id),
        atOnce: { [QUEUES.light]: LIGHT_AT_ONCE, [QUEUES.heavy]: heavyAtOnce },
      }),
  };
}
