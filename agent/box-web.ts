import type { Scope } from '#lib/runtime/scope.ts';
import type { Config } from './config.ts';
import { startWeb, type Web, type WebSettings } from './web/server.ts';

interface BoxWeb extends Omit<WebSettings, 'http' | 'https'> {
  config: Config;
  certificate: WebSettings['https']['certificate'];
}

/** Pages and API where the configuration says. HTTPS whose port cannot be had is an alarm, and no more. */
export async function startBoxWeb({ config, certificate, ...settings }: BoxWeb, scope: Scope): Promise<Web> {
  const { device, log } = settings;
  const { http, https, listen } = config;
  const web = await startWeb({
    ...settings,
    http: { addresses: http.listen ?? [listen], port: http.enabled ? http.port : undefined },
    https: { addresses: https.listen ?? [listen], port: undefined, certificate },
  });
  scope.defer(() => web.close());
  if (!https.enabled) return web;
  await web.https.move(https.port).catch((error: Error) => {
    log.error({ err: error }, 'HTTPS cannot be had: everything else goes on');
    const alarm = { name: 'control' as const, about: 'https', level: 'warning' as const };
    device.observe({ fact: 'alarm', raise: { ...alarm, text: `https cannot be reached: ${error.message}` } });
  });
  return web;
}
