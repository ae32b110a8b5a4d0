/**
 * The yardstick's worker: jobs without runs. Each job does nothing but send the next one of its chain, in a transaction.
 * Arguments: the connection of the database as JSON, jobs of a chain, jobs at the same time. It prints `working`.
 */
import { databaseOf, openPool, type ConnectionOptions } from '#central/store/connect.ts';
import { openJobs } from '#central/store/jobs.ts';
import { silentLog } from '#lib/runtime/log.ts';

const [connection = '{}', steps = '1', atOnce = '1'] = process.argv.slice(2);
const options = JSON.parse(connection) as ConnectionOptions;
const database = databaseOf(openPool(options, silentLog));
const jobs = await openJobs(options, silentLog);
await jobs.makeQueues(['bare']);
await jobs.work('bare', Number(atOnce), async ({ chain = 0, step }) => {
  const next = Number(step) + 1;
  if (next < Number(steps))
    await database.transaction().execute((within) => jobs.send(within, 'bare', [{ chain, step: next }], 0));
});
console.log('working');
