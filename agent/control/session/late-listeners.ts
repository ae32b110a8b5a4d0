import type { Listeners } from './listen.ts';

/**
 * Opens a service when it is first given a port, since its preparations take time. Rejects, and the service stays off,
 * if it cannot listen on that port.
 */
export async function openLateListeners(
  port: number | undefined,
  open: (port: number) => Promise<Listeners>,
): Promise<Listeners> {
  let listeners = port === undefined ? undefined : await open(port);
  return {
    get port() {
      return listeners?.port;
    },
    async move(to) {
      if (listeners) await listeners.move(to);
      else if (to !== undefined) listeners = await open(to);
    },
    async close() {
      await listeners?.close();
    },
  };
}
