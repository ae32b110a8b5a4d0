import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Scope } from '@amphi/lib/runtime/scope.ts';
import { openCatalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { startAhead } from './ahead.ts';
import type { Config } from './config.ts';
import type { ConnectionOptions, Database } from './store/connect.ts';
import { openPublisher } from './publication/publisher.ts';
import { openJobs } from './store/jobs.ts';
import type { MediaStore } from './store/media-store.ts';
import { openChunks } from './workflows/chunks/open-chunks.ts';
import { openDefinitions } from './workflows/definitions.ts';
import { openOperations } from './workflows/operations/operations.ts';
import { startWorker } from './workflows/run/worker.ts';
import { SHIPPED } from './workflows/shipped-definitions.ts';
import { openWorkflows, QUEUES, type Workflows } from './workflows/workflows.ts';

/** What the processing of recordings is opened with. */
interface ProcessingNeeds {
  database: Database;
  connection: ConnectionOptions;
  store: MediaStore;
  clock: Clock;
  log: Log;
  programs: { ffmpeg: string; ffprobe: string };
  /** What is opened is closed with it. */
  scope: Scope;
}

/** Light operations that a worker does at the same time: they wait for disks and other programs more than they calculate. */
const LIGHT_AT_ONCE = 4;

/** Opens the workflows of a server with the operations that it has, and does them where the server is a worker. */
export async function openProcessing(
  { data, workflows: folder = join(data, 'workflows'), workflow: standard, roles, heavyAtOnce }: Config,
  { connection, programs, scope, ...needs }: ProcessingNeeds,
): Promise<Workflows> {
  const catalogue = openCatalogue();
  const jobs = await openJobs(connection, needs.log);
  scope.defer(() => jobs.close());
  const publisher = openPublisher(needs);
  const isWorker = roles.includes('worker');
  const { ffmpeg } = programs;
  const chunks = await openChunks({
    ...needs,
    jobs,
    ffmpeg,
    connection,
    atOnce: isWorker ? availableParallelism() : 0,
  });
  scope.defer(() => chunks.close());
  const { encodeByChunks, cutByChunks } = chunks;
  const operationOf = openOperations({ ...needs, ...programs, publisher, encodeByChunks, cutByChunks });
  const has = (id: string): boolean => operationOf(id) !== undefined;
  const definitions = await openDefinitions({ folders: [SHIPPED, folder], catalogue, has, log: needs.log });
  scope.defer(() => definitions.close());
  const queueOf = (id: string): string => QUEUES[operationOf(catalogue.find(id)?.id ?? id)?.weight ?? 'light'];
  const workflows = await openWorkflows({ ...needs, jobs, definitions, has, queueOf, standard });
  if (!isWorker) return workflows;
  const ahead = startAhead({ ...needs, connection, definitions, standard, chunks });
  scope.defer(() => ahead.close());
  const end = await startWorker({
    ...needs,
    jobs,
    ffprobe: programs.ffprobe,
    catalogue,
    operationOf,
    queueOf,
    handlerOf: (id) => definitions.handler(id),
    atOnce: { [QUEUES.light]: LIGHT_AT_ONCE, [QUEUES.heavy]: heavyAtOnce },
  });
  scope.defer(end);
  return workflows;
}
