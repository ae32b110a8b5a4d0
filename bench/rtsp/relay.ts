/** Our server in a process of its own, which accepts a publisher and relays it. Prints its port. */
import { silentLog } from '#lib/runtime/log.ts';
import { startRtspServer } from '#lib/rtsp/server/server.ts';

const server = await startRtspServer({
  host: '127.0.0.1',
  port: 0,
  log: silentLog,
  maxSessions: 1000,
  mayPublish: () => true,
});
console.log(server.port);
process.once('SIGTERM', () => void server.close());
