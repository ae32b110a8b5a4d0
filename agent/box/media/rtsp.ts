import type { Log } from '#lib/runtime/log.ts';
import { noPortWords } from '#lib/runtime/troubles/no-port.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import { startRtspServer, type RtspServer } from '#lib/rtsp/server/server.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { AlarmFact } from '#agent/device/observe.ts';

/**
 * Opens the RTSP server. A port that is taken raises an alarm; until the next start only this machine reaches the
 * streams.
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
    const words = noPortWords(error, { port: 'rtsp.port', listen: 'listen' }, port);
    const text = `rtsp cannot be reached: ${words ?? error.message}`;
    // What words say needs no stack.
    if (words === undefined) log.error({ err: error }, text);
    else log.error({ service: 'rtsp' }, text);
    device.observe({ fact: 'alarm', raise: { name: 'control', about: 'rtsp', level: 'warning', text } });
    return serve('127.0.0.1', 0);
  });
  if (server.port === port || port === 0) device.observe({ fact: 'alarm', clear: { name: 'control', about: 'rtsp' } });
  scope.defer(() => server.close());
  return server;
}
