import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Scope } from '@amphi/lib/runtime/scope.ts';
import { openCatalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { startAhead } from './ahead.ts';
import { startTextsAhead } from './texts-ahead.ts';
import type { Config } from './config.ts';
import type { ConnectionOptions, Database } from './store/connect.ts';
import { openPublisher } from './publication/publisher.ts';
import { BadRequest } from './catalogue/bad-request.ts';
import { cutMedia } from './workflows/operations/find/cut/cut-media.ts';
import type { RunNeeds } from './workflows/run/advance.ts';
import { openMailer } from './workflows/operations/control/mail/mailer.ts';
import { openStreamFolder } from './publication/streams.ts';
import { startTidying } from './publication/tidying.ts';
import { openJobs } from './store/jobs.ts';
import type { MediaStore } from './store/media-store.ts';
import { openChunks } from './workflows/chunks/open-chunks.ts';
import { openProfiles, SHIPPED_PROFILES, type Profiles } from './workflows/profiles/open-profiles.ts';
import { openDefinitions } from './workflows/definitions.ts';
import { openOperations } from './workflows/operations/operations.ts';
import type { Publisher } from './workflows/run/operation.ts';
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
  /** Address that a request for a URL is sent to; rejects for a server that may not be asked. Undefined: none may be. */
  addressOf?: (url: URL) => Promise<string>;
  /** What is opened is closed with it. */
  scope: Scope;
}

/** Light operations that a worker does at the same time: they wait for disks and other programs more than they calculate. */
const LIGHT_AT_ONCE = 4;

/** Opens the workflows of a server with the operations that it has, and does them where the server is a worker. */
export async function openProcessing(
  config: Config,
  { connection, programs, scope, ...needs }: ProcessingNeeds,
): Promise<Workflows> {
  const { data, workflows: folder = join(data, 'workflows'), workflow: standard, roles, heavyAtOnce } = config;
  const catalogue = openCatalogue();
  const jobs = await openJobs(connection, needs.log);
  scope.defer(() => jobs.close());
  const isWorker = roles.includes('worker');
  const publisher = publisherOf(config, needs, scope);
  const profiles = await profilesOf(config, needs.log);
  const atOnce = isWorker ? availableParallelism() : 0;
  const chunks = await openChunks({ ...needs, jobs, ffmpeg: programs.ffmpeg, connection, profiles, atOnce });
  scope.defer(() => chunks.close());
  const { encodeByChunks, cutByChunks, cutLength, leveledSound, envelopeOf } = chunks;
  const operationOf = openOperations({
    ...needs,
    ...programs,
    publisher,
    profiles,
    encodeByChunks,
    cutByChunks,
    cutLength,
    leveledSound,
    envelopeOf,
    mailer: config.smtp && openMailer(config.smtp),
    copyFolders: config.copyFolders,
    startWorkflow: (of) => started(workflows, of),
  });
  const has = (id: string): boolean => operationOf(id) !== undefined;
  const definitions = await openDefinitions({ shipped: SHIPPED, own: folder, catalogue, has, log: needs.log });
  scope.defer(() => definitions.close());
  const queueOf: RunNeeds['queueOf'] = (id, isAwaited) => {
    const weight = operationOf(catalogue.find(id)?.id ?? id)?.weight ?? 'light';
    const givesWay = weight === 'heavy' && !isAwaited;
    return { name: weight === 'heavy' && isAwaited ? QUEUES.awaited : QUEUES[weight], givesWay };
  };
  const workflows = await openWorkflows({ ...needs, jobs, definitions, has, queueOf, standard });
  if (!isWorker) return workflows;
  const growing = { ...needs, connection, definitions, catalogue, standard };
  const ahead = startAhead({ ...growing, chunks, profiles });
  scope.defer(() => ahead.close());
  const texts = startTextsAhead({ ...growing, programs });
  scope.defer(() => texts.close());
  const end = await startWorker({
    ...needs,
    jobs,
    ffprobe: programs.ffprobe,
    cut: (cut, follows) => cutMedia({ ...programs, cutByChunks }, cut, follows),
    catalogue,
    operationOf,
    queueOf,
    handlerOf: (id) => definitions.handler(id),
    // One more of these: encodes of a recording that grew find most of it encoded, and wait for each other's rest.
    atOnce: { [QUEUES.light]: LIGHT_AT_ONCE, [QUEUES.heavy]: heavyAtOnce, [QUEUES.awaited]: heavyAtOnce + 1 },
  });
  scope.defer(end);
  return workflows;
}

/** Begins a workflow for another one. Gives the reason if that is not possible. */
async function started(workflows: Workflows, of: Parameters<Workflows['start']>[1]): Promise<string | undefined> {
  try {
    const done = await workflows.start(undefined, of);
    return done.kind === 'refused' ? done.why : done.kind === 'missing' ? `there is no event ${of.event}` : undefined;
  } catch (error) {
    if (error instanceof BadRequest) return error.message;
    throw error;
  }
}

/** What publishes, also into the folder of a streaming server; what was replaced is removed by workers. */
function publisherOf(
  { streamFolder, streamUrl: url, streamFormats: formats, roles }: Config,
  needs: Pick<ProcessingNeeds, 'database' | 'store' | 'clock' | 'log'>,
  scope: Scope,
): Publisher {
  const streams =
    streamFolder === undefined || url === undefined
      ? undefined
      : openStreamFolder({ folder: streamFolder, url, formats });
  if (roles.includes('worker')) scope.defer(startTidying({ ...needs, streams }));
  return openPublisher({ ...needs, streams });
}

/** Our encoding profiles, with those of an administrator laid over them. */
async function profilesOf({ data, profiles: own = join(data, 'encoding') }: Config, log: Log): Promise<Profiles> {
  const profiles = openProfiles([SHIPPED_PROFILES, ...((await isFolder(own)) ? [own] : [])]);
  for (const mistake of profiles.mistakes) log.warn(mistake, 'an encoding profile has a mistake');
  return profiles;
}

/** Whether an administrator has a folder of profiles. */
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
