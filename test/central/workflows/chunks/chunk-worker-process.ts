// A worker for chunks as a process of its own, for tests: AMPHI_CONNECTION says which database, AMPHI_MEDIA which folder.
import { databaseOf, openPool, type ConnectionOptions } from '#central/store/connect.ts';
import { openJobs } from '#central/store/jobs.ts';
import { openMediaStore } from '#central/store/media-store.ts';
import { startChunkWorker } from '#central/workflows/chunks/chunk-tasks.ts';
import { silentLog } from '#lib/runtime/log.ts';

const connection = JSON.parse(process.env['AMPHI_CONNECTION'] ?? '{}') as ConnectionOptions;
const pool = openPool(connection, silentLog);
const jobs = await openJobs(connection, silentLog);
const store = await openMediaStore(process.env['AMPHI_MEDIA'] ?? '', 0);
await startChunkWorker({ database: databaseOf(pool), store, jobs, ffmpeg: 'ffmpeg', log: silentLog }, 1);
console.log('working');
