import { fromKysely, PgBoss } from 'pg-boss';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { ConnectionOptions, Database } from './connect.ts';

/** A job: what is to be done, as JSON. */
export type JobData = Readonly<Record<string, string | number | boolean | null>>;

/** Until when jobs are held back: until those of this name are let go, for so many seconds at most. */
export interface Held {
  name: string;
  mostS: number;
}

/** Jobs in the database, which whoever has the role of a worker does. */
export interface Jobs {
  /** Makes queues. Jobs of one that nobody makes are refused. */
  makeQueues(names: readonly string[]): Promise<void>;
  /**
   * Sends jobs when the transaction `within` ends well. Jobs with a higher priority are done first, then the older
   * ones. Jobs that are `held` are done when they are let go, or after a time.
   */
  send(within: Database, queue: string, jobs: readonly JobData[], priority: number, held?: Held): Promise<void>;
  /** Lets jobs go that are held by this name, when the transaction ends well. */
  letGo(within: Database, queue: string, name: string): Promise<void>;
  /**
   * Does jobs of a queue, at most `atOnce` at the same time on this process. A job whose handler throws, or whose
   * process ends, is done again, perhaps by another process: doing it twice must do no harm. The result ends it, and
   * waits for the jobs at work.
   */
  work(queue: string, atOnce: number, handler: (data: JobData) => Promise<void>): Promise<() => Promise<void>>;
  /** Ends the work of all queues. Jobs that are not done within `graceMs` are given to others. */
  close(graceMs?: number): Promise<void>;
}

/** Schema of the database that pg-boss has for itself. */
const SCHEMA = 'jobs';
/** Seconds without a sign of life after which the worker of a job counts as dead; pg-boss takes no fewer. */
const HEARTBEAT_S = 10;
/** Seconds between looks for jobs of dead workers. */
const SUPERVISE_S = 2;
/** Seconds a job may take: a day, since whoever does it gives signs of life. */
const EXPIRE_S = 86_400;
/** How often a job is given to another worker; who sent it decides before that whether it has failed. */
const RETRIES = 50;
/** Most seconds until a job that failed is given to another worker: one to two, then twice as many after each failure. */
const MOST_DELAY_S = 60;
/** Seconds between looks for jobs while the notices of the database work; retries and late jobs have no notice. */
const POLL_S = 1;
/** Seconds for which jobs that are done are kept; the log of the run has what people want to know. */
const KEEP_S = 3600;
/** Connections of pg-boss to the database, one of which listens. */
const MOST_CONNECTIONS = 5;

/** Opens the jobs; makes the tables of pg-boss where they are missing. Rejects if the database cannot be reached. */
export async function openJobs(connection: ConnectionOptions, log: Log): Promise<Jobs> {
  const boss = new PgBoss({
    ...(connection as { connectionString?: string }),
    schema: SCHEMA,
    max: MOST_CONNECTIONS,
    useListenNotify: true,
    superviseIntervalSeconds: SUPERVISE_S,
    monitorIntervalSeconds: SUPERVISE_S,
    schedule: false,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'jobs'));
  boss.on('warning', (warning) => log.warn({ warning }, 'jobs'));
  await boss.start();
  const options = {
    notify: true,
    retryLimit: RETRIES,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: MOST_DELAY_S,
    expireInSeconds: EXPIRE_S,
    heartbeatSeconds: HEARTBEAT_S,
    deleteAfterSeconds: KEEP_S,
  };
  return {
    async makeQueues(names) {
      for (const name of names) {
        await boss.createQueue(name, options);
        // A queue that an earlier version made keeps its options otherwise.
        await boss.updateQueue(name, options);
      }
    },
    async send(within, queue, jobs, priority, held) {
      const db = fromKysely(within);
      const until = held && { startAfter: held.mostS, singletonKey: held.name };
      if (jobs.length > 0)
        await boss.insert(
          queue,
          jobs.map((data) => ({ data, priority, ...until })),
          { db },
        );
    },
    async letGo(within, queue, name) {
      await boss.update(queue, undefined, {
        db: fromKysely(within),
        singletonKey: name,
        match: 'all',
        startAfter: 0,
      });
    },
    async work(queue, atOnce, handler) {
      const one = async (): Promise<string> => {
        const polling = { pollingIntervalSeconds: POLL_S, notifyPollingIntervalSeconds: POLL_S };
        const id: string = await boss.work(queue, { ...polling, batchSize: 1 }, async ([job]) => {
          // Where there was one job there may be more, for which nobody sends a notice any more: it looks again at once.
          boss.notifyWorker(id);
          if (job) await handler(job.data as JobData);
        });
        return id;
      };
      const ids = await Promise.all(Array.from({ length: atOnce }, one));
      return async () => void (await Promise.all(ids.map((id) => boss.offWork(queue, { id, wait: true }))));
    },
    async close(graceMs = 5000) {
      await boss.stop({ graceful: true, timeout: graceMs, close: true });
    },
  };
}
