import { join } from 'node:path';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { Listeners } from '#agent/control/session/listen.ts';
import type { Door } from '#agent/web/http/doors.ts';
import { startWeb, type Web, type WebSettings } from '#agent/web/http/server.ts';

interface BoxWeb extends Omit<WebSettings, 'http' | 'https' | 'timeZone'> {
  config: Config;
  certificate: WebSettings['https']['certificate'];
}

/** Starts pages and API for the addresses of the configuration. They listen when they are moved to their ports. */
export async function startBoxWeb({ config, certificate, ...settings }: BoxWeb, scope: Scope): Promise<Web> {
  const { http, https, listen, timeZone } = config;
  const web = await startWeb({
    ...settings,
    timeZone: timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    sessionsFile: join(config.data, 'sessions.json'),
    pairingsFile: join(config.data, 'pairings.json'),
    http: { addresses: http.listen ?? [listen], port: undefined },
    https: { addresses: https.listen ?? [listen], port: undefined, certificate },
  });
  scope.defer(() => web.close());
  return web;
}

/** Opens a port of the pages as a service that can be moved; open connections stay when it moves. */
export async function openWebDoor(door: Omit<Door, 'close'>, port: number | undefined): Promise<Listeners> {
  await door.move(port);
  return {
    get port() {
      return door.port;
    },
    move: (to) => door.move(to),
    close: () => door.move(undefined),
  };
}
