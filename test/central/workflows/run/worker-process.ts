// A worker as a process of its own, for tests: AMPHI_CONNECTION says which database. It prints a line when it works.
import { databaseOf, openPool, type ConnectionOptions } from '#central/store/connect.ts';
import { startWorker } from '#central/workflows/run/worker.ts';
import { realClock, sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openJobs } from '#central/store/jobs.ts';
import { openMediaStore } from '#central/store/media-store.ts';
import { anyKeys, operations, queueOf } from './run-rig.ts';

const connection = JSON.parse(process.env['AMPHI_CONNECTION'] ?? '{}') as ConnectionOptions;
const pool = openPool(connection, silentLog);
await startWorker({
  database: databaseOf(pool),
  jobs: await openJobs(connection, silentLog),
  clock: realClock,
  queueOf,
  handlerOf: () => undefined,
  catalogue: anyKeys,
  store: await openMediaStore(process.env['AMPHI_MEDIA'] ?? '', 0),
  ffprobe: 'ffprobe',
  log: silentLog,
  atOnce: { light: 2, heavy: 1 },
  operationOf: operations({
    async light({ log }) {
      await sleep(30);
      log(`light by ${process.pid}`);
    },
    async heavy({ log }) {
      log(`begun by ${process.pid}`);
      await sleep(300);
      log(`heavy by ${process.pid}`);
    },
  }),
});
console.log('working');
