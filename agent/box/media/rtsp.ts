import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import { startRtspServer, type RtspServer } from '#lib/rtsp/server/server.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { AlarmFact } from '#agent/device/observe.ts';
import { portAlarm } from '../control/port-alarm.ts';

/**
 * Opens the RTSP server. If its port is taken, raises an alarm; until the next start only programs on this machine can
 * read the streams then.
 */
export async function openBoxRtsp(
  config: Config,
  device: { observe(fact: AlarmFact): void },
  log: Log,
  scope: Scope,
): Promise<RtspServer> {
  const { port, user, password } = config.rtsp;
  const serve = (host: string, at: number): Promise<RtspServer> =>
    startRtspServer({
      host,
      port: at,
      realm: 'Amphi',
      log: log.child({ room: 'rtsp' }),
      ...(user && password ? { credentials: () => ({ user, password }) } : {}),
    });
  const server = await serve(config.listen, port).catch((error: Error) => {
    const keys = { port: 'rtsp.port', listen: 'listen' };
    device.observe(portAlarm('rtsp', error, { keys, asked: port, log }));
    return serve('127.0.0.1', 0);
  });
  if (server.port === port || port === 0) device.observe({ fact: 'alarm', clear: { name: 'control', about: 'rtsp' } });
  scope.defer(() => server.close());
  return server;
}
